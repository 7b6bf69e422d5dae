# Everything measured runs in mount, network and PID namespaces of the bench's own (sandbox.sh), one after another for each kind of
# store: daemons, mounts, bridges and rules end with them. Only cgroups outlive namespaces; those are removed here.
Set-StrictMode -Version 3.0
Import-Module "$PSScriptRoot/Timing.psm1"
Import-Module "$PSScriptRoot/Peers.psm1"
Import-Module "$PSScriptRoot/Images.psm1"

# The command line of this very PowerShell, pwsh or the tests' host.
function Get-Shell {
    $path = [Environment]::ProcessPath
    if ([IO.Path]::GetFileName($path) -eq 'dotnet') { $path, [Environment]::GetCommandLineArgs()[0] } else { , $path }
}

# It ends with this shell, whatever ends that.
function Get-SandboxCommand {
    param([string] $Folder, [string] $Store, [string[]] $Command)
    @((Find-Program setpriv), '--pdeathsig', 'KILL', (Find-Program unshare), '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', '/bin/sh', "$PSScriptRoot/sandbox.sh", $Folder, $Store) + $Command
}

# Whether the cgroup v2 tree beside v1 ones has to be left out, for crun refuses it: tried, since other versions don't.
function Initialize-Hybrid {
    param([string] $Folder)
    New-Bundle "$Folder/try" try
    $command = Get-SandboxCommand $Folder none @((Find-Program crun), 'run', '--bundle', "$Folder/try", 'try')
    $env:CONTAINERPS_BENCH_HYBRID = 'keep'
    $first = Invoke-Program $command
    if ($first.ExitCode -ne 0) {
        $env:CONTAINERPS_BENCH_HYBRID = 'hide'
        $second = Invoke-Program $command
        if ($second.ExitCode -ne 0) { throw "crun runs no container here: $($first.Error) $($first.Output), and without a cgroup v2 tree: $($second.Error) $($second.Output)" }
    }
    [IO.Directory]::Delete("$Folder/try", $true)
}

# Runs a script in a sandbox with a store of that kind at $Folder/store; returns the exit code. Its output goes to ours.
function Invoke-Sandbox {
    param([string] $Folder, [string] $Store, [string] $Script, [string[]] $Argument)
    $command = Get-SandboxCommand $Folder $Store (@(Get-Shell) + @('-NoProfile', '-File', $Script) + $Argument)
    $program, $arguments = $command
    & $program @arguments | Write-Host
    $LASTEXITCODE
}

# Cgroups by these names are the peers' of a bench. podman's are removed only if there were none before.
function Get-BenchCgroup {
    @(& find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d '(' -name libpod_parent -o -name 'containerps-bench*' ')' 2>/dev/null)
}

function Remove-BenchCgroup {
    param([string[]] $Keep, [string[]] $Container)
    $tops = @(Get-BenchCgroup | Where-Object { $Keep -notcontains $_ })
    # Those of our own containers that a failed section has left.
    foreach ($id in $Container) { $tops += @(& find /sys/fs/cgroup -mindepth 2 -maxdepth 3 -type d -path "*/containerps/$id" 2>/dev/null) }
    foreach ($top in $tops) { & find $top -depth -type d -exec rmdir '{}' ';' 2>/dev/null }
}

Export-ModuleMember -Function Get-Shell, Initialize-Hybrid, Invoke-Sandbox, Get-BenchCgroup, Remove-BenchCgroup
