# A container's whole life at the runtime's level: one bundle each, of the same content, run in the foreground. What docker and
# podman ask of their runtime differs.
param([object] $Bench)

foreach ($asker in ([ordered]@{ docker = 'config.json'; podman = 'config-podman.json' }).GetEnumerator()) {
    $sides = @(
        foreach ($engine in ([ordered]@{ ContainerPS = $Bench.Runcs; crun = $Bench.Peer.Crun; runc = $Bench.Peer.Runc }).GetEnumerator() | Where-Object { $_.Value }) {
            $proof = "$($Bench.Store)/proof-$($asker.Key)-$($engine.Key)"
            New-Bundle $proof $engine.Key echo, ran -Config $asker.Value
            Assert-Side (New-Side $engine.Key -Command ($engine.Value + 'run', '--bundle', $proof, 'proof') -Expected 'ran')
            $bundle = "$($Bench.Store)/run-$($asker.Key)-$($engine.Key)"
            New-Bundle $bundle $engine.Key -Config $asker.Value
            New-Side $engine.Key -Command ($engine.Value + 'run', '--bundle', $bundle, 'bench')
        }
        # What any program costs from this shell: part of all the figures.
        if ($asker.Key -eq 'docker') { New-Side 'bare process' -Command "$($Bench.Store)/run-docker-crun/rootfs/bin/true" }
    )
    ConvertTo-Figure "run busybox true ($($asker.Key)'s spec)" (Measure-Side -Side $sides -Rounds $Bench.Rounds) @{ crun = 1.0; runc = 2.5 }
}
