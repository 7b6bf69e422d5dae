# A program in a running container, by the engines' commands from a warm shell.
param([object] $Bench)

$peer = $Bench.Peer
$sleep = 'sleep', '1000000'
$null = Assert-Program ($peer.Docker + 'run', '--detach', '--name', 'bench', '--network', 'none', 'busybox' + $sleep)
$null = Assert-Program ($peer.Podman + 'run', '--detach', '--name', 'bench', '--network', 'none', '--cgroup-parent', '/containerps-bench-podman', 'busybox' + $sleep)
if ($Bench.Module) { $null = Invoke-Container -Detach -Name bench -Network none busybox sleep 1000000 }
$proof = @(
    if ($Bench.Module) { New-Side ContainerPS -Expected 'ran' -Script { Invoke-ContainerExec bench echo ran } }
    New-Side docker -Expected 'ran' -Command ($peer.Docker + 'exec', 'bench', 'echo', 'ran')
    New-Side podman -Expected 'ran' -Command ($peer.Podman + 'exec', 'bench', 'echo', 'ran')
)
Assert-Side $proof
$sides = @(
    if ($Bench.Module) {
        New-Side ContainerPS -Script {
            Invoke-ContainerExec bench true
            if ($LASTEXITCODE -ne 0) { throw "true exited with $LASTEXITCODE" }
        }
    }
    New-Side docker -Command ($peer.Docker + 'exec', 'bench', 'true')
    New-Side podman -Command ($peer.Podman + 'exec', 'bench', 'true')
)
ConvertTo-Figure 'exec true' (Measure-Side -Side $sides -Rounds $Bench.Rounds) @{ docker = 8 }
$null = Assert-Program ($peer.Docker + 'rm', '--force', 'bench')
$null = Assert-Program ($peer.Podman + 'rm', '--force', '--time', '0', 'bench')
if ($Bench.Module) { Remove-Container bench -Force }
