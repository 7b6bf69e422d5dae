<#
.SYNOPSIS
Writes snapshots/api.txt and snapshots/parameters.txt anew: ./build.sh run tests/Pester/Update-Snapshots.ps1. The difference belongs into the commit that makes it.
#>
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/Snapshots.psm1" -Force
[IO.File]::WriteAllText("$PSScriptRoot/snapshots/api.txt", ((Get-ApiSnapshot) -join "`n") + "`n")
[IO.File]::WriteAllText("$PSScriptRoot/snapshots/parameters.txt", ((Get-ParameterSnapshot) -join "`n") + "`n")
