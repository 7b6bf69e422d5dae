# The figures that are kept, in docs/benchmarks.json: for each section and store those of the run that measured it last. A figure is a
# line, so that a difference can be read.
Set-StrictMode -Version 3.0

# All sections, in the order in which they are measured and shown.
function Get-SectionName {
    'Run', 'RuntimeExec', 'Many', 'Invoke', 'Exec', 'Copy', 'Life', 'Output', 'Memory', 'Idle', 'ModuleImport', 'FirstCall', 'Import', 'Save', 'Pull', 'Push', 'List', 'Containers', 'Build', 'Network'
}

# What no file system changes is measured once, on the first store asked for.
function Test-MeasuredOnce {
    param([string] $Name)
    $Name -in 'Many', 'Memory', 'Idle', 'ModuleImport', 'FirstCall', 'Network'
}

# {Runs, Sections}: machines by date, and sections that say by that date where they were measured.
function Read-Result {
    param([string] $Path)
    if (-not [IO.File]::Exists($Path)) { return [pscustomobject]@{ Runs = @(); Sections = @() } }
    ConvertFrom-Json ([IO.File]::ReadAllText($Path))
}

# Five digits are more than any figure is good for.
function Get-Rounded([object] $Value) {
    if ($null -eq $Value) { return $null }
    [double]::Parse(([double] $Value).ToString('G5', [cultureinfo]::InvariantCulture), [cultureinfo]::InvariantCulture)
}

function ConvertTo-KeptSide([object] $Side) {
    if (-not $Side) { return $null }
    [pscustomobject]@{ Engine = $Side.Engine; Median = Get-Rounded $Side.Median; Minimum = Get-Rounded $Side.Minimum }
}

# A section as it is kept: without samples, but for the plot of many starts, which needs the time after every fifth.
function ConvertTo-KeptSection {
    param([object] $Section, [string] $Run, [int] $Rounds)
    $kept = [ordered]@{ Section = $Section.Section; Store = $Section.Store; Run = $Run; Rounds = $Rounds; Load = Get-Rounded $Section.Load; Figures = @() }
    if ($Section.Section -eq 'Idle') {
        $starts = [ordered]@{}
        foreach ($figure in $Section.Figures) {
            foreach ($side in @($figure.Ours, $figure.Peer) | Where-Object { $_ -and $_.Samples.Count -ge 5 }) {
                $starts[$side.Engine] = @(for ($i = 4; $i -lt $side.Samples.Count; $i += 5) { [Math]::Round($side.Samples[$i]) })
            }
        }
        $kept.Starts = [pscustomobject] $starts
    }
    $kept.Figures = @(foreach ($figure in $Section.Figures) {
        [pscustomobject]@{
            Name = $figure.Name; Unit = $figure.Unit; Ours = ConvertTo-KeptSide $figure.Ours; Peer = ConvertTo-KeptSide $figure.Peer
            Better = Get-Rounded $figure.Better; Goal = $figure.Goal; Met = $figure.Met
        }
    })
    [pscustomobject] $kept
}

# What a new measurement takes the place of.
function Get-Key([object] $Section) {
    if (Test-MeasuredOnce $Section.Section) { $Section.Section } else { "$($Section.Section) $($Section.Store)" }
}

# The result with the sections of a run in place of what it had of them; all else stays, and the machines that it needs.
function Merge-Result {
    param([object] $Result, [Collections.IDictionary] $Machine, [int] $Rounds, [object[]] $Section)
    $new = @($Section | ForEach-Object { ConvertTo-KeptSection $_ $Machine.Date $Rounds })
    $measured = @($new | ForEach-Object { Get-Key $_ })
    $names = @(Get-SectionName)
    $all = @(@($Result.Sections | Where-Object { $measured -notcontains (Get-Key $_) }) + $new | Sort-Object { $names.IndexOf($_.Section) }, Store)
    $runs = @(@($Result.Runs | Where-Object { $_.Date -ne $Machine.Date }) + [pscustomobject] $Machine | Where-Object { $all.Run -contains $_.Date } | Sort-Object Date -Descending)
    [pscustomobject]@{ Runs = $runs; Sections = $all }
}

function Format-Result {
    param([object] $Result)
    $json = { param($Value) ConvertTo-Json -InputObject $Value -Depth 6 -Compress }
    $runs = @($Result.Runs | ForEach-Object { "  $(& $json $_)" })
    $sections = @(foreach ($section in $Result.Sections) {
        $head = & $json ($section | Select-Object -Property * -ExcludeProperty Figures)
        $figures = @($section.Figures | ForEach-Object { "    $(& $json $_)" })
        "  $($head.Substring(0, $head.Length - 1)),`"Figures`":[`n$($figures -join ",`n")`n  ]}"
    })
    "{`"Runs`":[`n$($runs -join ",`n")`n],`"Sections`":[`n$($sections -join ",`n")`n]}`n"
}

Export-ModuleMember -Function Get-SectionName, Test-MeasuredOnce, Read-Result, Merge-Result, Format-Result
