# Networks: what a bridge and a published port add to a start, how fast packets and names are.
param([object] $Bench)

if (-not $Bench.Module) { throw 'Peers alone are not measured: without ContainerPS there is nothing to hold beside them' }
$folder = "$($Bench.Images)/network"
$sleep = 'sleep', '1000000'
$servers = [Collections.Generic.List[Diagnostics.Process]]::new()
$peer = $null

function Wait-Port([string[]] $Namespace, [Diagnostics.Process] $Process, [string] $Log) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    # 5201, listening.
    while ((Assert-Program ($Namespace + 'cat', '/proc/self/net/tcp', '/proc/self/net/tcp6')) -notmatch ':1451 \S+ 0A ') {
        if ($Process.HasExited -or $watch.Elapsed.TotalSeconds -gt 30) { throw "iperf3 does not listen: $([IO.File]::ReadAllText($Log))" }
        Start-Sleep -Milliseconds 20
    }
}

function Start-Iperf([string] $Name, [string[]] $Namespace) {
    $process = Start-Background ($Namespace + (Find-Program iperf3), '--server') "$folder/$Name.log"
    $servers.Add($process)
    Wait-Port $Namespace $process "$folder/$Name.log"
}

# Milliseconds of the 99th percentile of what dnsperf -v prints: "> NOERROR two A 0.000123".
function Get-Percentile([string] $Output) {
    $values = [double[]] @(foreach ($line in $Output -split "`n") { if ($line -match '^> NOERROR .* (\d+\.\d+)$') { 1000 * [double]::Parse($Matches[1], [cultureinfo]::InvariantCulture) } })
    if ($values.Length -ne 10000) { throw "$($values.Length) of 10000 queries were answered: $($Output.Substring([Math]::Max(0, $Output.Length - 800)))" }
    [Array]::Sort($values)
    $values[[int] ($values.Length * 0.99) - 1]
}

