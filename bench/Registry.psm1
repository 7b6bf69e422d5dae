# What pulls and pushes are measured with: Debian's docker-registry on a loopback port, and the Debian image in three forms.
Set-StrictMode -Version 3.0
Import-Module "$PSScriptRoot/Timing.psm1"
Import-Module "$PSScriptRoot/Peers.psm1"
Import-Module "$PSScriptRoot/Images.psm1"

# A registry with a folder of its own: {Authority, Data, Process}. It remembers nothing, so that emptying Data empties it. Called in
# the sandbox, whose loopback device is nobody else's.
function Start-Registry {
    param([string] $Folder, [int] $Port)
    $null = [IO.Directory]::CreateDirectory($Folder)
    $authority = "127.0.0.1:$Port"
    [IO.File]::WriteAllText("$Folder/config.yml", "version: 0.1`nlog:`n  level: error`n  accesslog:`n    disabled: true`n" +
        "storage:`n  filesystem:`n    rootdirectory: $Folder/data`nhttp:`n  addr: $authority`n")
    $process = Start-Background @((Find-Program docker-registry), 'serve', "$Folder/config.yml") "$Folder/log"
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while ($true) {
        $client = [Net.Sockets.TcpClient]::new()
        try {
            $client.Connect('127.0.0.1', $Port)
            break
        } catch [Net.Sockets.SocketException] {
            if ($process.HasExited -or $watch.Elapsed.TotalSeconds -gt 30) { throw "docker-registry does not listen: $([IO.File]::ReadAllText("$Folder/log"))" }
            Start-Sleep -Milliseconds 20
        } finally {
            $client.Dispose()
        }
    }
    [pscustomobject]@{ Authority = $authority; Data = "$Folder/data"; Process = $process }
}

function Clear-Registry {
    param([object] $Registry)
    if ([IO.Directory]::Exists($Registry.Data)) { [IO.Directory]::Delete($Registry.Data, $true) }
}

function Stop-Registry {
    param([object] $Registry)
    if (-not $Registry.Process.HasExited) { $Registry.Process.Kill() }
    $Registry.Process.WaitForExit()
    $Registry.Process.Dispose()
    Clear-Registry $Registry
}

# Archives of the Debian image as {Name, Layers, Path}: as one layer, with a second one of 300 MB, which is by turns noise and what
# compresses as files do, and as 30 layers.
function New-DebianArchive {
    param([string] $Debian, [string] $Folder)
    $null = [IO.Directory]::CreateDirectory("$Folder/parts")
    $rootfs = "$Folder/debian-rootfs.tar"
    [IO.File]::Copy($Debian, $rootfs, $true)

    $null = Assert-Program sh, '-euc', 'mkdir -p "$2/large/data"; for i in $(seq 0 29); do
        for j in $(seq 0 4); do head -c 1000000 /dev/urandom; dd if="$1" bs=1000000 skip=$((i * 5 + j)) count=1 status=none; done >"$2/large/data/$i"
        done; tar --create --file "$2/large.tar" --directory "$2/large" .; rm -r "$2/large"', sh, $rootfs, $Folder
    # Sorted, so that a folder comes before what is in it; devices are left out.
    $null = Assert-Program sh, '-euc', 'mkdir "$2/tree"; tar --extract --file "$1" --directory "$2/tree" --exclude "./dev/*"; cd "$2/tree"; find . | LC_ALL=C sort >"$2/names"
        split --number l/30 --numeric-suffixes=10 "$2/names" "$2/parts/"; for part in "$2"/parts/*; do
        tar --create --no-recursion --files-from "$part" --file "$part.tar"; done; cd /; rm -r "$2/tree"', sh, $rootfs, $Folder
    $parts = [string[]] [IO.Directory]::GetFiles("$Folder/parts", '*.tar')
    [Array]::Sort($parts, [StringComparer]::Ordinal)
    $forms = [ordered]@{ 'debian' = @($rootfs); 'debian-large' = @($rootfs, "$Folder/large.tar"); 'debian-parts' = $parts }
    foreach ($form in $forms.GetEnumerator()) {
        New-ImageArchive $form.Value $form.Key "$Folder/$($form.Key).tar" $Folder
        [pscustomobject]@{ Name = $form.Key; Layers = $form.Value.Count; Path = "$Folder/$($form.Key).tar" }
    }
    [IO.Directory]::Delete("$Folder/parts", $true)
    [IO.File]::Delete("$Folder/large.tar")
}

# Puts an archive's image into a registry with the layers compressed by gzip, as registries have them.
function Publish-Archive {
    param([object] $Archive, [object] $Registry, [string[]] $Podman)
    $null = Assert-Program ($Podman + 'load', '--quiet', '--input', $Archive.Path)
    $null = Assert-Program ($Podman + 'push', '--quiet', '--tls-verify=false', $Archive.Name, "$($Registry.Authority)/$($Archive.Name):latest")
    $null = Assert-Program ($Podman + 'rmi', '--force', $Archive.Name)
}

Export-ModuleMember -Function Start-Registry, Clear-Registry, Stop-Registry, New-DebianArchive, Publish-Archive
