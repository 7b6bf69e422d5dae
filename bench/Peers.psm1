# The engines we are measured against, as Debian ships them: which are missing, their daemons, their command lines.
Set-StrictMode -Version 3.0
Import-Module "$PSScriptRoot/Timing.psm1"

$packages = [ordered]@{ dockerd = 'docker.io'; containerd = 'containerd'; runc = 'runc'; podman = 'podman'; conmon = 'conmon'; crun = 'crun' }

# Where a program is: PATH first, then where Debian puts daemons, which an ordinary PATH leaves out.
function Find-Program {
    param([string] $Name)
    foreach ($folder in @($env:PATH -split ':') + '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin') {
        if ($folder -and [IO.File]::Exists("$folder/$Name")) { return "$folder/$Name" }
    }
}

# Installs the Debian packages of those programs that are missing, without letting them start services.
function Install-Program {
    param([Collections.IDictionary] $Package = $packages)
    $missing = @($Package.Keys | Where-Object { -not (Find-Program $_) } | ForEach-Object { $Package[$_] } | Select-Object -Unique)
    if (-not $missing) { return }
    $command = "apt-get install --no-install-recommends $($missing -join ' ')"
    if (-not (Find-Program apt-get)) { throw "The bench needs the programs of Debian's $($missing -join ', '), and this machine has no apt-get: install them by hand" }
    Write-Host "$command ..."
    # The convention for keeping packages from starting services (invoke-rc.d(8)); one that is there already is the administrator's.
    $policy = '/usr/sbin/policy-rc.d'
    $ours = -not [IO.File]::Exists($policy)
    try {
        if ($ours) {
            [IO.File]::WriteAllText($policy, "#!/bin/sh`nexit 101`n")
            $null = Assert-Program chmod, 755, $policy
        }
        & sh -c 'export DEBIAN_FRONTEND=noninteractive; { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null' sh @missing
        if ($LASTEXITCODE -ne 0) { throw "'$command' failed: run it by hand to see why" }
    } finally {
        if ($ours) { [IO.File]::Delete($policy) }
    }
}

# Docker's own client: another product's or another version's may be first on PATH.
function Find-DockerClient {
    $version = ([string](Assert-Program (Find-Program dockerd), '--version') -split '[ ,]+')[2]
    foreach ($path in "$(Find-Program docker)", '/usr/bin/docker') {
        if ($path -and [IO.File]::Exists($path) -and (Assert-Program $path, '--version') -match "version $([regex]::Escape($version))") { return $path }
    }
    throw "No docker client of dockerd's version $version was found: reinstall Debian's docker.io"
}

# The daemons' and command lines' common part. Called in the sandbox, where /run is ours; the store's folder decides the file system.
function Start-Peer {
    param([string] $Store, [string] $Folder)
    $docker = @((Find-DockerClient), '--config', "$Folder/docker-client", '--host', 'unix:///run/docker.sock')
    $null = [IO.Directory]::CreateDirectory("$Folder/docker-client")
    [IO.File]::WriteAllText("$Folder/containerd.toml", "version = 2`noom_score = 0`ndisabled_plugins = ['io.containerd.grpc.v1.cri']`n")
    $containerd = Start-Background @((Find-Program containerd), '--config', "$Folder/containerd.toml", '--root', "$Store/containerd", '--state', '/run/containerd',
        '--address', '/run/containerd/containerd.sock', '--log-level', 'warn') "$Folder/containerd.log"
    $null = Wait-For 'containerd' $containerd "$Folder/containerd.log" { [IO.File]::Exists('/run/containerd/containerd.sock') }
    $dockerd = Start-Docker $docker $Folder dockerd @('--data-root', "$Store/docker", '--exec-root', '/run/docker', '--pidfile', '/run/docker.pid', '--host', 'unix:///run/docker.sock',
        '--bridge', 'none', '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false')
    [pscustomobject]@{
        Docker = $docker
        Podman = @((Find-Program podman), '--root', "$Store/podman", '--runroot', '/run/podman', '--tmpdir', '/run/libpod', '--storage-driver', 'overlay',
            '--cgroup-manager', 'cgroupfs', '--events-backend', 'file', '--runtime', (Find-Program crun))
        Crun = @((Find-Program crun), '--root', '/run/crun')
        Runc = @((Find-Program runc), '--root', '/run/runc')
        Daemon = @($dockerd, $containerd)
    }
}

