# A container's whole life at the runtime's level: one bundle each, of the same content, run in the foreground.
param([object] $Bench)

$sides = @(
    foreach ($engine in ([ordered]@{ ContainerPS = $Bench.Runcs; crun = $Bench.Peer.Crun; runc = $Bench.Peer.Runc }).GetEnumerator() | Where-Object { $_.Value }) {
        $proof = "$($Bench.Store)/proof-$($engine.Key)"
        New-Bundle $proof $engine.Key echo, ran
        Assert-Side (New-Side $engine.Key -Command ($engine.Value + 'run', '--bundle', $proof, 'proof') -Expected 'ran')
        $bundle = "$($Bench.Store)/run-$($engine.Key)"
        New-Bundle $bundle $engine.Key
        New-Side $engine.Key -Command ($engine.Value + 'run', '--bundle', $bundle, 'bench')
    }
    # What any program costs from this shell: part of all the figures.
    New-Side 'bare process' -Command "$($Bench.Store)/run-crun/rootfs/bin/true"
)
ConvertTo-Figure 'run busybox true (runtime)' (Measure-Side -Side $sides -Rounds $Bench.Rounds) @{ crun = 1.0 }
