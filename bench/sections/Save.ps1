# A Debian image becomes an archive that `docker load` takes: the same image in all engines, and one file, written anew each time.
param([object] $Bench)

$rootfs = "$($Bench.Images)/debian-rootfs.tar"
$archive = "$($Bench.Images)/debian.tar"
if (-not [IO.File]::Exists($archive)) {
    [IO.File]::Copy($Bench.Debian, $rootfs, $true)
    New-ImageArchive $rootfs debian $archive $Bench.Images
}
$engines = [ordered]@{ docker = $Bench.Peer.Docker; podman = $Bench.Peer.Podman }
foreach ($client in $engines.Values) { $null = Assert-Program ($client + 'load', '--quiet', '--input', $archive) }
if ($Bench.Module) { $null = Import-Image $archive }

# On the same file system as the stores; removed before each turn, and what the one before left to be written is written.
$target = "$($Bench.Store)/saved.tar"
$before = {
    if ([IO.File]::Exists($target)) { [IO.File]::Delete($target) }
    $null = Assert-Program sync, '--file-system', $Bench.Store
}
$least = [IO.FileInfo]::new($rootfs).Length
$check = { if ([IO.FileInfo]::new($target).Length -lt $least) { throw 'the archive does not hold the layer' } }
$sides = @(
    if ($Bench.Module) { New-Side ContainerPS -Before $before -After $check -Script { $null = Save-Image debian $target } }
    foreach ($engine in $engines.GetEnumerator()) {
        $quiet = @(if ($engine.Key -eq 'podman') { '--quiet' })
        New-Side "$($engine.Key) save" -Command ($engine.Value + 'save' + $quiet + '--output', $target, 'debian') -Before $before -After $check
    }
    New-Side 'cp' -Command cp, $archive, $target -Before $before -After $check
)
ConvertTo-Figure 'save Debian' (Measure-Side -Side $sides -Rounds ([Math]::Max(3, $Bench.Rounds / 4))) @{ 'docker save' = 2 }

# What we save, docker takes: the same image.
if ($Bench.Module) {
    $null = Save-Image debian $target
    $null = Assert-Program ($Bench.Peer.Docker + 'rmi', '--force', 'debian')
    $null = Assert-Program ($Bench.Peer.Docker + 'load', '--quiet', '--input', $target)
    $id = Assert-Program ($Bench.Peer.Docker + 'image', 'inspect', '--format', '{{.Id}}', 'debian')
    if ("$id" -ne (Get-Image debian).ImageId) { throw "docker load made $id of our archive of $((Get-Image debian).ImageId)" }
    Remove-Image debian -Force
}
[IO.File]::Delete($target)
foreach ($client in $engines.Values) { $null = Assert-Program ($client + 'rmi', '--force', 'debian') }
