# Shows what the module does, in a store of its own that is removed at the end, and how long each step takes.
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/tests/Pester/Support.psm1"
$times = [Collections.Generic.List[object]]::new()

# Runs a step, shows its command and what it returns, and notes its time.
function Invoke-Step {
    param([string] $Title, [scriptblock] $Step)
    Write-Host
    Write-Host "# $Title"
    foreach ($line in $Step.ToString().Trim() -split '\r?\n') { Write-Host "> $($line.Trim())" }
    $watch = [Diagnostics.Stopwatch]::StartNew()
    # Local scope would hide what a step assigns from the next one.
    . $Step | Out-Host
    $times.Add([pscustomobject]@{ Step = $Title; Milliseconds = [Math]::Round($watch.Elapsed.TotalMilliseconds, 1) })
}

Write-Host 'Preparing root file systems: busybox from Debian''s busybox-static, Debian by mmdebstrap (kept for the next time)...'
$busybox = Get-BusyboxTar
$debian = Get-DebianTar

$watch = [Diagnostics.Stopwatch]::StartNew()
$store = New-TestStore
$times.Add([pscustomobject]@{ Step = 'Import-Module'; Milliseconds = [Math]::Round($watch.Elapsed.TotalMilliseconds, 1) })
try {
    Invoke-Step 'Import a busybox image' { Import-Image $busybox -Name busybox -Command sh }
    Invoke-Step 'Import a Debian image' { Import-Image $debian -Name debian -Command bash }
    Invoke-Step 'Images' { Get-Image }
    Invoke-Step 'Run a program' { Invoke-Container debian cat /etc/os-release }
    Invoke-Step 'Run it again, warm' { Invoke-Container -Remove busybox echo 'hello from busybox' }
    Invoke-Step 'Start a container in the background' {
        Invoke-Container -Detach -Name ticker debian sh -c 'while true; do echo "tick at $(date +%T)"; sleep 0.2; done'
    }
    Invoke-Step 'Follow its log for three lines' { Get-ContainerLog ticker -Follow | Select-Object -First 3 }
    Invoke-Step 'Run a program in it' { Invoke-ContainerExec ticker sh -c 'echo "$(hostname) runs $(uname -r)"' }
    Invoke-Step 'Containers' { Get-Container | Format-Table }
    Invoke-Step 'Stop it' { Stop-Container ticker -Timeout 1s }
    Invoke-Step 'Remove all that have ended' { Get-Container -State Exited | Remove-Container }
    Invoke-Step 'Nothing is left' { "$(@(Get-Container).Count) containers" }
}
finally {
    $left = Remove-TestStore $store
}

Write-Host
$times | Format-Table -AutoSize | Out-Host
if ($left) {
    Write-Host "Left behind: $($left -join [Environment]::NewLine)"
    exit 1
}
