<#
.SYNOPSIS
    Measures ContainerPS beside docker, podman, crun and runc on this machine, prints a table, and writes what it measured into the report, docs/benchmarks.md.
.PARAMETER Section
    Which figures: Run, RuntimeExec, Many, Invoke, Exec, Copy, Life, Output, Memory, Idle, ModuleImport, FirstCall, Import, Save, Pull, Push, List, Containers, Build, Network. All by default.
    The report keeps the others as they were measured last.
.PARAMETER Store
    On which file systems the engines' stores are, one after another: ext4, tmpfs.
.PARAMETER Rounds
    How often each thing is done; long ones are done less often.
.PARAMETER Json
    A file for the figures of this run with every sample.
.PARAMETER NoReport
    For trials: the report stays as it is.
.PARAMETER Module
    The module to measure; out/ContainerPS by default.
.PARAMETER PeerOnly
    Measures the peers alone, without a module and for no report.
#>
[CmdletBinding()]
param(
    [string[]] $Section,
    [string[]] $Store = @('ext4', 'tmpfs'),
    [ValidateRange(1, 10000)] [int] $Rounds = 20,
    [string] $Json,
    [switch] $NoReport,
    [string] $Module,
    [switch] $PeerOnly
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
foreach ($name in 'Timing', 'Peers', 'Images', 'Sandbox', 'Report', 'Results', 'Document') { Import-Module "$PSScriptRoot/$name.psm1" }

# From a command line, a list arrives as one word.
$Section = if ($Section) { @($Section -split '\s*,\s*') } else { @(Get-SectionName) }
$Store = @($Store -split '\s*,\s*')
$known = @([IO.Directory]::GetFiles("$PSScriptRoot/sections", '*.ps1') | ForEach-Object { [IO.Path]::GetFileNameWithoutExtension($_) })
foreach ($name in $Section) { if ($known -notcontains $name) { throw "There is no section '$name'; there are $($known -join ', ')" } }
foreach ($kind in $Store) { if ('ext4', 'tmpfs' -notcontains $kind) { throw "There is no store '$kind'; there are ext4, tmpfs" } }
if ([Environment]::UserName -ne 'root') { throw 'The bench starts daemons and containers: run it as root' }
if ($PeerOnly) {
    $Module = ''
} else {
    if (-not $Module) { $Module = [IO.Path]::GetFullPath("$PSScriptRoot/../out/ContainerPS") }
    $Module = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Module)
    if (-not [IO.File]::Exists("$Module/ContainerPS.psd1")) { throw "There is no module in '$Module': ./build.sh pack makes it" }
}

Install-Program
Install-Program ([ordered]@{ busybox = 'busybox-static'; unshare = 'util-linux'; ip = 'iproute2'; 'mkfs.ext4' = 'e2fsprogs' })
if ($Section | Where-Object { 'Pull', 'Push' -contains $_ }) { Install-Program @{ 'docker-registry' = 'docker-registry' } }
if ($Section -contains 'Build') { Install-Program @{ buildah = 'buildah' } }
if ($Section -contains 'Network') { Install-Program ([ordered]@{ iperf3 = 'iperf3'; dnsperf = 'dnsperf'; iptables = 'iptables' }) }
$debian = if ($Section | Where-Object { 'Import', 'Save', 'Pull', 'Push', 'Build' -contains $_ }) { Get-DebianRootfs } else { '' }
$folder = Assert-Program mktemp, '--directory', '--tmpdir', 'containerps-bench.XXXXXX'
$cgroups = @(Get-BenchCgroup)
$measured = @()
$failures = @()
try {
    Initialize-Hybrid $folder
    $machine = Get-Machine $folder $Module
    foreach ($entry in $machine.GetEnumerator()) { "{0,-12} {1}" -f $entry.Key, $entry.Value }
    foreach ($kind in $Store) {
        $sections = @($Section | Where-Object { $kind -eq $Store[0] -or -not (Test-MeasuredOnce $_) })
        if (-not $sections) { continue }
        $work = "$folder/$kind"
        $null = [IO.Directory]::CreateDirectory($work)
        $arguments = @('-Store', $kind, '-Folder', $work, '-Section', ($sections -join ','), '-Rounds', $Rounds)
        if ($Module) { $arguments += '-Module', $Module }
        if ($debian) { $arguments += '-Debian', $debian }
        $code = Invoke-Sandbox $work $kind "$PSScriptRoot/Inside.ps1" $arguments
        if ([IO.File]::Exists("$work/result.json")) {
            $result = ConvertFrom-Json ([IO.File]::ReadAllText("$work/result.json"))
            $measured += @($result.Sections)
            $failures += @($result.Failures)
        } else {
            $failures += "${kind}: the sandbox ended with exit code $code"
        }
    }
} finally {
    $ids = @(foreach ($kind in $Store) { if ([IO.File]::Exists("$folder/$kind/containers.txt")) { [IO.File]::ReadAllLines("$folder/$kind/containers.txt") } })
    Remove-BenchCgroup -Keep $cgroups -Container $ids
    [IO.Directory]::Delete($folder, $true)
}

''
Format-Report @($measured | ForEach-Object { $_.Figures })
if ($Json) {
    $document = [ordered]@{ Machine = $machine; Rounds = $Rounds; Sections = $measured; Failures = $failures }
    [IO.File]::WriteAllText($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Json), (ConvertTo-Json -Depth 7 -InputObject $document) + "`n")
}
# Half a section would look like all of it.
$whole = @($measured | Where-Object { -not $_.Failed -and $_.Figures })
if ($whole -and -not $NoReport -and -not $PeerOnly) {
    $root = [IO.Path]::GetFullPath("$PSScriptRoot/..")
    $all = Merge-Result (Read-Result "$root/docs/benchmarks.json") $machine $Rounds $whole
    [IO.File]::WriteAllText("$root/docs/benchmarks.json", (Format-Result $all))
    Write-Report $all $root
    ''
    "docs/benchmarks.md has these anew: $(($whole | ForEach-Object { "$($_.Section) $($_.Store)" }) -join ', ')"
}
if ($failures) {
    ''
    foreach ($failure in $failures) { "not measured: $failure" }
    exit 1
}
