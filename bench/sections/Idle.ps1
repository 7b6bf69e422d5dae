# Many idle containers at once: what their monitors take together, and how fast they start, one after another. The
# report draws that (docs/starts.svg). The peers start fewer.
param([object] $Bench)

function Measure-StartTime([string] $Engine, [int] $Count, [scriptblock] $Start) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $times = [double[]] @(for ($i = 1; $i -le $Count; $i++) { $null = & $Start $i; $watch.Elapsed.TotalMilliseconds })
    [pscustomobject]@{ Engine = $Engine; Median = $times[-1] / $Count; Minimum = $times[-1] / $Count; Samples = $times }
}

$docker, $podman = $Bench.Peer.Docker, $Bench.Peer.Podman
$results = @()
try {
    if ($Bench.Module) {
        $results += Measure-StartTime ContainerPS 500 { param($i) Invoke-Container -Detach -Name "idle$i" -Network none busybox sleep 1000000 }
        $total = 0
        $monitors = 0
        foreach ($folder in [IO.Directory]::GetDirectories('/proc')) {
            if ($folder -notmatch '/\d+$') { continue }
            try {
                if ([IO.File]::ReadAllText("$folder/cmdline").Replace("`0", ' ') -notmatch 'runcs( \S+)* monitor ') { continue }
                if ([IO.File]::ReadAllText("$folder/smaps_rollup") -match '(?m)^Pss:\s+(\d+) kB') { $total += [long] $Matches[1] / 1024; $monitors++ }
            } catch [IO.IOException] {
                # It has just ended.
                continue
            }
        }
        if ($monitors -ne 500) { throw "$monitors monitors run; 500 were expected" }
        New-Figure 'PSS of 500 idle monitors' -Unit MB -Ours (New-Result ContainerPS $total) -AtMost 500
    }
} finally {
    if ($Bench.Module) { Get-Container 'idle*' | Remove-Container -Force }
}

$results += Measure-StartTime docker 100 { param($i) Assert-Program ($docker + 'run', '--detach', '--name', "idle$i", '--network', 'none', 'busybox', 'sleep', '1000000') }
$null = Assert-Program ($docker + 'rm', '--force' + @(1..100 | ForEach-Object { "idle$_" }))
$results += Measure-StartTime podman 100 { param($i) Assert-Program ($podman + 'run', '--detach', '--name', "idle$i", '--network', 'none', '--cgroup-parent', '/containerps-bench-podman', 'busybox', 'sleep', '1000000') }
$null = Assert-Program ($podman + 'rm', '--force', '--time', '0' + @(1..100 | ForEach-Object { "idle$_" }))
ConvertTo-Figure 'start of one of many that stay (ours: 500, peers: 100)' $results
