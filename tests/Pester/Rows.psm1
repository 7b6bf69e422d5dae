# Rows of docs/walkthrough.md and what became of their tests. A test belongs to the rows that it, or a block around it, is tagged with.

# The walkthrough's rows, in its order: Id and Title.
function Read-Row {
    param([string] $Path = "$PSScriptRoot/../../docs/walkthrough.md")
    foreach ($line in [IO.File]::ReadAllLines($Path)) {
        if ($line -match '^### ([A-Z]\d\d) (.+)$') { [pscustomobject]@{ Id = $Matches[1]; Title = $Matches[2] } }
    }
}

# What became of the tests of each row in a run of Pester: Id, Title, Passed, Failed and Skipped. A block that fails by itself, as in its AfterAll, is a failure of its rows.
function Measure-Row {
    param($Run, [object[]] $Row)
    $counts = @{}
    foreach ($test in $Run.Tests) {
        $kind = switch ($test.Result) { Passed { 'Passed' } Failed { 'Failed' } { $_ -in 'Skipped', 'Inconclusive' } { 'Skipped' } }
        if ($kind) { Add-Count $counts (@($test.Tag) + @(Get-BlockTag $test.Block)) $kind }
    }
    foreach ($block in $Run.FailedBlocks) { Add-Count $counts (Get-BlockTag $block) Failed }
    foreach ($one in $Row) {
        $count = $counts[$one.Id] ?? @{ Passed = 0; Failed = 0; Skipped = 0 }
        [pscustomobject]@{ Id = $one.Id; Title = $one.Title; Passed = $count.Passed; Failed = $count.Failed; Skipped = $count.Skipped }
    }
}

function Add-Count($Counts, [string[]] $Tags, [string] $Kind) {
    foreach ($tag in $Tags | Select-Object -Unique) {
        if (-not $tag) { continue }
        $Counts[$tag] ??= @{ Passed = 0; Failed = 0; Skipped = 0 }
        $Counts[$tag].$Kind++
    }
}

function Get-BlockTag($Block) {
    for ($one = $Block; $one; $one = $one.Parent) { $one.Tag }
}

# In a word or some: "12", "11, 1 failed", "9, 1 skipped", "missing".
function Get-RowText($Row) {
    if (-not (Test-RowTested $Row)) { return 'missing' }
    $text = "$($Row.Passed)"
    if ($Row.Failed) { $text += ", $($Row.Failed) failed" }
    if ($Row.Skipped) { $text += ", $($Row.Skipped) skipped" }
    $text
}

# True when a row has a test, whatever became of it.
function Test-RowTested($Row) { $Row.Passed + $Row.Failed + $Row.Skipped -gt 0 }

# A table of rows, some on each line.
function Format-Row {
    param([object[]] $Row, [int] $Columns = 4)
    'Rows of docs/walkthrough.md, and how many of their tests have passed:'
    $cells = @($Row | ForEach-Object { "$($_.Id) $(Get-RowText $_)" })
    $width = ($cells | Measure-Object Length -Maximum).Maximum + 2
    for ($i = 0; $i -lt $cells.Count; $i += $Columns) {
        '  ' + (($cells[$i..([Math]::Min($i + $Columns, $cells.Count) - 1)] | ForEach-Object { $_.PadRight($width) }) -join '').TrimEnd()
    }
}

Export-ModuleMember -Function Read-Row, Measure-Row, Format-Row, Test-RowTested
