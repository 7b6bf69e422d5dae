# A program in a running container at the runtimes' level.
param([object] $Bench)

$engines = ([ordered]@{ ContainerPS = $Bench.Runcs; crun = $Bench.Peer.Crun; runc = $Bench.Peer.Runc }).GetEnumerator() | Where-Object { $_.Value }
try {
    $sides = @(
        foreach ($engine in $engines) {
            $bundle = "$($Bench.Store)/exec-$($engine.Key)"
            New-Bundle $bundle $engine.Key sleep, 1000000
            # Detached, the container keeps the runtime's outputs open: not our pipes.
            $null = Assert-Program (@('/bin/sh', '-c', 'exec "$@" </dev/null >/dev/null 2>&1', 'sh') + $engine.Value + 'run', '--detach', '--bundle', $bundle, 'exec')
            Assert-Side (New-Side $engine.Key -Command ($engine.Value + 'exec', 'exec', 'echo', 'ran') -Expected 'ran')
            New-Side $engine.Key -Command ($engine.Value + 'exec', 'exec', 'true')
        }
    )
    ConvertTo-Figure 'exec true (runtime)' (Measure-Side -Side $sides -Rounds $Bench.Rounds) @{ crun = 1.0 }
} finally {
    foreach ($engine in $engines) { $null = Invoke-Program ($engine.Value + 'delete', '--force', 'exec') }
}
