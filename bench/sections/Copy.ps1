# 200 MB into a running container and out of it, as one file and as a thousand; cp on this machine beside it.
param([object] $Bench)

$peer = $Bench.Peer
$sleep = 'sleep', '1000000'
$null = Assert-Program ($peer.Docker + 'run', '--detach', '--name', 'bench', '--network', 'none', 'busybox' + $sleep)
$null = Assert-Program ($peer.Podman + 'run', '--detach', '--name', 'bench', '--network', 'none', '--cgroup-parent', '/containerps-bench-podman', 'busybox' + $sleep)
if ($Bench.Module) { $null = Invoke-Container -Detach -Name bench -Network none busybox sleep 1000000 }

# On the stores' file system: of what no disk could make less, and as many files as that.
$folder = "$($Bench.Store)/copy"
$null = [IO.Directory]::CreateDirectory("$folder/many")
$null = Assert-Program dd, 'if=/dev/urandom', "of=$folder/big", 'bs=1M', 'count=200', 'status=none'
$null = Assert-Program split, '--number=1000', '--suffix-length=4', "$folder/big", "$folder/many/part"
$back = "$folder/back"
$settle = {
    $null = Assert-Program rm, '-rf', $back
    $null = Assert-Program sync, '--file-system', $Bench.Store
}
foreach ($what in 'big', 'many') {
    $label = if ($what -eq 'big') { '200 MB, one file' } else { '200 MB, 1000 files' }

    # What is in the folder, or every turn would copy it one folder deeper.
    $source = if ($what -eq 'big') { "$folder/big" } else { "$folder/many/." }
    $check = {
        $size = 0L
        $files = if ([IO.File]::Exists($back)) { @($back) } else { [IO.Directory]::GetFiles($back) }
        foreach ($file in $files) { $size += [IO.FileInfo]::new($file).Length }
        if ($size -ne 200MB) { throw "$size bytes were copied" }
    }
    $peers = [ordered]@{ 'docker cp' = $peer.Docker; 'podman cp' = $peer.Podman }
    $rounds = [Math]::Max(5, $Bench.Rounds / 4)

    # Into a place where nothing is: what an engine does away with first is not what is measured.
    $clear = 'busybox', 'rm', '-rf', "/tmp/$what"
    $sides = @(
        if ($Bench.Module) { New-Side ContainerPS -Before { Invoke-ContainerExec bench -Command $clear; & $settle } -Script { Copy-ContainerItem $source "bench:/tmp/$what" } }
        foreach ($engine in $peers.GetEnumerator()) {
            $remove = $engine.Value + 'exec' + 'bench' + $clear
            New-Side $engine.Key -Before { $null = Assert-Program $remove; & $settle }.GetNewClosure() -Command ($engine.Value + 'cp' + $source + "bench:/tmp/$what")
        }
        New-Side cp -Before $settle -Command cp, '-r', "$folder/$what", $back
    )
    ConvertTo-Figure "copy in, $label" (Measure-Side -Side $sides -Rounds $rounds) @{ 'docker cp' = 3 }
    $sides = @(
        if ($Bench.Module) { New-Side ContainerPS -Before $settle -After $check -Script { Copy-ContainerItem "bench:/tmp/$what" $back } }
        foreach ($engine in $peers.GetEnumerator()) { New-Side $engine.Key -Before $settle -After $check -Command ($engine.Value + 'cp' + "bench:/tmp/$what", $back) }
        New-Side cp -Before $settle -After $check -Command cp, '-r', "$folder/$what", $back
    )
    ConvertTo-Figure "copy out, $label" (Measure-Side -Side $sides -Rounds $rounds) @{ 'docker cp' = 3 }
}

$null = Assert-Program ($peer.Docker + 'rm', '--force', 'bench')
$null = Assert-Program ($peer.Podman + 'rm', '--force', '--time', '0', 'bench')
if ($Bench.Module) { Remove-Container bench -Force }
$null = Assert-Program rm, '-rf', $folder