# A dockerd on the containerd that runs already; Docker is a client's command line that reaches it.
function Start-Docker {
    param([string[]] $Docker, [string] $Folder, [string] $Name, [string[]] $Option)
    [IO.File]::WriteAllText("$Folder/$Name.json", '{}')
    $options = @('--config-file', "$Folder/$Name.json", '--containerd', '/run/containerd/containerd.sock', '--storage-driver', 'overlay2',
        '--cgroup-parent', '/containerps-bench-docker', '--log-level', 'warn') + $Option
    # Its default of -500 needs CAP_SYS_RESOURCE; newer ones have neither the option nor the default.
    if ((Assert-Program (Find-Program dockerd), '--help') -match '--oom-score-adjust') { $options += '--oom-score-adjust', '0' }
    $process = Start-Background (@(Find-Program dockerd) + $options) "$Folder/$Name.log"
    $null = Wait-For $Name $process "$Folder/$Name.log" { (Invoke-Program ($Docker + 'version')).ExitCode -eq 0 }
    $process
}

# Another dockerd with Docker's usual bridge and rules, in the sandbox's network namespace: {Docker, Process}.
function Start-BridgedDocker {
    param([object] $Peer, [string] $Store, [string] $Folder)
    $docker = $Peer.Docker[0..($Peer.Docker.Count - 2)] + 'unix:///run/docker-bridge.sock'
    $process = Start-Docker $docker $Folder dockerd-bridge @('--containerd-namespace', 'bridge', '--containerd-plugins-namespace', 'bridge-plugins', '--data-root', "$Store/docker-bridge",
        '--exec-root', '/run/docker-bridge', '--pidfile', '/run/docker-bridge.pid', '--host', 'unix:///run/docker-bridge.sock', '--bip', '172.31.0.1/24')
    [pscustomobject]@{ Docker = $docker; Process = $process }
}

# Ends one of the daemons in its own way.
function Stop-Daemon {
    param([Diagnostics.Process] $Process)
    if (-not $Process.HasExited) {
        $null = Invoke-Program 'kill', '-TERM', $Process.Id
        if (-not $Process.WaitForExit(15000)) { $Process.Kill() }
    }
    $Process.Dispose()
}

function Wait-For {
    param([string] $Name, [Diagnostics.Process] $Process, [string] $Log, [scriptblock] $Ready)
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Ready)) {
        if ($Process.HasExited -or $watch.Elapsed.TotalSeconds -gt 60) {
            throw "$Name did not become ready within $([int]$watch.Elapsed.TotalSeconds) s:`n$([IO.File]::ReadAllText($Log))"
        }
        Start-Sleep -Milliseconds 50
    }
}

# Removes the containers, and with them their cgroups.
function Clear-Peer {
    param([object] $Peer)
    foreach ($client in $Peer.Docker, $Peer.Podman) {
        $ids = @((Invoke-Program ($client + 'ps', '--all', '--quiet')).Output -split '\s+' | Where-Object { $_ })
        if ($ids) { $null = Invoke-Program ($client + 'rm', '--force' + $ids) }
    }
}

function Stop-Peer {
    param([object] $Peer)
    Clear-Peer $Peer
    foreach ($process in $Peer.Daemon) { Stop-Daemon $process }
}

# {docker = 20.10.24; …} for the report.
function Get-PeerVersion {
    $versions = [ordered]@{}
    foreach ($name in $packages.Keys) {
        $line = @((Assert-Program (Find-Program $name), '--version') -split "`n" | Where-Object { $_ -match 'version|containerd' })[0]
        $versions[$name] = if ($line -match '\d+\.\d+[\w.+~-]*') { $Matches[0] } else { $line }
    }
    $versions
}

Export-ModuleMember -Function Find-Program, Install-Program, Start-Peer, Start-BridgedDocker, Stop-Daemon, Clear-Peer, Stop-Peer, Get-PeerVersion
