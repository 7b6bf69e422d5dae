@{
    GUID = 'b5a9d4f6-6b5e-4e0f-9b7e-2f0f9a7c1d31'
    Author = 'The ContainerPS authors'
    Description = 'The part of Pester 5 that the tests use, for machines that cannot reach the real one.'
    ModuleVersion = '5.9.0'
    PowerShellVersion = '7.2'
    RootModule = 'Pester.psm1'
    FunctionsToExport = @(
        'Invoke-Pester', 'New-PesterConfiguration', 'New-PesterContainer'
        'Describe', 'Context', 'It', 'BeforeAll', 'AfterAll', 'BeforeEach', 'AfterEach', 'BeforeDiscovery'
        'Should', 'Set-ItResult', 'InModuleScope'
    )
    CmdletsToExport = @()
    VariablesToExport = @()
    AliasesToExport = @()
}
