# Figures, what they are compared with, and how they are shown.
Set-StrictMode -Version 3.0
Import-Module "$PSScriptRoot/Timing.psm1"
Import-Module "$PSScriptRoot/Peers.psm1"

# One line of the table: ours beside a peer's. Ours or Peer may be missing: not built, or a yardstick. Better is the peer's divided
# by ours; a goal is either on that (TimesBetter) or on our figure (AtMost).
function New-Figure {
    param([string] $Name, [object] $Ours, [object] $Peer, [string] $Unit = 'ms', [double] $TimesBetter, [double] $AtMost)
    $figure = [pscustomobject]@{ Section = ''; Store = ''; Name = $Name; Unit = $Unit; Ours = $Ours; Peer = $Peer; Better = $null; Goal = ''; Met = $null }
    if ($Ours -and $Peer) { $figure.Better = $Peer.Median / $Ours.Median }
    if ($PSBoundParameters.ContainsKey('TimesBetter')) {
        $figure.Goal = ">= $TimesBetter x"
        if ($null -ne $figure.Better) { $figure.Met = $figure.Better -ge $TimesBetter }
    } elseif ($PSBoundParameters.ContainsKey('AtMost')) {
        $figure.Goal = "<= $AtMost $Unit"
        if ($Ours) { $figure.Met = $Ours.Median -le $AtMost }
    }
    $figure
}

# Figures of one measurement: the side named ContainerPS beside each other one. Goal says by peer what is to be reached; a
# yardstick, whose name starts with "bare", is not something to be better than.
function ConvertTo-Figure {
    param([string] $Name, [object[]] $Result, [hashtable] $Goal = @{})
    $ours = $Result | Where-Object { $_.Engine -eq 'ContainerPS' }
    foreach ($peer in $Result | Where-Object { $_.Engine -ne 'ContainerPS' }) {
        $goals = @{}
        if ($Goal.ContainsKey($peer.Engine)) { $goals.TimesBetter = $Goal[$peer.Engine] }
        New-Figure $Name -Ours $(if ($peer.Engine -notlike 'bare *') { $ours }) -Peer $peer @goals
    }
}

function Get-Machine {
    param([string] $Folder, [string] $Module)
    $cpu = @([IO.File]::ReadAllLines('/proc/cpuinfo') | Where-Object { $_ -match '^model name\s*:\s*(.+)$' } | ForEach-Object { $Matches[1] })
    $memory = [long] (@([IO.File]::ReadAllLines('/proc/meminfo') | Where-Object { $_ -match '^MemTotal:\s+(\d+)' } | ForEach-Object { $Matches[1] })[0])
    $os = @([IO.File]::ReadAllLines('/etc/os-release') | Where-Object { $_ -match '^PRETTY_NAME="(.+)"' } | ForEach-Object { $Matches[1] })[0]
    $under = Assert-Program stat, '--file-system', '--format', '%T', $Folder
    $kind = Assert-Program stat, '--file-system', '--format', '%T', '/sys/fs/cgroup'
    $cgroup = if ($kind -eq 'cgroup2fs') { 'v2' } elseif ([IO.File]::Exists('/sys/fs/cgroup/unified/cgroup.procs')) { 'v1 and v2 (hybrid)' } else { 'v1' }
    if ($cgroup -like '*hybrid*' -and $env:CONTAINERPS_BENCH_HYBRID -eq 'hide') { $cgroup += ', measured with v1 alone because crun refuses it' }
    $machine = [ordered]@{
        Date = [DateTimeOffset]::Now.ToString('yyyy-MM-dd HH:mm'); System = $os; Kernel = [IO.File]::ReadAllText('/proc/sys/kernel/osrelease').Trim()
        Processor = "$($cpu.Count) x $($cpu[0])"; Memory = "$([Math]::Round($memory / 1MB, 1)) GiB"; Cgroups = $cgroup
        'Load average' = ([IO.File]::ReadAllText('/proc/loadavg') -split ' ')[0]; Shell = "$($Host.Name) $($PSVersionTable.PSVersion)"
        'Store ext4' = "with a journal, in a preallocated loop image on $under"; 'Store tmpfs' = 'memory'
    }
    if ($Module -and [IO.File]::ReadAllText("$Module/ContainerPS.psd1") -match "(?m)^\s*ModuleVersion\s*=\s*'(.+)'") { $machine.ContainerPS = $Matches[1] }
    foreach ($version in (Get-PeerVersion).GetEnumerator()) { $machine[$version.Key] = $version.Value }
    $machine
}

function Format-Number {
    param([object] $Value)
    if ($null -eq $Value) { return '' }
    $format = if ([Math]::Abs($Value) -lt 10) { '0.00' } elseif ([Math]::Abs($Value) -lt 100) { '0.0' } else { '0' }
    ([double] $Value).ToString($format, [Globalization.CultureInfo]::InvariantCulture)
}

function Format-Ratio {
    param([object] $Value)
    if ($null -eq $Value) { '' } else { "$(Format-Number $Value) x" }
}

# The table's rows as text, the heading first.
function Get-Row {
    param([object[]] $Figure)
    , @('section', 'store', 'figure', 'unit', 'ContainerPS', '(min)', 'peer', 'median', '(min)', 'better', '(min)', 'goal', '')
    foreach ($f in $Figure) {
        $none = [pscustomobject]@{ Engine = ''; Median = $null; Minimum = $null }
        $ours = if ($f.Ours) { $f.Ours } else { $none }
        $peer = if ($f.Peer) { $f.Peer } else { $none }
        # Less disturbed than the ratio of medians on a busy machine, and no verdict.
        $byMinimum = if ($null -ne $f.Better) { $peer.Minimum / $ours.Minimum } else { $null }
        $verdict = if ($null -eq $f.Met) { '' } elseif ($f.Met) { 'met' } else { 'MISSED' }
        , @($f.Section, $f.Store, $f.Name, $f.Unit, (Format-Number $ours.Median), (Format-Number $ours.Minimum), $peer.Engine, (Format-Number $peer.Median),
            (Format-Number $peer.Minimum), (Format-Ratio $f.Better), (Format-Ratio $byMinimum), $f.Goal, $verdict)
    }
}

$numbers = 4, 5, 7, 8, 9, 10

function Format-Report {
    param([object[]] $Figure)
    $rows = @(Get-Row $Figure)
    $widths = for ($i = 0; $i -lt $rows[0].Count; $i++) { ($rows | ForEach-Object { ([string] $_[$i]).Length } | Measure-Object -Maximum).Maximum }
    foreach ($row in $rows) {
        $cells = for ($i = 0; $i -lt $row.Count; $i++) { $text = [string] $row[$i]; if ($numbers -contains $i) { $text.PadLeft($widths[$i]) } else { $text.PadRight($widths[$i]) } }
        ($cells -join '  ').TrimEnd()
    }
}

Export-ModuleMember -Function New-Figure, ConvertTo-Figure, Get-Machine, Format-Number, Format-Ratio, Get-Row, Format-Report
