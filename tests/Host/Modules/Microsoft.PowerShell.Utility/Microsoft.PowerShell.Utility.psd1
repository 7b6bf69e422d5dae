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
    'Format-Custom',
    'Format-List',
    'Format-Table',
    'Format-Wide',
    'Get-Host',
    'Group-Object',
    'Invoke-Expression',
    'Measure-Command',
    'Measure-Object',
    'New-Guid',
    'Out-File',
    'Out-String',
    'Read-Host',
    'Select-Object',
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
