# The images that tests run, and where they come from. Part of Support.psm1.

# Tar of a root file system with busybox and nothing else; made once a run.
function Get-BusyboxTar {
    $tar = Join-Path $script:cache 'busybox.tar'
    if (Test-Path $tar) { return $tar }
    $null = New-Item -ItemType Directory -Force -Path $script:cache
    $work = Join-Path $script:cache "busybox-$PID"
    foreach ($folder in 'bin', 'etc', 'root', 'tmp', 'home') { $null = New-Item -ItemType Directory -Force -Path (Join-Path $work $folder) }
    Invoke-Native cp -Arguments /bin/busybox, "$work/bin/busybox"
    foreach ($applet in & /bin/busybox --list) {
        if ($applet -ne 'busybox') { Invoke-Native ln -Arguments '-s', 'busybox', "$work/bin/$applet" }
    }
    Set-Content "$work/etc/passwd" "root:x:0:0:root:/root:/bin/sh`nnobody:x:65534:65534:nobody:/home:/bin/sh"
    Set-Content "$work/etc/group" "root:x:0:`nnogroup:x:65534:"
    Invoke-Native chmod -Arguments '1777', "$work/tmp"
    Invoke-Native tar -Arguments '-C', $work, '--owner=0', '--group=0', '-cf', "$tar.$PID", '.'
    Invoke-Native mv -Arguments "$tar.$PID", $tar
    Invoke-Native rm -Arguments '-rf', $work
    $tar
}

# Tar of a small Debian, made by mmdebstrap once and kept.
function Get-DebianTar {
    $tar = Join-Path $script:cache 'debian.tar'
    if (Test-Path $tar) { return $tar }
    $null = New-Item -ItemType Directory -Force -Path $script:cache
    $suite = (Get-Content /etc/os-release | Where-Object { $_ -like 'VERSION_CODENAME=*' }) -replace '^VERSION_CODENAME='
    Invoke-Native mmdebstrap -Arguments '--quiet', '--variant=minbase', $suite, "$tar.$PID.tar"
    Invoke-Native mv -Arguments "$tar.$PID.tar", $tar
    $tar
}

# Digest of what an image is built from: its folder below images/, and the Debian that it begins with.
function Get-ImageKey {
    param([string] $Name)
    $hash = [Security.Cryptography.IncrementalHash]::CreateHash('SHA256')
    $base = [IO.File]::OpenRead((Get-DebianTar))
    try { $hash.AppendData([Security.Cryptography.SHA256]::HashData($base)) } finally { $base.Dispose() }
    foreach ($file in Get-ChildItem "$PSScriptRoot/images/$Name" -Recurse -File | Sort-Object FullName) {
        $hash.AppendData([Text.Encoding]::UTF8.GetBytes("$($file.FullName.Substring($PSScriptRoot.Length)) $($file.Length)`n"))
        $hash.AppendData([IO.File]::ReadAllBytes($file.FullName))
    }
    [Convert]::ToHexString($hash.GetHashAndReset()).ToLowerInvariant().Substring(0, 16)
}

# Archive of an image that Build-Image makes of its Dockerfile, with packages from Debian's mirror that come by the network of containers; made once and kept
# until something of it changes. Those that are not there are built together, in a store of their own.
function Get-ImageArchive {
    param([string[]] $Name)
    $archives = [ordered]@{}
    foreach ($image in $Name) { $archives[$image] = Join-Path $script:cache "$image-$(Get-ImageKey $image).tar" }
    $missing = @($Name | Where-Object { -not (Test-Path $archives[$_]) })
    if ($missing) {
        $outer = @{ Root = $env:CONTAINERPS_ROOT; Run = $env:CONTAINERPS_RUN; Config = $env:CONTAINERPS_CONFIG }
        $store = New-TestStore
        try {
            $null = Import-TestImage debian
            foreach ($image in $missing) {
                $null = Build-Image "$PSScriptRoot/images/$image" -Name $image -ErrorAction Stop
                $new = Join-Path $script:cache "$image.$PID.tar"
                $null = Save-Image $image -Path $new -ErrorAction Stop
                Get-ChildItem $script:cache -Filter "$image-????????????????.tar" | Remove-Item
                Invoke-Native mv -Arguments $new, $archives[$image]
            }
        }
        finally {
            $left = @(Remove-TestStore $store)
            $env:CONTAINERPS_ROOT, $env:CONTAINERPS_RUN, $env:CONTAINERPS_CONFIG = $outer.Root, $outer.Run, $outer.Config
        }
        if ($left) { throw "Builds have left behind: $($left -join '; ')" }
    }
    $archives.Values
}

# Images for the tests by these names. The default command of busybox and of debian is a shell; the others are those of the Dockerfiles in images/.
function Import-TestImage {
    param([ValidateSet('busybox', 'debian', 'httpd', 'mysql', 'nginx', 'openssh', 'redis', 'registry', 'stress-ng')] [string[]] $Name)
    $built = @($Name | Where-Object { $_ -notin 'busybox', 'debian' })
    if ('busybox' -in $Name) { Import-Image (Get-BusyboxTar) -Name busybox -Command sh }
    if ('debian' -in $Name) { Import-Image (Get-DebianTar) -Name debian -Command bash }
    if ($built) { Get-ImageArchive $built | ForEach-Object { Import-Image $_ } }
}
