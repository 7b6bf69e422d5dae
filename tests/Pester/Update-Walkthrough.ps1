<#
.SYNOPSIS
Writes what the commands of docs/walkthrough.md and of README.md's tour show into them anew, and docs/session.svg: ./build.sh run tests/Pester/Update-Walkthrough.ps1. Read the difference before it is committed.
#>
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/Walkthrough.psm1", "$PSScriptRoot/Session.psm1" -Force
$repository = (Resolve-Path "$PSScriptRoot/../..").Path
$store = New-TestStore
try {
    Push-Location (Initialize-Tour $store)
    [IO.File]::WriteAllText("$repository/README.md", (Update-Row (Read-Tour) ([IO.File]::ReadAllText("$repository/README.md"))))
    [IO.File]::WriteAllText("$repository/docs/session.svg", (ConvertTo-Drawing (Invoke-Session)))
}
finally {
    Pop-Location
    Remove-TestStore $store
}

$path = "$repository/docs/walkthrough.md"
$text = [IO.File]::ReadAllText($path)
$store = New-TestStore
try {
    Push-Location (Initialize-Walkthrough $store)
    foreach ($row in Read-Walkthrough $path) { $text = Update-Row $row $text }
    [IO.File]::WriteAllText($path, $text)
}
finally {
    Pop-Location
    Remove-TestStore $store
}
