# A Debian root file system becomes an image that can be run: ours from the tar itself and from the archive that the peers load.
param([object] $Bench)

$rootfs = "$($Bench.Images)/debian-rootfs.tar"
$archive = "$($Bench.Images)/debian.tar"
# In memory, so that reading it costs all the same.
[IO.File]::Copy($Bench.Debian, $rootfs, $true)
New-ImageArchive $rootfs debian $archive $Bench.Images

# What the one before has left to be written is written before the next one's turn.
$settle = { Assert-Program sync, '--file-system', $Bench.Store }
$check = {
    # An import that leaves unpacking to the first run would not be the same work.
    $unpacked = @([IO.Directory]::GetDirectories("$env:CONTAINERPS_ROOT/layers") | Where-Object { [IO.File]::Exists("$_/diff/etc/debian_version") })
    if ($unpacked.Count -ne 1) { throw 'ContainerPS: the imported layer is not unpacked' }
    Remove-Image debian -Force
}
$extracted = "$($Bench.Store)/tar"
$yardsticks = @(
    New-Side 'tar x' -Command tar, '--extract', '--file', $rootfs, '--directory', $extracted -After { Assert-Program rm, '-rf', $extracted } -Before {
        $null = [IO.Directory]::CreateDirectory($extracted)
        & $settle
    }
    New-Side sha256sum -Command sha256sum, $rootfs -Expected "*  $rootfs"
)
$peers = @(
    foreach ($engine in ([ordered]@{ docker = $Bench.Peer.Docker; podman = $Bench.Peer.Podman }).GetEnumerator()) {
        $remove = { Assert-Program ($engine.Value + 'rmi', '--force', 'debian') }.GetNewClosure()
        New-Side "$($engine.Key) load" -Command ($engine.Value + 'load', '--quiet', '--input', $archive) -Expected 'Loaded image: *debian:latest' -Before $settle -After $remove
    }
)
$ours = @(
    if ($Bench.Module) {
        New-Side 'rootfs' -Before $settle -After $check -Script { if (@(Import-Image $rootfs -Name debian).Count -ne 1) { throw 'no image came of it' } }
        New-Side 'archive' -Before $settle -After $check -Script { if (@(Import-Image $archive).Count -ne 1) { throw 'no image came of it' } }
    }
)
$results = @(Measure-Side -Side ($ours + $peers + $yardsticks) -Rounds ([Math]::Max(3, $Bench.Rounds / 4)))
foreach ($form in 'rootfs', 'archive') {
    $own = $results | Where-Object { $_.Engine -eq $form }
    foreach ($peer in $results | Where-Object { 'rootfs', 'archive' -notcontains $_.Engine }) {
        # Without a module, one set of the peers' figures is enough.
        if (-not $own -and $form -eq 'archive') { continue }
        $goal = if ($peer.Engine -eq 'docker load') { @{ TimesBetter = 2.5 } } else { @{} }
        New-Figure "import Debian, $form" -Ours $own -Peer $peer @goal
    }
}
