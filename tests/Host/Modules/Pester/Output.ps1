function Test-Verbosity([string[]] $Levels) {
    $script:Session.Verbosity -in $Levels
}

function Format-Time([timespan] $Duration) {
    if ($Duration.TotalSeconds -ge 1) { '{0:0.##}s' -f $Duration.TotalSeconds } else { '{0:0}ms' -f $Duration.TotalMilliseconds }
}

function Write-RunStart([int] $Count) {
    if (Test-Verbosity Normal, Detailed, Diagnostic) {
        Write-Host 'Pester v5.9.0' -ForegroundColor Magenta
        Write-Host ''
        Write-Host "Starting discovery in $Count files." -ForegroundColor Magenta
    }
}

function Write-DiscoveryEnd($Containers, [timespan] $Duration) {
    if (-not (Test-Verbosity Normal, Detailed, Diagnostic)) {
        return
    }
    $tests = @($Containers | ForEach-Object { $_.Tests })
    Write-Host "Discovery found $($tests.Count) tests in $(Format-Time $Duration)." -ForegroundColor Magenta
    $chosen = @($tests | Where-Object ShouldRun).Count
    if ($chosen -ne $tests.Count) {
        Write-Host "Filters selected $chosen tests to run." -ForegroundColor Magenta
    }
    Write-Host 'Running tests.' -ForegroundColor Magenta
}

function Write-DiscoveryFailure($Container) {
    if (Test-Verbosity Minimal, Normal, Detailed, Diagnostic) {
        Write-Host "[-] Discovery in $($Container.Name) failed with:" -ForegroundColor Red
        Write-ErrorText $Container.ErrorRecord ''
    }
}

function Write-ContainerStart($Container) {
    if (Test-Verbosity Detailed, Diagnostic) {
        Write-Host ''
        Write-Host "Running tests from '$($Container.Name)'" -ForegroundColor Magenta
    }
}

function Write-ContainerEnd($Container) {
    if (Test-Verbosity Normal) {
        $mark, $colour = if ($Container.Passed) { '[+]', 'Green' } elseif ($Container.Result -eq 'Skipped') { '[!]', 'Yellow' } else { '[-]', 'Red' }
        Write-Host "$mark $($Container.Name) " -ForegroundColor $colour -NoNewline
        Write-Host (Format-Time $Container.Duration) -ForegroundColor DarkGray
    }
}

function Get-Depth($Block) {
    $depth = 0
    for ($parent = $Block.Parent; $parent -and -not $parent.IsRoot; $parent = $parent.Parent) {
        $depth++
    }
    $depth
}

function Write-BlockStart($Block) {
    if ($Block.IsRoot -or -not (Test-Verbosity Detailed, Diagnostic)) {
        return
    }
    if ($Block.Parent.IsRoot) {
        Write-Host ''
    }
    $title = if ($Block.Kind -eq 'Describe') { 'Describing' } else { 'Context' }
    Write-Host "$(' ' * (Get-Depth $Block))$title $($Block.ExpandedName)" -ForegroundColor Green
}

function Write-BlockFailure($Block) {
    if (-not (Test-Verbosity Minimal, Normal, Detailed, Diagnostic)) {
        return
    }
    $margin = ' ' * (Get-Depth $Block)
    $title = if ($Block.IsRoot) { 'Container' } else { "$($Block.Kind) $($Block.ExpandedPath)" }
    Write-Host "$margin[-] $title failed" -ForegroundColor Red
    Write-ErrorText $Block.ErrorRecord "$margin  "
}

function Write-TestResult($Test) {
    $detailed = Test-Verbosity Detailed, Diagnostic
    if (-not $detailed -and -not ($Test.Result -eq 'Failed' -and (Test-Verbosity Minimal, Normal))) {
        return
    }
    $margin = if ($detailed) { ' ' * (2 + (Get-Depth $Test.Block)) } else { '' }
    $name = if ($detailed) { $Test.ExpandedName } else { $Test.ExpandedPath }
    $mark, $colour = switch ($Test.Result) {
        'Passed' { '[+]', 'DarkGreen' }
        'Skipped' { '[!]', 'Yellow' }
        'Inconclusive' { '[?]', 'Gray' }
        default { '[-]', 'Red' }
    }
    $because = if ($Test.Result -in 'Skipped', 'Inconclusive' -and $Test.ErrorRecord.Count -gt 0) { " $($Test.ErrorRecord[-1].Exception.Message)" } else { '' }
    Write-Host "$margin$mark $name$because " -ForegroundColor $colour -NoNewline
    Write-Host "$(Format-Time $Test.Duration) ($(Format-Time $Test.UserDuration)|$(Format-Time $Test.FrameworkDuration))" -ForegroundColor DarkGray
    if ($Test.Result -eq 'Failed') {
        Write-ErrorText $Test.ErrorRecord "$margin "
    }
}

# The message, then where: the assertion's own line and the script's frames without this module's.
function Write-ErrorText($Records, [string] $Margin) {
    foreach ($record in $Records) {
        $message = if ($record.FullyQualifiedErrorId -eq 'PesterAssertionFailed') {
            $record.Exception.Message
        }
        else {
            "$($record.Exception.GetType().Name): $($record.Exception.Message)"
        }
        foreach ($line in $message -split '\r?\n') {
            Write-Host "$Margin$line" -ForegroundColor Red
        }
        if ($record.TargetObject -is [System.Collections.IDictionary] -and $record.TargetObject['LineText']) {
            Write-Host "${Margin}at $($record.TargetObject['LineText']), $($record.TargetObject['File']):$($record.TargetObject['Line'])" -ForegroundColor Red
        }
        foreach ($frame in "$($record.ScriptStackTrace)" -split '\r?\n') {
            if ($frame -and -not $frame.Contains($PSScriptRoot) -and $frame -match '^at (?<what>.*), (?<file>/.*): line (?<line>\d+)$') {
                Write-Host "${Margin}at $($Matches.what), $($Matches.file):$($Matches.line)" -ForegroundColor DarkRed
            }
        }
    }
}

function Write-Summary($Run) {
    if (-not (Test-Verbosity Minimal, Normal, Detailed, Diagnostic)) {
        return
    }
    Write-Host "Tests completed in $(Format-Time $Run.Duration)"
    $colour = if ($Run.Result -eq 'Failed') { 'Red' } else { 'Green' }
    Write-Host "Tests Passed: $($Run.PassedCount), Failed: $($Run.FailedCount), Skipped: $($Run.SkippedCount), Inconclusive: $($Run.InconclusiveCount), NotRun: $($Run.NotRunCount)" -ForegroundColor $colour
    if ($Run.FailedBlocksCount) {
        Write-Host "BeforeAll \ AfterAll failed: $($Run.FailedBlocksCount)" -ForegroundColor Red
        $Run.FailedBlocks | ForEach-Object { Write-Host "  - $($_.ExpandedPath)" -ForegroundColor Red }
    }
    if ($Run.FailedContainersCount) {
        Write-Host "Container failed: $($Run.FailedContainersCount)" -ForegroundColor Red
        $Run.FailedContainers | ForEach-Object { Write-Host "  - $($_.Name)" -ForegroundColor Red }
    }
}
