# The sections, measured in a sandbox on one kind of store; started by Bench.ps1 only.
param(
    [Parameter(Mandatory = $true)] [string] $Store,
    [Parameter(Mandatory = $true)] [string] $Folder,
    [Parameter(Mandatory = $true)] [string] $Section,
    [Parameter(Mandatory = $true)] [int] $Rounds,
    [string] $Module,
    [string] $Debian
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
foreach ($name in 'Timing', 'Peers', 'Images', 'Registry', 'Sandbox', 'Report') { Import-Module "$PSScriptRoot/$name.psm1" }

$storePath = "$Folder/store"
$env:CONTAINERPS_ROOT = "$storePath/containerps"
$env:CONTAINERPS_RUN = '/run/containerps'
# What sections use: Peer, the command lines; Runcs, ours, or nothing when only peers are measured; Images, a folder of archives.
$bench = [pscustomobject]@{ Rounds = $Rounds; Store = $storePath; Module = $Module; Runcs = @(); Peer = $null; Images = '/run/images'; Debian = $Debian }
if ($Module) {
    Import-Module $Module
    $runcs = @([IO.Directory]::GetFiles($Module, 'runcs', 'AllDirectories'))
    if (-not $runcs) { throw "There is no runcs below '$Module': ./build.sh pack makes the module whole" }
    $bench.Runcs = @($runcs[0], '--root', '/run/runcs')
}

$sections = [Collections.Generic.List[object]]::new()
$failures = [Collections.Generic.List[string]]::new()
try {
    $null = [IO.Directory]::CreateDirectory($bench.Images)
    New-BusyboxRootfs "$Folder/busybox"
    $null = Assert-Program tar, '--create', '--numeric-owner', '--owner', '0', '--group', '0', '--file', "$($bench.Images)/busybox-rootfs.tar", '--directory', "$Folder/busybox", '.'
    New-ImageArchive "$($bench.Images)/busybox-rootfs.tar" busybox "$($bench.Images)/busybox.tar" $bench.Images
    $bench.Peer = Start-Peer $storePath $Folder
    foreach ($client in $bench.Peer.Docker, $bench.Peer.Podman) { $null = Assert-Program ($client + 'load', '--input', "$($bench.Images)/busybox.tar") }
    if ($Module) { $null = Import-Image "$($bench.Images)/busybox.tar" }

    foreach ($name in $Section -split ',') {
        Write-Host "$Store $name ..."
        $one = [pscustomobject]@{ Section = $name; Store = $Store; Load = Measure-Load; Failed = $false; Figures = [Collections.Generic.List[object]]::new() }
        $sections.Add($one)
        try {
            foreach ($figure in & "$PSScriptRoot/sections/$name.ps1" $bench) {
                $figure.Section = $name
                $figure.Store = $Store
                $one.Figures.Add($figure)
            }
        } catch {
            $one.Failed = $true
            $failures.Add("$Store ${name}: $($_.Exception.Message)")
            Clear-Peer $bench.Peer
            if ($Module) { Get-Container | Remove-Container -Force }
        }
    }
} catch {
    $failures.Add("${Store}: $($_.Exception.Message)")
} finally {
    if ($bench.Peer) { Stop-Peer $bench.Peer }
    if ($Module) {
        [IO.File]::WriteAllLines("$Folder/containers.txt", [string[]] @(Get-Container | ForEach-Object { $_.Id }))
        Get-Container | Remove-Container -Force
    }
    [IO.File]::WriteAllText("$Folder/result.json", (ConvertTo-Json -Depth 6 -InputObject @{ Sections = $sections.ToArray(); Failures = $failures.ToArray() }))
}
