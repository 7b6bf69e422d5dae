@{
  GUID = 'A94C8C7E-9810-47C0-B8AF-65089C13A35A'
  Author = 'The ContainerPS authors'
  ModuleVersion = '7.0.0.0'
  CompatiblePSEditions = @('Core')
  PowerShellVersion = '7.0'
  NestedModules = @('Microsoft.PowerShell.Security.dll')
  FunctionsToExport = @()
  AliasesToExport = @()
  CmdletsToExport = @(
    'ConvertFrom-SecureString',
    'ConvertTo-SecureString',
    'Get-Credential',
    'Get-ExecutionPolicy'
  )
}
