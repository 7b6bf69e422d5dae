# Builds of a Dockerfile on the Debian image: cold, cached, of many files; and what a large file costs the shell in memory.
param([object] $Bench)

$folder = "$($Bench.Images)/build"
$debian = "$folder/debian.tar"
$docker, $podman = $Bench.Peer.Docker, $Bench.Peer.Podman
# podman's store is buildah's, too. By itself it would make one layer of all: the others make one of each instruction.
$buildah = @('/usr/bin/env', "TMPDIR=$folder", (Find-Program buildah)) + $podman[1..4] + '--storage-driver', 'overlay'
$bud = $buildah + 'bud', '--quiet', '--layers', '--pull-never', '--network', 'none', '--isolation', 'oci', '--runtime', (Find-Program crun), '--cgroup-parent', '/containerps-bench-podman', '--tag', 'built'
$build = $docker + 'build', '--quiet', '--network', 'none', '--tag', 'built'
$settle = { Assert-Program sync, '--file-system', $Bench.Store }

function New-Context([string] $Name, [string[]] $Line) {
    $null = [IO.Directory]::CreateDirectory("$folder/$Name")
    [IO.File]::WriteAllLines("$folder/$Name/Dockerfile", [string[]] (@('FROM debian') + $Line))
    "$folder/$Name"
}

# Nothing of an earlier round is left: neither the image, so that its layers have to be made, nor what a cache holds.
function Measure-Cold([string] $Name, [string] $Context, [int] $Rounds, [hashtable] $Goal) {
    $sides = @(
        if ($Bench.Module) {
            New-Side ContainerPS -Expected 'sha256:*' -Script { (Build-Image $Context -NoCache -Network none -Name built).ImageId } -Before $settle -After {
                Remove-Image built -Force
                $null = Clear-ContainerStore -BuildCache -Force
            }
        }
        foreach ($kit in 0, 1) {
            New-Side ('docker build', 'docker build (BuildKit)')[$kit] -Command (@('/usr/bin/env', "DOCKER_BUILDKIT=$kit") + $build + '--no-cache', $Context) -Expected '?*' -Before $settle -After {
                Assert-Program ($docker + 'rmi', '--force', 'built')
                Assert-Program ($docker + 'builder', 'prune', '--all', '--force')
            }
        }
        New-Side 'buildah bud' -Command ($bud + '--no-cache', $Context) -Expected '?*' -Before $settle -After {
            Assert-Program ($buildah + 'rmi', '--force', 'built')
            Assert-Program ($buildah + 'rmi', '--force', '--prune')
        }
    )
    ConvertTo-Figure $Name (Measure-Side -Side $sides -Rounds $Rounds) $Goal
}

# What an earlier round has left is all that is needed.
function Measure-Cached([string] $Name, [string] $Context) {
    $sides = @(
        if ($Bench.Module) { New-Side ContainerPS -Expected 'sha256:*' -Script { (Build-Image $Context -Network none -Name built).ImageId } }
        foreach ($kit in 0, 1) {
            New-Side ('docker build', 'docker build (BuildKit)')[$kit] -Command (@('/usr/bin/env', "DOCKER_BUILDKIT=$kit") + $build + $Context) -Expected '?*'
        }
        New-Side 'buildah bud' -Command ($bud + $Context) -Expected '?*'
    )
    ConvertTo-Figure $Name (Measure-Side -Side $sides -Rounds $Bench.Rounds) @{ 'docker build' = 2; 'docker build (BuildKit)' = 2 }
}

try {
    $null = [IO.Directory]::CreateDirectory($folder)
    New-ImageArchive $Bench.Debian debian $debian $folder
    foreach ($client in $docker, $podman) { $null = Assert-Program ($client + 'load', '--input', $debian) }
    if ($Bench.Module) { $null = Import-Image $debian }
    [IO.File]::Delete($debian)

    $rounds = [Math]::Max(3, $Bench.Rounds / 4)
    $context = New-Context five (@('COPY hello /hello') + @('RUN true') * 5)
    [IO.File]::WriteAllText("$context/hello", "hello`n")
    Measure-Cold 'build, COPY and 5 RUN, cold' $context $rounds @{ 'docker build' = 4; 'docker build (BuildKit)' = 4; 'buildah bud' = 4 }

    $context = New-Context ten @(1..10 | ForEach-Object { "RUN echo $_"; "COPY file$_ /" })
    foreach ($i in 1..10) { [IO.File]::WriteAllText("$context/file$i", "$i`n") }
    Measure-Cold 'build, 10 RUN and 10 COPY, cold' $context $rounds @{ 'docker build' = 4; 'docker build (BuildKit)' = 4; 'buildah bud' = 4 }
    Measure-Cached 'build, 10 RUN and 10 COPY, cached' $context

    $context = New-Context many 'COPY files /files'
    $null = Assert-Program sh, '-euc', 'for i in $(seq 0 199); do mkdir -p "$1/$i"; head -c 200000 /dev/urandom | split --bytes=2000 --suffix-length=3 - "$1/$i/"; done', sh, "$context/files"
    Measure-Cold 'build, COPY of 20,000 files' $context $rounds @{ 'docker build' = 1.5; 'docker build (BuildKit)' = 1.5 }
    [IO.Directory]::Delete($context, $true)

    if ($Bench.Module) {
        # In a shell that has done nothing but list the images: the peak since then, above what it had.
        $context = New-Context large 'COPY large /large'
        $null = Assert-Program dd, 'if=/dev/urandom', "of=$context/large", 'bs=1M', 'count=2000', 'status=none'
        [IO.File]::WriteAllText("$folder/memory.ps1", 'param($Module, $Context)
            Import-Module $Module; $null = Get-Image; [GC]::Collect()
            function Get-Kilobytes($Field) { if ([IO.File]::ReadAllText("/proc/self/status") -match "(?m)^${Field}:\s+(\d+) kB") { [long] $Matches[1] } }
            [IO.File]::WriteAllText("/proc/self/clear_refs", "5"); $before = Get-Kilobytes VmRSS
            $null = Build-Image $Context -Name built; (Get-Kilobytes VmHWM) - $before')
        $value = [long] (Assert-Program (@(Get-Shell) + '-NoProfile', '-File', "$folder/memory.ps1", $Bench.Module, $context)) / 1024
        New-Figure 'peak memory of the shell, COPY of 2 GB' -Unit MB -Ours (New-Result ContainerPS $value) -AtMost 150
    }
} finally {
    [IO.Directory]::Delete($folder, $true)
    foreach ($client in $docker, $podman) { $null = Invoke-Program ($client + 'rmi', '--force', 'built', 'debian') }
    if ($Bench.Module) {
        foreach ($name in 'built', 'debian') { Remove-Image $name -Force -ErrorAction Ignore }
        $null = Clear-ContainerStore -BuildCache -Force
    }
}
