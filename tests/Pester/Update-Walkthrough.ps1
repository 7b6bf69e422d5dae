<#
.SYNOPSIS
Writes what the commands of docs/walkthrough.md show into it anew: ./build.sh run tests/Pester/Update-Walkthrough.ps1. Read the difference before it is committed.
#>
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/Walkthrough.psm1" -Force
$path = (Resolve-Path "$PSScriptRoot/../../docs/walkthrough.md").Path
$text = [IO.File]::ReadAllText($path)
$store = New-TestStore
try {
    Push-Location (Initialize-Walkthrough $store)
    foreach ($row in Read-Walkthrough $path) {
        $new = $row.Text
        $results = try { @(Invoke-Row $row) } catch { Write-Warning "$($row.Id): $($_.Exception.Message)" }
        foreach ($result in $results) {
            if ($null -eq $result.Block.Output) { continue }
            $begin = "$($result.Block.Code)`n``````" + "`n``````text`n"
            $at = $new.IndexOf($begin) + $begin.Length
            $end = $new.IndexOf('```', $at)
            $new = $new.Substring(0, $at) + $result.Output + "`n" + $new.Substring($end)
        }
        $text = $text.Replace($row.Text, $new)
    }
    [IO.File]::WriteAllText($path, $text)
}
finally {
    Pop-Location
    Remove-TestStore $store
}
