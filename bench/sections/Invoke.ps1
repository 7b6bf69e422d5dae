# What a user waits for: a throw-away container of busybox, in a warm shell.
param([object] $Bench)

$docker = $Bench.Peer.Docker + 'run', '--rm', '--network', 'none', 'busybox'
$podman = $Bench.Peer.Podman + 'run', '--rm', '--network', 'none', '--cgroup-parent', '/containerps-bench-podman', 'busybox'
$proof = @(
    if ($Bench.Module) { New-Side ContainerPS -Expected 'ran' -Script { Invoke-Container -Remove -Network none busybox echo ran } }
    New-Side docker -Expected 'ran' -Command ($docker + 'echo', 'ran')
    New-Side podman -Expected 'ran' -Command ($podman + 'echo', 'ran')
)
Assert-Side $proof
$sides = @(
    if ($Bench.Module) {
        New-Side ContainerPS -Script {
            Invoke-Container -Remove -Network none busybox true
            if ($LASTEXITCODE -ne 0) { throw "true exited with $LASTEXITCODE" }
        }
    }
    New-Side docker -Command ($docker + 'true')
    New-Side podman -Command ($podman + 'true')
)
ConvertTo-Figure 'run --rm busybox true' (Measure-Side -Side $sides -Rounds $Bench.Rounds) @{ docker = 15 }
