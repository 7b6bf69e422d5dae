# 50 MB that a container writes, into a file: byte for byte, and as lines by the pipeline. The peers' clients write it to the same file by the shell.
param([object] $Bench)

$bytes = 50 * 1MB
$file = "$($Bench.Store)/output"
$line = 'yes "a line of output as programs write them, with a number: 0123456789" | head -c ' + $bytes
function Assert-Size { if ([IO.FileInfo]::new($file).Length -ne $bytes) { throw "The output has $([IO.FileInfo]::new($file).Length) bytes, not $bytes" }; [IO.File]::Delete($file) }
function New-PeerSide([string] $Engine, [string[]] $Command) {
    New-Side $Engine -Command (@('/bin/sh', '-c', 'file=$1; shift; exec "$@" > "$file"', 'sh', $file) + $Command) -After { Assert-Size }
}
$sides = @(
    if ($Bench.Module) { New-Side ContainerPS -Script { Invoke-Container -Remove -Network none -OutFile $file busybox sh -c $line } -After { Assert-Size } }
    New-PeerSide docker ($Bench.Peer.Docker + 'run', '--rm', '--network', 'none', 'busybox', 'sh', '-c', $line)
    New-PeerSide podman ($Bench.Peer.Podman + 'run', '--rm', '--network', 'none', '--cgroup-parent', '/containerps-bench-podman', 'busybox', 'sh', '-c', $line)
)
ConvertTo-Figure '50 MB of output to a file, bytes' (Measure-Side -Side $sides -Rounds ([Math]::Max(3, $Bench.Rounds / 4))) @{ docker = 3; podman = 1 }
if ($Bench.Module) {
    $sides[0] = New-Side ContainerPS -Script { Invoke-Container -Remove -Network none busybox sh -c $line | Set-Content $file } -After { [IO.File]::Delete($file) }
    ConvertTo-Figure '50 MB of output to a file, lines' (Measure-Side -Side $sides -Rounds ([Math]::Max(3, $Bench.Rounds / 4)))
}
