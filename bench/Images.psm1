# What the engines run: a busybox image and a Debian image, each as a root file system and as the archive that `docker load`
# takes, and OCI bundles of busybox for the runtimes.
Set-StrictMode -Version 3.0
Import-Module "$PSScriptRoot/Timing.psm1"
Import-Module "$PSScriptRoot/Peers.psm1"

function New-BusyboxRootfs {
    param([string] $Path)
    foreach ($folder in 'bin', 'dev', 'etc', 'proc', 'sys', 'tmp') { $null = [IO.Directory]::CreateDirectory("$Path/$folder") }
    [IO.File]::Copy((Find-Program busybox), "$Path/bin/busybox")
    $null = Assert-Program chmod, 755, "$Path/bin/busybox"
    foreach ($name in 'sh', 'true', 'echo', 'sleep') { $null = [IO.File]::CreateSymbolicLink("$Path/bin/$name", 'busybox') }
}

# A bundle with Docker's default settings (config.json: what dockerd 20.10 hands to its runtime, without its own hook and paths).
function New-Bundle {
    param([string] $Path, [string] $Name, [string[]] $Command = 'true', [string] $Config = 'config.json')
    New-BusyboxRootfs "$Path/rootfs"
    $null = [IO.Directory]::CreateDirectory("$Path/shm")
    foreach ($file in 'hosts', 'hostname', 'resolv.conf') { [IO.File]::WriteAllText("$Path/$file", "# bench`n") }
    $arguments = '"' + ($Command -join '", "') + '"'
    $config = [IO.File]::ReadAllText("$PSScriptRoot/$Config").Replace('BUNDLE/', "$Path/").Replace('/NAME"', "/$Name`"")
    [IO.File]::WriteAllText("$Path/config.json", $config.Replace('"args": ["true"]', "`"args`": [$arguments]"))
}

# A docker-archive of one layer or several.
function New-ImageArchive {
    param([string[]] $Rootfs, [string] $Name, [string] $Path, [string] $Folder)
    $work = "$Folder/archive-$Name"
    $null = [IO.Directory]::CreateDirectory($work)
    $layers = @(for ($i = 0; $i -lt $Rootfs.Count; $i++) { if ($i) { "layer$i.tar" } else { 'layer.tar' } })
    $digests = @(foreach ($tar in $Rootfs) { "`"sha256:$(((Assert-Program sha256sum, $tar) -split ' ')[0])`"" })
    for ($i = 0; $i -lt $Rootfs.Count; $i++) { $null = Assert-Program ln, '-s', $Rootfs[$i], "$work/$($layers[$i])" }
    $history = @($Rootfs | ForEach-Object { '{"created":"2026-01-01T00:00:00Z"}' }) -join ','
    $config = '{"architecture":"amd64","os":"linux","created":"2026-01-01T00:00:00Z",' +
        '"config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":["sh"]},' +
        "`"rootfs`":{`"type`":`"layers`",`"diff_ids`":[$($digests -join ',')]},`"history`":[$history]}"
    [IO.File]::WriteAllText("$work/config.json", $config)
    [IO.File]::WriteAllText("$work/manifest.json", "[{`"Config`":`"config.json`",`"RepoTags`":[`"${Name}:latest`"],`"Layers`":[`"$($layers -join '","')`"]}]")
    $null = Assert-Program (@('tar', '--create', '--dereference', '--file', $Path, '--directory', $work, 'manifest.json', 'config.json') + $layers)
    [IO.Directory]::Delete($work, $true)
}

# The tests' Debian root file system if they have made theirs, otherwise the same by mmdebstrap, kept for the next time.
function Get-DebianRootfs {
    $cache = if ($env:CONTAINERPS_TEST_CACHE) { $env:CONTAINERPS_TEST_CACHE } else { '/var/tmp/containerps-tests' }
    $tar = "$cache/debian.tar"
    if ([IO.File]::Exists($tar)) { return $tar }
    Install-Program @{ mmdebstrap = 'mmdebstrap' }
    $null = [IO.Directory]::CreateDirectory($cache)
    Write-Host "mmdebstrap $tar ..."
    & (Find-Program mmdebstrap) --quiet --variant=minbase bookworm "$tar.part.tar"
    if ($LASTEXITCODE -ne 0) { throw "mmdebstrap exited with ${LASTEXITCODE}: is Debian's package mirror within reach?" }
    [IO.File]::Move("$tar.part.tar", $tar)
    $tar
}

Export-ModuleMember -Function New-BusyboxRootfs, New-Bundle, New-ImageArchive, Get-DebianRootfs
