[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidAssignmentToAutomaticVariable', '', Justification = 'Pester''s parameter has this name.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'What Pester has is accepted: without -ForEach data there is no test either way.')]
param ()

function New-Block {
    param ([string] $Name, [string] $Kind, $Parent, [string[]] $Tag, [bool] $Skip, $Data, [bool] $HasData, [scriptblock] $ScriptBlock, [int] $Line)

    $block = [pscustomobject] @{
        PSTypeName = 'Pester.Block'
        ItemType = 'Block'; Kind = $Kind; Name = $Name; ExpandedName = $Name; Path = @(); ExpandedPath = $Name
        Tag = @($Tag | Where-Object { $_ }); Skip = $Skip; Data = $Data; HasData = $HasData; ScriptBlock = $ScriptBlock; StartLine = $Line
        Parent = $Parent; Order = [System.Collections.Generic.List[object]]::new()
        BeforeAll = $null; AfterAll = $null; BeforeEach = $null; AfterEach = $null
        ErrorRecord = [System.Collections.Generic.List[object]]::new()
        ShouldRun = $false; Executed = $false; Result = 'NotRun'; Passed = $false; Duration = [timespan]::Zero
    }
    if ($Parent -and -not $Parent.IsRoot) {
        $block.Path = @($Parent.Path) + $Name
    }
    elseif ($Parent) {
        $block.Path = @($Name)
    }
    $block.PSObject.Properties.Add([psnoteproperty]::new('IsRoot', $null -eq $Parent))
    $block.PSObject.Properties.Add([psscriptproperty]::new('Tests', { @($this.Order | Where-Object ItemType -EQ 'Test') }))
    $block.PSObject.Properties.Add([psscriptproperty]::new('Blocks', { @($this.Order | Where-Object ItemType -EQ 'Block') }))
    $block.PSObject.Methods.Add([psscriptmethod]::new('ToString', { $this.ExpandedName }))
    $block
}

function New-Test {
    param ([string] $Name, $Block, [string[]] $Tag, [bool] $Skip, $Data, [bool] $HasData, [scriptblock] $ScriptBlock, [int] $Line)

    $test = [pscustomobject] @{
        PSTypeName = 'Pester.Test'
        ItemType = 'Test'; Name = $Name; ExpandedName = $Name; Path = @(); ExpandedPath = $Name
        Tag = @($Tag | Where-Object { $_ }); Skip = $Skip; Data = $Data; HasData = $HasData; ScriptBlock = $ScriptBlock; StartLine = $Line
        Block = $Block; ErrorRecord = [System.Collections.Generic.List[object]]::new()
        ShouldRun = $false; Executed = $false; ExecutedAt = $null; Result = 'NotRun'; Passed = $false; Skipped = $false; Inconclusive = $false
        Duration = [timespan]::Zero; UserDuration = [timespan]::Zero; FrameworkDuration = [timespan]::Zero; StandardOutput = $null
    }
    $test.Path = @($Block.Path) + $Name
    $test.PSObject.Methods.Add([psscriptmethod]::new('ToString', { $this.ExpandedName }))
    $test
}

function Assert-Discovering([string] $Command) {
    if (-not $script:Session -or $script:Session.Phase -ne 'Discovery') {
        throw [InvalidOperationException] "$Command can be used in a test file that Invoke-Pester runs, and there outside of It, BeforeAll and their like."
    }
}

function Describe {
    param (
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [scriptblock] $Fixture,
        [Alias('Tags')] [string[]] $Tag = @(),
        [switch] $Skip,
        [switch] $AllowNullOrEmptyForEach,
        [object[]] $ForEach
    )

    Add-Block -Kind Describe -Call $MyInvocation -Bound $PSBoundParameters @PSBoundParameters
}

function Context {
    param (
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [scriptblock] $Fixture,
        [Alias('Tags')] [string[]] $Tag = @(),
        [switch] $Skip,
        [switch] $AllowNullOrEmptyForEach,
        [object[]] $ForEach
    )

    Add-Block -Kind Context -Call $MyInvocation -Bound $PSBoundParameters @PSBoundParameters
}

function Add-Block {
    param ($Kind, $Call, $Bound, $Name, $Fixture, $Tag, [switch] $Skip, [switch] $AllowNullOrEmptyForEach, [object[]] $ForEach)

    Assert-Discovering $Kind
    if (-not $Fixture) {
        throw [ArgumentException] "No test script block is provided. Did you put the opening curly brace on the next line? ($Kind '$Name')"
    }
    $common = @{ Name = $Name; Kind = $Kind; Parent = $script:Session.Current; Tag = $Tag; Skip = [bool] $Skip; ScriptBlock = $Fixture; Line = $Call.ScriptLineNumber }
    if (-not $Bound.ContainsKey('ForEach')) {
        Invoke-BlockDiscovery (New-Block @common)
        return
    }

    foreach ($item in $ForEach) {
        Invoke-BlockDiscovery (New-Block @common -Data $item -HasData $true)
    }
}

function Invoke-BlockDiscovery($Block) {
    $outer = $script:Session.Current
    $outer.Order.Add($Block)
    $script:Session.Current = $Block
    try {
        $null = Invoke-InNewScope -Item $Block -Variables (Get-DataVariable $Block.Data $Block.HasData) -Body {
            param ($frame)
            do { . $frame.Item.ScriptBlock } until ($true)
        }
    }
    finally {
        $script:Session.Current = $outer
    }
}

function It {
    param (
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [scriptblock] $Test,
        [Alias('TestCases')] [object[]] $ForEach,
        [Alias('Tags')] [string[]] $Tag = @(),
        [switch] $Skip,
        [switch] $AllowNullOrEmptyForEach
    )

    Assert-Discovering It
    if (-not $Test) {
        throw [ArgumentException] "No test script block is provided. Did you put the opening curly brace on the next line? (It '$Name')"
    }
    $block = $script:Session.Current
    $common = @{ Name = $Name; Block = $block; Tag = $Tag; Skip = [bool] $Skip; ScriptBlock = $Test; Line = $MyInvocation.ScriptLineNumber }
    if (-not $PSBoundParameters.ContainsKey('ForEach')) {
        $block.Order.Add((New-Test @common))
        return
    }

    foreach ($item in $ForEach) {
        $block.Order.Add((New-Test @common -Data $item -HasData $true))
    }
}

function BeforeAll { param ([Parameter(Mandatory)] [scriptblock] $Scriptblock) Set-BlockStep BeforeAll $Scriptblock }
function AfterAll { param ([Parameter(Mandatory)] [scriptblock] $Scriptblock) Set-BlockStep AfterAll $Scriptblock }
function BeforeEach { param ([Parameter(Mandatory)] [scriptblock] $Scriptblock) Set-BlockStep BeforeEach $Scriptblock }
function AfterEach { param ([Parameter(Mandatory)] [scriptblock] $Scriptblock) Set-BlockStep AfterEach $Scriptblock }

function Set-BlockStep([string] $Step, [scriptblock] $ScriptBlock) {
    Assert-Discovering $Step
    if ($script:Session.Current.$Step) {
        throw [InvalidOperationException] "$Step is already defined in this block."
    }
    $script:Session.Current.$Step = $ScriptBlock
}

function BeforeDiscovery {
    param ([Parameter(Mandatory)] [scriptblock] $ScriptBlock)

    Assert-Discovering BeforeDiscovery
    . $ScriptBlock
}
