# Many containers at the runtimes' level: one after another, made, started and removed; and at once. Each side is one script.
param([object] $Bench)

$scripts = [ordered]@{
    'create, start, delete, 500 one after another' = 'i=0; while [ $i -lt 500 ]; do i=$((i+1))
        "$@" create --bundle "$bundle" many$i && "$@" start many$i && "$@" delete --force many$i || exit 1; done'
    '200 at once, run, kill, delete' = 'i=0; while [ $i -lt 200 ]; do i=$((i+1)); "$@" run --detach --bundle "$bundle" many$i || exit 1; done
        i=0; while [ $i -lt 200 ]; do i=$((i+1)); "$@" kill many$i KILL || exit 1; done
        i=0; while [ $i -lt 200 ]; do i=$((i+1)); "$@" delete --force many$i || exit 1; done'
}
foreach ($script in $scripts.GetEnumerator()) {
    $program = if ($script.Key -like '*at once*') { 'sleep', '1000000' } else { , 'true' }
    $sides = @(
        foreach ($engine in ([ordered]@{ ContainerPS = $Bench.Runcs; crun = $Bench.Peer.Crun; runc = $Bench.Peer.Runc }).GetEnumerator() | Where-Object { $_.Value }) {
            $bundle = "$($Bench.Store)/many-$($program[0])-$($engine.Key)"
            New-Bundle $bundle $engine.Key $program
            # Its cgroup is the bundle's only one: each container has its own by its id.
            $config = [IO.File]::ReadAllText("$bundle/config.json") -replace '(?m)^\s*"cgroupsPath": ".*",?$', ''
            [IO.File]::WriteAllText("$bundle/config.json", $config)
            New-Side $engine.Key -Command (@('/bin/sh', '-c', "exec </dev/null >/dev/null; bundle=`$1; shift; $($script.Value)", 'sh', $bundle) + $engine.Value)
        }
    )
    ConvertTo-Figure $script.Key (Measure-Side -Side $sides -Rounds ([Math]::Max(1, [Math]::Floor($Bench.Rounds / 20)))) @{ crun = 1.0 }
}
