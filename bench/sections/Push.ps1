# The Debian image in three forms goes to an empty registry: as it was pulled from another, and as it was made on this machine.
param([object] $Bench)

$folder = "$($Bench.Images)/push"
$engines = [ordered]@{ docker = $Bench.Peer.Docker; podman = $Bench.Peer.Podman }
$source = Start-Registry "$folder/source" 5000
$target = Start-Registry "$folder/target" 5001

# Every engine has $name; it is pushed to where nothing is, round by round, and removed.
function Measure-Push {
    param([string] $Label, [string] $Name, [hashtable] $Goal)
    $before = {
        Clear-Registry $target
        $null = Assert-Program sync, '--file-system', $Bench.Store
    }
    $after = { if (@([IO.Directory]::GetFiles($target.Data, 'link', 'AllDirectories') -match '/_manifests/tags/latest/current/').Count -ne 1) { throw 'the image is not in the registry' } }
    $sides = @(
        if ($Bench.Module) { New-Side ContainerPS -Before $before -After $after -Script { if (@(Send-Image $Name).Count -ne 1) { throw 'no image was pushed' } } }
        New-Side 'docker push' -Command ($engines.docker + 'push', '--quiet', $Name) -Expected '?*' -Before $before -After $after
        New-Side 'podman push' -Command ($engines.podman + 'push', '--quiet', '--tls-verify=false', $Name) -Before $before -After $after
    )
    ConvertTo-Figure "push $Label" (Measure-Side -Side $sides -Rounds ([Math]::Max(2, $Bench.Rounds / 10))) $Goal
    Clear-Registry $target
}

# Gives the image its name at the empty registry alone, in every engine.
function Move-Image {
    param([string] $From, [string] $To)
    foreach ($client in $engines.Values) {
        $null = Assert-Program ($client + 'tag', $From, $To)
        $null = Assert-Program ($client + 'rmi', $From)
    }
    if ($Bench.Module) {
        $null = Add-ImageTag $From $To
        Remove-Image $From
    }
}

function Clear-Name {
    param([string] $Name)
    foreach ($client in $engines.Values) { $null = Assert-Program ($client + 'rmi', '--force', $Name) }
    if ($Bench.Module) { Remove-Image $Name -Force }
}

try {
    if ($Bench.Module) { Set-ContainerEngine -InsecureRegistry $source.Authority, $target.Authority }
    foreach ($archive in @(New-DebianArchive $Bench.Debian $folder)) {
        $label = switch ($archive.Name) { 'debian' { 'Debian, 1 layer' } 'debian-large' { 'Debian and 300 MB' } default { 'Debian, 30 layers' } }
        $there = "$($source.Authority)/$($archive.Name):latest"
        $name = "$($target.Authority)/$($archive.Name):latest"

        Publish-Archive $archive $source $Bench.Peer.Podman
        $null = Assert-Program ($engines.docker + 'pull', '--quiet', $there)
        $null = Assert-Program ($engines.podman + 'pull', '--quiet', '--tls-verify=false', $there)
        if ($Bench.Module) { $null = Receive-Image $there }
        Clear-Registry $source
        Move-Image $there $name
        Measure-Push "$label, pulled" $name @{ 'docker push' = 5 }
        Clear-Name $name

        foreach ($client in $engines.Values) { $null = Assert-Program ($client + 'load', '--quiet', '--input', $archive.Path) }
        # One layer as a root file system, which is how images are made here; the others as archives. Either way the layers are plain tars.
        if ($Bench.Module) {
            if ($archive.Layers -eq 1) { $null = Import-Image "$folder/debian-rootfs.tar" -Name $archive.Name } else { $null = Import-Image $archive.Path }
        }
        Move-Image $archive.Name $name
        Measure-Push "$label, made here" $name @{ 'docker push' = 1.5 }
        Clear-Name $name
        [IO.File]::Delete($archive.Path)
    }
} finally {
    Stop-Registry $source
    Stop-Registry $target
    [IO.Directory]::Delete($folder, $true)
    if ($Bench.Module) { Set-ContainerEngine -InsecureRegistry @() }
}
