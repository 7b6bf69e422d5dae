# What a running container costs besides its program: proportional set size (PSS) of the process that looks after it, one of 20.
# The sandbox has PIDs of its own, so every process of a name is one that this section started.
param([object] $Bench)

$count = 20

# MB of PSS of each process whose command line fits.
function Get-ProcessPss {
    param([string] $Pattern)
    foreach ($folder in [IO.Directory]::GetDirectories('/proc')) {
        if ($folder -notmatch '/\d+$') { continue }
        try {
            if ([IO.File]::ReadAllText("$folder/cmdline").Replace("`0", ' ') -notmatch $Pattern) { continue }
            if ([IO.File]::ReadAllText("$folder/smaps_rollup") -match '(?m)^Pss:\s+(\d+) kB') { [long] $Matches[1] / 1024 }
        } catch [IO.IOException] {
            # It has just ended.
            continue
        }
    }
}

# As {Engine, Median, Minimum, Samples}, when what starting left to do is done: two readings a second apart that agree.
function Measure-Pss {
    param([string] $Engine, [string] $Pattern, [int] $Expected)
    $last = -1
    for ($try = 0; $try -lt 20; $try++) {
        $values = [double[]] @(Get-ProcessPss $Pattern)
        if ($values.Count -ne $Expected) { throw "$Engine`: $($values.Count) processes fit '$Pattern'; $Expected were expected" }
        $median = Get-Median $values
        if ([Math]::Abs($median - $last) -lt 0.01) { break }
        $last = $median
        Start-Sleep -Seconds 1
    }
    New-Result $Engine $values
}

$ours = $null
if ($Bench.Module) {
    for ($i = 1; $i -le $count; $i++) { $null = Invoke-Container -Detach -Name "memory$i" -Network none busybox sleep 1000000 }
    $ours = Measure-Pss ContainerPS 'runcs( \S+)* monitor ' $count
    Get-Container 'memory*' | Remove-Container -Force
}

$peer = $Bench.Peer
$run = 'run', '--detach', '--network', 'none'
for ($i = 1; $i -le $count; $i++) { $null = Assert-Program ($peer.Podman + $run + '--cgroup-parent', '/containerps-bench-podman', '--name', "memory$i", 'busybox', 'sleep', '1000000') }
$conmon = Measure-Pss conmon '^\S*/conmon ' $count
$null = Assert-Program ($peer.Podman + 'rm', '--force', '--time', '0' + @(1..$count | ForEach-Object { "memory$_" }))
for ($i = 1; $i -le $count; $i++) { $null = Assert-Program ($peer.Docker + $run + '--name', "memory$i", 'busybox', 'sleep', '1000000') }
$shim = Measure-Pss containerd-shim '^\S*containerd-shim' $count
$daemons = Measure-Pss 'dockerd, containerd' '^\S*/(dockerd|containerd) ' 2
$total = ($daemons.Samples | Measure-Object -Sum).Sum
$null = Assert-Program ($peer.Docker + 'rm', '--force' + @(1..$count | ForEach-Object { "memory$_" }))

New-Figure "PSS of one monitor of $count" -Unit MB -Ours $ours -Peer $conmon -AtMost 1.0
New-Figure "PSS of one monitor of $count" -Unit MB -Ours $ours -Peer $shim -AtMost 1.0
New-Figure 'PSS of daemons, once' -Unit MB -Peer ([pscustomobject]@{ Engine = $daemons.Engine; Median = $total; Minimum = $total; Samples = $daemons.Samples })
