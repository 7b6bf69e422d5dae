@{
    RootModule = 'ContainerPS.dll'
    ModuleVersion = '0.1.0'
    GUID = 'b0d2f0ff-6f1c-4f0a-9d0e-5f0f6f3f1c57'
    Author = 'The ContainerPS authors'
    CompanyName = 'ContainerPS'
    Copyright = '(c) 2026 The ContainerPS authors. MIT licence.'
    Description = 'Linux containers from PowerShell, directly: no daemon, no Docker. Cmdlets that return objects, over a native engine: namespaces, cgroups, overlay and OCI images. Needs Linux 5.15 or later with glibc, and root.'
    PowerShellVersion = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess = @('ContainerPS.format.ps1xml')
    FunctionsToExport = @()
    VariablesToExport = @()
    CmdletsToExport = @(
        'Add-ImageTag'
        'Build-Image'
        'Clear-ContainerStore'
        'Connect-Container'
        'Connect-ContainerNetwork'
        'Connect-ImageRegistry'
        'ConvertTo-Image'
        'Copy-ContainerItem'
        'Disconnect-ContainerNetwork'
        'Disconnect-ImageRegistry'
        'Enter-Container'
        'Export-Container'
        'Find-Image'
        'Get-Container'
        'Get-ContainerChange'
        'Get-ContainerEngine'
        'Get-ContainerEvent'
        'Get-ContainerLog'
        'Get-ContainerNetwork'
        'Get-ContainerProcess'
        'Get-ContainerVolume'
        'Get-Image'
        'Get-ImageHistory'
        'Import-Image'
        'Invoke-Container'
        'Invoke-ContainerExec'
        'Measure-Container'
        'Measure-ContainerStore'
        'New-Container'
        'New-ContainerNetwork'
        'New-ContainerVolume'
        'Receive-Image'
        'Register-ContainerEngine'
        'Remove-Container'
        'Remove-ContainerNetwork'
        'Remove-ContainerVolume'
        'Remove-Image'
        'Rename-Container'
        'Restart-Container'
        'Resume-Container'
        'Save-Image'
        'Send-Image'
        'Set-Container'
        'Set-ContainerEngine'
        'Start-Container'
        'Stop-Container'
        'Suspend-Container'
        'Test-ContainerStore'
        'Test-Dockerfile'
        'Unregister-ContainerEngine'
        'Wait-Container'
    )
    AliasesToExport = @(
        'Attach-Container'
        'Commit-Container'
        'Exec-Container'
        'Kill-Container'
        'Load-Image'
        'Pause-Container'
        'Pull-Image'
        'Push-Image'
        'Run-Container'
        'Tag-Image'
        'Unpause-Container'
    )
    PrivateData = @{
        PSData = @{
            Tags = @('Linux', 'PSEdition_Core', 'Container', 'Docker', 'OCI')
            LicenseUri = 'https://opensource.org/license/mit'
            ReleaseNotes = 'The first version: containers, images, registries, volumes, and runcs, an OCI runtime. CHANGELOG.md in the module tells more.'
            RequireLicenseAcceptance = $false
            ExternalModuleDependencies = @()
        }
    }
}
