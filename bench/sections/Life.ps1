# A life in steps, in a warm shell: the start of a container that was created, and the end and removal of one whose program obeys.
param([object] $Bench)

# A program that ends when it is asked to; sleep as PID 1 would not.
$obedient = 'sh', '-c', 'trap "exit 0" TERM; sleep 1000000 & wait'
$docker, $podman = $Bench.Peer.Docker, $Bench.Peer.Podman
$forDocker = @('--name', 'life', '--network', 'none', 'busybox') + $obedient
$forPodman = @('--name', 'life', '--network', 'none', '--cgroup-parent', '/containerps-bench-podman', 'busybox') + $obedient

# The shell inside has set its trap when its child is there.
function Wait-Life([scriptblock] $Test) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Test)) { if ($watch.Elapsed.TotalSeconds -gt 10) { throw 'The program in the container does not start' } }
}

function Out-Figure([string] $Name, [object[]] $Side) {
    $result = @(Measure-Side -Side $Side -Rounds $Bench.Rounds)
    ConvertTo-Figure $Name $result
    if ($Bench.Module) { New-Figure $Name -Ours $result[0] -AtMost 25 }
}

Out-Figure 'start of a created container' @(
    if ($Bench.Module) {
        New-Side ContainerPS -Script { Start-Container life } -Before { New-Container -Name life -Network none busybox @obedient } -After { Remove-Container life -Force }
    }
    New-Side docker -Command ($docker + 'start', 'life') -Expected life -Before { Assert-Program ($docker + 'create' + $forDocker) } -After { Assert-Program ($docker + 'rm', '--force', 'life') }
    New-Side podman -Command ($podman + 'start', 'life') -Expected life -Before { Assert-Program ($podman + 'create' + $forPodman) } -After { Assert-Program ($podman + 'rm', '--force', '--time', '0', 'life') }
)

Out-Figure 'stop and remove, the program obeys' @(
    if ($Bench.Module) {
        New-Side ContainerPS -Script { Stop-Container life; Remove-Container life } -Before {
            Invoke-Container -Detach -Name life -Network none busybox @obedient
            Wait-Life { Invoke-ContainerExec life busybox pidof sleep }
        }
    }
    New-Side docker -Command '/bin/sh', '-c', "$docker stop life && $docker rm life" -Expected "life`nlife" -Before {
        Assert-Program ($docker + 'run', '--detach' + $forDocker)
        Wait-Life { (Invoke-Program ($docker + 'exec', 'life', 'busybox', 'pidof', 'sleep')).Output }
    }
    New-Side podman -Command '/bin/sh', '-c', "$podman stop life && $podman rm life" -Expected "life`nlife" -Before {
        Assert-Program ($podman + 'run', '--detach' + $forPodman)
        Wait-Life { (Invoke-Program ($podman + 'exec', 'life', 'busybox', 'pidof', 'sleep')).Output }
    }
)
