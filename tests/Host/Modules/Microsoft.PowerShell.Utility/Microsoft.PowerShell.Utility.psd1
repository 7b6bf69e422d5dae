@{
  GUID = '1DA87E53-152B-403E-98DC-74D7B4D63D59'
  Author = 'The ContainerPS authors'
  ModuleVersion = '7.0.0.0'
  CompatiblePSEditions = @('Core')
  PowerShellVersion = '7.0'
  NestedModules = @('Microsoft.PowerShell.Commands.Utility.dll')
  FunctionsToExport = @()
  AliasesToExport = @()
  CmdletsToExport = @(
    'Add-Member',
    'Clear-Variable',
    'Format-Custom',
    'Format-List',
    'Format-Table',
    'Format-Wide',
    'Get-Date',
    'Get-Host',
    'Get-Member',
    'Get-Random',
    'Get-Variable',
    'Group-Object',
    'Invoke-Expression',
    'Measure-Command',
    'Measure-Object',
    'New-Guid',
    'New-Object',
    'New-TimeSpan',
    'New-Variable',
    'Out-File',
    'Out-String',
    'Read-Host',
    'Remove-Variable',
    'Select-Object',
    'Set-Variable',
    'Sort-Object',
    'Start-Sleep',
    'Write-Debug',
    'Write-Error',
    'Write-Host',
    'Write-Information',
    'Write-Output',
    'Write-Progress',
    'Write-Verbose',
    'Write-Warning'
  )
}
