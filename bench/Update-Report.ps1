<#
.SYNOPSIS
    Writes docs/benchmarks.md, its drawings and README.md's comparison anew from docs/benchmarks.json, without measuring: ./build.sh run bench/Update-Report.ps1.
#>
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/Results.psm1", "$PSScriptRoot/Document.psm1" -Force
$root = [IO.Path]::GetFullPath("$PSScriptRoot/..")
Write-Report (Read-Result "$root/docs/benchmarks.json") $root
