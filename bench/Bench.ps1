<#
.SYNOPSIS
    Measures ContainerPS beside docker, podman, crun and runc on this machine and prints a table. See docs/benchmarks.md.
.PARAMETER Section
    Which figures: Run, RuntimeExec, Many, Invoke, Exec, Copy, Life, Output, Memory, Idle, ModuleImport, Import, Save, Pull, Push, List, Containers, Build, Network. All by default.
.PARAMETER Store
    On which file systems the engines' stores are, one after another: ext4, tmpfs.
.PARAMETER Rounds
    How often each thing is done; long ones are done less often.
.PARAMETER Json
    A file for the figures with every sample.
.PARAMETER Markdown
    A file for the machine and the table.
.PARAMETER Plot
    A file for the drawing of the section Idle, as SVG.
.PARAMETER Module
    The module to measure; out/ContainerPS by default.
.PARAMETER PeerOnly
    Measures the peers alone, without a module.
#>
[CmdletBinding()]
param(
    [string[]] $Section = @('Run', 'RuntimeExec', 'Many', 'Invoke', 'Exec', 'Copy', 'Life', 'Output', 'Memory', 'Idle', 'ModuleImport', 'Import', 'Save', 'Pull', 'Push', 'List', 'Containers', 'Build', 'Network'),
    [string[]] $Store = @('ext4', 'tmpfs'),
    [ValidateRange(1, 10000)] [int] $Rounds = 20,
    [string] $Json,
    [string] $Markdown,
    [string] $Plot,
    [string] $Module,
    [switch] $PeerOnly
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
foreach ($name in 'Timing', 'Peers', 'Images', 'Sandbox', 'Report') { Import-Module "$PSScriptRoot/$name.psm1" }

# From a command line, a list arrives as one word.
$Section = @($Section -split '\s*,\s*')
$Store = @($Store -split '\s*,\s*')
$known = @([IO.Directory]::GetFiles("$PSScriptRoot/sections", '*.ps1') | ForEach-Object { [IO.Path]::GetFileNameWithoutExtension($_) })
foreach ($name in $Section) { if ($known -notcontains $name) { throw "There is no section '$name'; there are $($known -join ', ')" } }
foreach ($kind in $Store) { if ('ext4', 'tmpfs' -notcontains $kind) { throw "There is no store '$kind'; there are ext4, tmpfs" } }
if ([Environment]::UserName -ne 'root') { throw 'The bench starts daemons and containers: run it as root' }
if ($PeerOnly) {
    $Module = ''
} else {
    if (-not $Module) { $Module = [IO.Path]::GetFullPath("$PSScriptRoot/../out/ContainerPS") }
    $Module = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Module)
    if (-not [IO.File]::Exists("$Module/ContainerPS.psd1")) { throw "There is no module in '$Module': ./build.sh pack makes it" }
}

Install-Program
Install-Program ([ordered]@{ busybox = 'busybox-static'; unshare = 'util-linux'; ip = 'iproute2'; 'mkfs.ext4' = 'e2fsprogs' })
if ($Section | Where-Object { 'Pull', 'Push' -contains $_ }) { Install-Program @{ 'docker-registry' = 'docker-registry' } }
if ($Section -contains 'Build') { Install-Program @{ buildah = 'buildah' } }
if ($Section -contains 'Network') { Install-Program ([ordered]@{ iperf3 = 'iperf3'; dnsperf = 'dnsperf'; iptables = 'iptables' }) }
$debian = if ($Section | Where-Object { 'Import', 'Save', 'Pull', 'Push', 'Build' -contains $_ }) { Get-DebianRootfs } else { '' }
$folder = Assert-Program mktemp, '--directory', '--tmpdir', 'containerps-bench.XXXXXX'
$cgroups = @(Get-BenchCgroup)
$figures = @()
$failures = @()
try {
    Initialize-Hybrid $folder
    $machine = Get-Machine $folder $Module
    foreach ($entry in $machine.GetEnumerator()) { "{0,-12} {1}" -f $entry.Key, $entry.Value }
    foreach ($kind in $Store) {
        # What no file system changes is measured once.
        $sections = @($Section | Where-Object { $kind -eq $Store[0] -or 'Many', 'Memory', 'Idle', 'ModuleImport', 'Network' -notcontains $_ })
        if (-not $sections) { continue }
        $work = "$folder/$kind"
        $null = [IO.Directory]::CreateDirectory($work)
        $arguments = @('-Store', $kind, '-Folder', $work, '-Section', ($sections -join ','), '-Rounds', $Rounds)
        if ($Module) { $arguments += '-Module', $Module }
        if ($debian) { $arguments += '-Debian', $debian }
        if ($Plot) { $arguments += '-Plot', $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Plot) }
        $code = Invoke-Sandbox $work $kind "$PSScriptRoot/Inside.ps1" $arguments
        if ([IO.File]::Exists("$work/result.json")) {
            $result = ConvertFrom-Json ([IO.File]::ReadAllText("$work/result.json"))
            $figures += @($result.Figures)
            $failures += @($result.Failures)
        } else {
            $failures += "${kind}: the sandbox ended with exit code $code"
        }
    }
} finally {
    $ids = @(foreach ($kind in $Store) { if ([IO.File]::Exists("$folder/$kind/containers.txt")) { [IO.File]::ReadAllLines("$folder/$kind/containers.txt") } })
    Remove-BenchCgroup -Keep $cgroups -Container $ids
    [IO.Directory]::Delete($folder, $true)
}

''
Format-Report $figures
if ($Json) {
    $document = [ordered]@{ Machine = $machine; Rounds = $Rounds; Figures = $figures; Failures = $failures }
    [IO.File]::WriteAllText($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Json), (ConvertTo-Json -Depth 6 -InputObject $document) + "`n")
}
if ($Markdown) { [IO.File]::WriteAllLines($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Markdown), [string[]] @(Format-Markdown $machine $figures)) }
if ($failures) {
    ''
    foreach ($failure in $failures) { "not measured: $failure" }
    exit 1
}
