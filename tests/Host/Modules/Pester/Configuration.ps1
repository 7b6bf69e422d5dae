function New-PesterConfiguration {
    [CmdletBinding()]
    param ([System.Collections.IDictionary] $Hashtable = @{})

    $configuration = [pscustomobject] @{
        PSTypeName = 'PesterConfiguration'
        Run = New-ConfigurationSection @{
            Path = @('.'); ExcludePath = @(); ScriptBlock = @(); Container = @(); TestExtension = '.Tests.ps1'
            Exit = $false; Throw = $false; PassThru = $false; SkipRun = $false
        }
        Filter = New-ConfigurationSection @{ Tag = @(); ExcludeTag = @(); Line = @(); ExcludeLine = @(); FullName = @() }
        Should = New-ConfigurationSection @{ ErrorAction = 'Stop' }
        TestDrive = New-ConfigurationSection @{ Enabled = $true }
        TestResult = New-ConfigurationSection @{ Enabled = $false; OutputFormat = 'NUnitXml'; OutputPath = 'testResults.xml'; TestSuiteName = 'Pester' }
        CodeCoverage = New-ConfigurationSection @{ Enabled = $false }
        Debug = New-ConfigurationSection @{ ShowFullErrors = $false }
        Output = New-ConfigurationSection @{ Verbosity = 'Normal'; StackTraceVerbosity = 'Filtered'; CIFormat = 'Auto' }
    }
    foreach ($section in @($Hashtable.Keys)) {
        foreach ($option in @($Hashtable[$section].Keys)) {
            $configuration.$section.$option = $Hashtable[$section][$option]
        }
    }

    $configuration
}

function New-ConfigurationSection([hashtable] $Defaults) {
    [pscustomobject] $Defaults
}

function New-PesterContainer {
    [CmdletBinding(DefaultParameterSetName = 'Path')]
    param (
        [Parameter(Mandatory, ParameterSetName = 'Path')] [string[]] $Path,
        [Parameter(Mandatory, ParameterSetName = 'ScriptBlock')] [scriptblock[]] $ScriptBlock,
        [System.Collections.IDictionary[]] $Data = @(@{})
    )

    foreach ($set in $Data) {
        foreach ($file in $Path) {
            foreach ($found in Find-TestFile -Path $file -Exclude @() -Extension '.Tests.ps1') {
                [pscustomobject] @{ PSTypeName = 'Pester.ContainerInfo'; Type = 'File'; Item = $found; Data = $set }
            }
        }
        foreach ($block in $ScriptBlock) {
            [pscustomobject] @{ PSTypeName = 'Pester.ContainerInfo'; Type = 'ScriptBlock'; Item = $block; Data = $set }
        }
    }
}

function Find-TestFile {
    param ([string[]] $Path, [string[]] $Exclude, [string] $Extension)

    $files = foreach ($one in $Path) {
        foreach ($item in Get-Item -Path $one -ErrorAction Stop) {
            if ($item.PSIsContainer) {
                Get-ChildItem -LiteralPath $item.FullName -Recurse -File -Filter "*$Extension"
            }
            elseif ($item.Name.EndsWith('.ps1')) {
                $item
            }
        }
    }

    $files | Where-Object {
        $file = $_.FullName
        -not @($Exclude | Where-Object { $_ -and ($file -like $_ -or $file -like (Join-Path (Resolve-Path .) $_)) })
    }
}
