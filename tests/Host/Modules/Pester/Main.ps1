function Invoke-Pester {
    [CmdletBinding(DefaultParameterSetName = 'Simple')]
    param (
        [Parameter(Position = 0, ParameterSetName = 'Simple')] [string[]] $Path = '.',
        [Parameter(ParameterSetName = 'Simple')] [string[]] $ExcludePath = @(),
        [Parameter(ParameterSetName = 'Simple')] [Alias('Tag', 'Tags')] [string[]] $TagFilter,
        [Parameter(ParameterSetName = 'Simple')] [Alias('ExcludeTag')] [string[]] $ExcludeTagFilter,
        [Parameter(ParameterSetName = 'Simple')] [Alias('Name', 'TestName')] [string[]] $FullNameFilter,
        [Parameter(ParameterSetName = 'Simple')] [switch] $CI,
        [Parameter(ParameterSetName = 'Simple')] [ValidateSet('Diagnostic', 'Detailed', 'Normal', 'Minimal', 'None')] [string] $Output = 'Normal',
        [Parameter(ParameterSetName = 'Simple')] [switch] $PassThru,
        [Parameter(ParameterSetName = 'Simple')] [object[]] $Container = @(),
        [Parameter(ParameterSetName = 'Advanced')] $Configuration
    )

    if ($PSCmdlet.ParameterSetName -eq 'Simple') {
        $Configuration = New-PesterConfiguration
        $Configuration.Run.Path = $Path
        if ($Container -and -not $PSBoundParameters.ContainsKey('Path')) {
            $Configuration.Run.Path = @()
        }
        $Configuration.Run.ExcludePath = $ExcludePath
        $Configuration.Run.Container = $Container
        $Configuration.Run.PassThru = [bool] $PassThru
        $Configuration.Run.Exit = [bool] $CI
        $Configuration.TestResult.Enabled = [bool] $CI
        $Configuration.Filter.Tag = $TagFilter
        $Configuration.Filter.ExcludeTag = $ExcludeTagFilter
        $Configuration.Filter.FullName = $FullNameFilter
        $Configuration.Output.Verbosity = $Output
    }
    elseif ($Configuration -is [System.Collections.IDictionary]) {
        $Configuration = New-PesterConfiguration -Hashtable $Configuration
    }

    $outerSession = $script:Session
    try {
        $run = Invoke-Run $Configuration $PSCmdlet.SessionState
    }
    finally {
        $script:Session = $outerSession
    }

    if ($Configuration.TestResult.Enabled) {
        Export-TestResult $run $Configuration.TestResult
    }
    if ($Configuration.Run.PassThru) {
        $run
    }

    $failures = $run.FailedCount + $run.FailedBlocksCount + $run.FailedContainersCount
    $global:LASTEXITCODE = $failures
    if ($failures -and $Configuration.Run.Throw) {
        throw "Pester run failed, because $($run.FailedCount) tests, $($run.FailedBlocksCount) setups or teardowns and $($run.FailedContainersCount) files failed."
    }
    if ($failures -and $Configuration.Run.Exit) {
        exit $failures
    }
}

function Invoke-Run($Configuration, [System.Management.Automation.SessionState] $SessionState) {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $started = [datetime]::Now
    $script:Session = [pscustomobject] @{
        Phase = 'Discovery'; Current = $null; CurrentTest = $null; SessionState = $SessionState
        UserScope = New-UserScope $SessionState; TestDrive = $null; Verbosity = $Configuration.Output.Verbosity
    }
    $containers = @(Get-Container $Configuration)
    Write-RunStart $containers.Count
    foreach ($container in $containers) {
        Invoke-Discovery $container $Configuration.Filter
    }
    Write-DiscoveryEnd $containers $watch.Elapsed

    $script:Session.Phase = 'Run'
    if (-not $Configuration.Run.SkipRun) {
        foreach ($container in $containers) {
            Invoke-Container $container
        }
    }

    $run = New-RunResult $containers $Configuration $started $watch.Elapsed
    Write-Summary $run
    $run
}

function Get-Container($Configuration) {
    $run = $Configuration.Run
    $infos = @($run.Container)
    $infos += foreach ($block in $run.ScriptBlock) {
        [pscustomobject] @{ Type = 'ScriptBlock'; Item = $block; Data = @{} }
    }
    if ($infos.Count -eq 0 -or @($run.Path).Where({ $_ -ne '.' }).Count -gt 0) {
        $infos += foreach ($file in Find-TestFile -Path $run.Path -Exclude $run.ExcludePath -Extension $run.TestExtension) {
            [pscustomobject] @{ Type = 'File'; Item = $file; Data = @{} }
        }
    }

    foreach ($info in $infos | Where-Object { $_ }) {
        $name = if ($info.Type -eq 'File') { $info.Item.FullName } else { "<ScriptBlock>:$($info.Item.StartPosition.StartLine)" }
        $container = [pscustomobject] @{
            PSTypeName = 'Pester.Container'
            Name = $name; Type = $info.Type; Item = $info.Item; Data = $info.Data
            Root = $null; Blocks = @(); ErrorRecord = [System.Collections.Generic.List[object]]::new()
            Result = 'NotRun'; Passed = $false; Executed = $false; Duration = [timespan]::Zero; Tests = @()
        }
        $container.PSObject.Methods.Add([psscriptmethod]::new('ToString', { $this.Name }))
        $container
    }
}

function Invoke-Discovery($Container, $Filter) {
    $script:Session.Current = $Container.Root = New-Block -Name 'Root' -Kind 'Root'
    try {
        $null = Invoke-InNewScope -Item $Container -Variables $Container.Data -Body {
            param ($frame)
            $data = $frame.Item.Data
            $code = if ($frame.Item.Type -eq 'File') { $frame.Item.Item.FullName } else { $frame.Item.Item }
            $script:Session.SessionState.InvokeCommand.InvokeScript(
                $script:Session.SessionState,
                [scriptblock]::Create('param ($______code, $______data) & $______code @______data'),
                @($code, $data))
        }
        Set-ShouldRun $Container.Root $Filter $false $false $Container.Name
        Set-Skip $Container.Root $false
    }
    catch {
        $Container.ErrorRecord.Add($_)
        $Container.Result = 'Failed'
        $Container.Root.Order.Clear()
        Write-DiscoveryFailure $Container
    }
    $Container.Blocks = $Container.Root.Blocks
    $Container.Tests = @(Get-AllTest $Container.Root)
}

function Invoke-Container($Container) {
    if ($Container.ErrorRecord.Count -gt 0 -or -not $Container.Root.ShouldRun) {
        return
    }

    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $Container.Executed = $true
    Write-ContainerStart $Container
    New-TestDrive
    try {
        # What the file was given is seen by all that runs.
        $null = Invoke-InNewScope -Item $Container.Root -Variables $Container.Data -Body {
            param ($frame)
            Invoke-Block $frame.Item
        }
    }
    finally {
        Remove-TestDrive
    }
    $Container.Duration = $watch.Elapsed
    $Container.Passed = $Container.Root.Passed
    $Container.Result = $Container.Root.Result
    Write-ContainerEnd $Container
}
