# How things are timed: a side is what one engine does for a figure; the sides of a figure take turns, round by round, so that
# whatever else the machine does falls on all of them. A side that fails or prints something else ends the figure.
Set-StrictMode -Version 3.0

# One engine's side of a figure. Command is a program with its arguments, timed from start to exit; or Script a block, timed in
# this shell. Either has to print Expected and nothing else; a program has to exit with 0. Before and After aren't timed.
function New-Side {
    param([string] $Engine, [string[]] $Command, [scriptblock] $Script, [string] $Expected = '', [scriptblock] $Before, [scriptblock] $After)
    [pscustomobject]@{ Engine = $Engine; Command = $Command; Script = $Script; Expected = $Expected; Before = $Before; After = $After }
}

# Runs a program and returns {ExitCode, Output, Error, Milliseconds}.
function Invoke-Program {
    param([string[]] $Command)
    $start = [Diagnostics.ProcessStartInfo]::new($Command[0])
    foreach ($argument in $Command | Select-Object -Skip 1) { $start.ArgumentList.Add($argument) }
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    # What is measured prints a few lines at most, so one pipe can't fill while the other is read.
    $output = $process.StandardOutput.ReadToEnd()
    $errors = $process.StandardError.ReadToEnd()
    $process.WaitForExit()
    $watch.Stop()
    [pscustomobject]@{ ExitCode = $process.ExitCode; Output = $output.TrimEnd(); Error = $errors.TrimEnd(); Milliseconds = $watch.Elapsed.TotalMilliseconds }
    $process.Dispose()
}

# Runs a program that must succeed and returns its output.
function Assert-Program {
    param([string[]] $Command)
    $result = Invoke-Program $Command
    if ($result.ExitCode -ne 0) { throw "'$($Command -join ' ')' exited with $($result.ExitCode): $($result.Error) $($result.Output)" }
    $result.Output
}

# Starts a program that goes on in the background, its output in a file, and returns its Process.
function Start-Background {
    param([string[]] $Command, [string] $Log)
    $start = [Diagnostics.ProcessStartInfo]::new('/bin/sh')
    foreach ($argument in @('-c', 'log=$1; shift; exec "$@" </dev/null >"$log" 2>&1', 'sh', $Log) + $Command) { $start.ArgumentList.Add($argument) }
    [Diagnostics.Process]::Start($start)
}

function Invoke-Side {
    param([object] $Side)
    if ($Side.Before) { $null = & $Side.Before }
    if ($Side.Command) {
        $result = Invoke-Program $Side.Command
        if ($result.ExitCode -ne 0 -or $result.Output -cnotlike $Side.Expected) {
            throw "$($Side.Engine): '$($Side.Command -join ' ')' exited with $($result.ExitCode) and printed '$($result.Output)' '$($result.Error)'; 0 and '$($Side.Expected)' were expected"
        }
        $milliseconds = $result.Milliseconds
    } else {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $output = & $Side.Script
        $watch.Stop()
        $text = @($output) -join "`n"
        if ($text -cnotlike $Side.Expected) { throw "$($Side.Engine): '$($Side.Script)' returned '$text'; '$($Side.Expected)' was expected" }
        $milliseconds = $watch.Elapsed.TotalMilliseconds
    }
    if ($Side.After) { $null = & $Side.After }
    $milliseconds
}

# Does it once, untimed: that it prints what it should proves that the timed ones, which print nothing, do run.
function Assert-Side {
    param([object[]] $Side)
    foreach ($one in $Side) { $null = Invoke-Side $one }
}

function Get-Median {
    param([double[]] $Value)
    $sorted = [double[]] $Value.Clone()
    [Array]::Sort($sorted)
    $middle = [Math]::Floor($sorted.Length / 2)
    if ($sorted.Length % 2) { $sorted[$middle] } else { ($sorted[$middle - 1] + $sorted[$middle]) / 2 }
}

# What an engine's samples come to: {Engine, Median, Minimum, Samples}.
function New-Result {
    param([string] $Engine, [double[]] $Samples)
    [pscustomobject]@{ Engine = $Engine; Median = Get-Median $Samples; Minimum = [Linq.Enumerable]::Min($Samples); Samples = $Samples }
}

# Times the sides in turns, after a round for warming up, and returns {Engine, Median, Minimum, Samples} in milliseconds.
function Measure-Side {
    param([object[]] $Side, [int] $Rounds)
    $samples = @($Side | ForEach-Object { , [Collections.Generic.List[double]]::new() })
    for ($round = 0; $round -le $Rounds; $round++) {
        for ($i = 0; $i -lt $Side.Count; $i++) {
            $milliseconds = Invoke-Side $Side[$i]
            if ($round -gt 0) { $samples[$i].Add($milliseconds) }
        }
    }
    for ($i = 0; $i -lt $Side.Count; $i++) {
        New-Result $Side[$i].Engine $samples[$i].ToArray()
    }
}

# Hundredths of seconds that processors have worked since the machine's start, other machines' on the same ones included (man 5 proc, "stat").
function Get-WorkTime {
    $fields = [IO.File]::ReadAllLines('/proc/stat')[0] -split '\s+'
    $total = 0L
    foreach ($i in 1, 2, 3, 6, 7, 8) { $total += [long] $fields[$i] }
    $total
}

# How many processors were kept busy in a second in which the bench itself waits: by everything else.
function Measure-Load {
    $before = Get-WorkTime
    $watch = [Diagnostics.Stopwatch]::StartNew()
    Start-Sleep -Seconds 1
    [Math]::Round(((Get-WorkTime) - $before) / 100 / $watch.Elapsed.TotalSeconds, 2)
}

Export-ModuleMember -Function New-Side, Invoke-Program, Assert-Program, Start-Background, Assert-Side, Get-Median, New-Result, Measure-Side, Measure-Load