try {
    $null = [IO.Directory]::CreateDirectory($folder)
    $peer = Start-BridgedDocker $Bench.Peer $Bench.Store $folder
    $docker = $peer.Docker
    $null = Assert-Program ($docker + 'load', '--input', "$($Bench.Images)/busybox.tar")
    # Where dockerd is the one to switch forwarding on, it makes this DROP, for our bridges, too.
    $null = Assert-Program iptables, '--policy', FORWARD, ACCEPT

    # The start alone, and with somebody on the bridge already, so that it need not be made.
    foreach ($others in 0, 1) {
        if ($others) {
            $null = Invoke-Container -Detach -Name other busybox @sleep
            $null = Assert-Program ($docker + 'run', '--detach', '--name', 'other', 'busybox' + $sleep)
        }
        $name = if ($others) { 'start on the bridge with a port' } else { 'start on the bridge with a port, the first there' }
        $sides = @(
            New-Side ContainerPS -Script { Start-Container start } -Before { New-Container -Name start -Publish 5300:5300 busybox @sleep } -After { Remove-Container start -Force }
            New-Side 'ContainerPS none' -Script { Start-Container start } -Before { New-Container -Name start -Network none busybox @sleep } -After { Remove-Container start -Force }
            New-Side docker -Command ($docker + 'start', 'start') -Expected start -Before { Assert-Program ($docker + 'create', '--name', 'start', '--publish', '5300:5300', 'busybox' + $sleep) } -After {
                Assert-Program ($docker + 'rm', '--force', 'start')
            }
        )
        ConvertTo-Figure $name (Measure-Side -Side $sides[0, 2] -Rounds ([Math]::Max(3, $Bench.Rounds / 4)))
        # Little beside what disturbs them, so often, and of the two starts in each round, which had the same load.
        $results = @(Measure-Side -Side $sides[0, 1] -Rounds ([Math]::Max(40, $Bench.Rounds)))
        $samples = [double[]] @(for ($i = 0; $i -lt $results[0].Samples.Count; $i++) { $results[0].Samples[$i] - $results[1].Samples[$i] })
        $figure = New-Figure "$name, more than without a network" -Ours (New-Result ContainerPS $samples) -Peer $results[1] -AtMost 20
        $figure.Better = $null
        $figure
    }

    # The first and the last are seconds apart, in which the machine may become faster or slower: more than once.
    $first, $last = [Collections.Generic.List[double]]::new(), [Collections.Generic.List[double]]::new()
    for ($round = 0; $round -lt [Math]::Min(5, $Bench.Rounds); $round++) {
        $null = New-ContainerNetwork crowd
        $times = [double[]] @(foreach ($i in 1..200) {
            $null = New-Container -Name "crowd$i" -Network crowd busybox @sleep
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $null = Start-Container "crowd$i"
            $watch.Elapsed.TotalMilliseconds
        })
        $first.AddRange([double[]] $times[0..19])
        $last.AddRange([double[]] $times[180..199])
        if ($round -eq 0) {
            # As the machine is with 200 containers, by who is on the network alone.
            $null = New-ContainerNetwork few
            $null = Invoke-Container -Detach -Name crowd0 -Network few busybox @sleep
            $sides = @(
                New-Side ContainerPS -Script { Start-Container late } -Before { New-Container -Name late -Network crowd busybox @sleep } -After { Remove-Container late -Force }
                New-Side 'with one other' -Script { Start-Container late } -Before { New-Container -Name late -Network few busybox @sleep } -After { Remove-Container late -Force }
            )
            ConvertTo-Figure 'start on a network with 200 others' (Measure-Side -Side $sides -Rounds ([Math]::Max(40, $Bench.Rounds))) @{ 'with one other' = 0.9 }
        }
        Get-Container 'crowd*' | Remove-Container -Force
        Remove-ContainerNetwork crowd
    }
    Remove-ContainerNetwork few
    New-Figure 'start of the last 20 of 200 on one network' -Ours (New-Result ContainerPS $last.ToArray()) -Peer (New-Result 'the first 20' $first.ToArray()) -TimesBetter 0.9

    # A machine outside: a namespace behind a veth of its own.
    $null = Assert-Program sh, '-euc', 'ip netns add outside; ip link add bench0 type veth peer name eth0 netns outside; ip addr add 198.51.100.1/24 dev bench0; ip link set bench0 up
        ip -n outside addr add 198.51.100.2/24 dev eth0; ip -n outside link set eth0 up'
    $null = Invoke-Container -Detach -Name speed -Publish 5301:5201 busybox @sleep
    $null = Assert-Program ($docker + 'run', '--detach', '--name', 'speed', '--publish', '5302:5201', 'busybox' + $sleep)
    $inside = [ordered]@{
        ContainerPS = @('nsenter', "--net=/proc/$((Get-Container speed).Pid)/ns/net")
        docker = @('nsenter', "--net=/proc/$(Assert-Program ($docker + 'inspect', '--format', '{{.State.Pid}}', 'speed'))/ns/net")
    }
    Start-Iperf host 'env'
    foreach ($engine in $inside.Keys) { Start-Iperf $engine $inside[$engine] }
    $paths = [ordered]@{
        '2 GB by TCP, container to this machine' = { param($Engine) $inside[$Engine] + 'iperf3', '--client', ((Assert-Program ($inside[$Engine] + 'ip', 'route', 'show', 'default')) -split ' ')[2] }
        '2 GB by TCP, from outside to a published port' = { param($Engine) 'ip', 'netns', 'exec', 'outside', 'iperf3', '--client', '198.51.100.1', '--port', $(if ($Engine -eq 'docker') { 5302 } else { 5301 }) }
        '2 GB by TCP, to a published port at 127.0.0.1' = { param($Engine) 'iperf3', '--client', '127.0.0.1', '--port', $(if ($Engine -eq 'docker') { 5302 } else { 5301 }) }
    }
    foreach ($path in $paths.GetEnumerator()) {
        $sides = @(foreach ($engine in $inside.Keys) { New-Side $engine -Expected '*receiver*' -Command (@(& $path.Value $engine) + '--bytes', '2G') })
        ConvertTo-Figure $path.Key (Measure-Side -Side $sides -Rounds ([Math]::Max(8, $Bench.Rounds))) @{ docker = 1 }
    }

    # One asks for the other by name, on a user network.
    $null = New-ContainerNetwork names
    $null = Assert-Program ($docker + 'network', 'create', 'names')
    foreach ($name in 'one', 'two') {
        $null = Invoke-Container -Detach -Name $name -Network names busybox @sleep
        $null = Assert-Program ($docker + 'run', '--detach', '--name', $name, '--network', 'names', 'busybox' + $sleep)
    }
    [IO.File]::WriteAllText("$folder/queries", "two A`n")
    $ask = [ordered]@{
        ContainerPS = @('nsenter', "--net=/proc/$((Get-Container one).Pid)/ns/net")
        docker = @('nsenter', "--net=/proc/$(Assert-Program ($docker + 'inspect', '--format', '{{.State.Pid}}', 'one'))/ns/net")
    }
    $dnsperf = @('dnsperf', '-s', '127.0.0.11', '-d', "$folder/queries")
    $sides = @(foreach ($engine in $ask.Keys) { New-Side $engine -Expected '*Queries completed:*(100.00%)*NOERROR*(100.00%)*' -Command ($ask[$engine] + $dnsperf + '-n', '100000') })
    ConvertTo-Figure '100,000 names, as fast as they are answered' (Measure-Side -Side $sides -Rounds ([Math]::Max(3, $Bench.Rounds / 4))) @{ docker = 1 }
    $late = @{ ContainerPS = @(); docker = @() }
    for ($round = 0; $round -lt 3; $round++) {
        foreach ($engine in $ask.Keys) { $late[$engine] += Get-Percentile (Assert-Program ($ask[$engine] + $dnsperf + '-v', '-n', '10000', '-Q', '2000')) }
    }
    New-Figure 'name, 99th percentile at 2,000 a second' -Ours (New-Result ContainerPS $late.ContainerPS) -Peer (New-Result docker $late.docker) -AtMost 1
} finally {
    foreach ($server in $servers) {
        if (-not $server.HasExited) { $server.Kill() }
        $server.Dispose()
    }
    Get-Container | Remove-Container -Force
    foreach ($name in 'crowd', 'few', 'names') { Remove-ContainerNetwork $name -ErrorAction Ignore }
    if ($peer) {
        $ids = @((Invoke-Program ($peer.Docker + 'ps', '--all', '--quiet')).Output -split '\s+' | Where-Object { $_ })
        if ($ids) { $null = Invoke-Program ($peer.Docker + 'rm', '--force' + $ids) }
        Stop-Daemon $peer.Process
    }
    $null = Invoke-Program sh, '-c', 'ip link delete bench0; ip netns delete outside'
    [IO.Directory]::Delete($folder, $true)
}
