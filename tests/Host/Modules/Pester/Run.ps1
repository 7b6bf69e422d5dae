function Invoke-Block($Block) {
    if (-not $Block.ShouldRun) {
        return
    }

    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $outer = $script:Session.Current
    $script:Session.Current = $Block
    $Block.Executed = $true
    $known = Get-TestDriveContent
    try {
        $null = Invoke-InNewScope -Item $Block -Variables (Get-DataVariable $Block.Data $Block.HasData) -Body {
            param ($frame)
            Invoke-BlockInScope $frame.Item
        }
    }
    catch {
        $Block.ErrorRecord.Add($_)
    }
    finally {
        $script:Session.Current = $outer
        Clear-TestDriveContent $known
    }

    $Block.Duration = $watch.Elapsed
    $failedInside = @($Block.Order | Where-Object Result -EQ 'Failed').Count -gt 0
    $Block.Passed = -not $failedInside -and $Block.ErrorRecord.Count -eq 0
    $Block.Result = if ($Block.Skip) { 'Skipped' } elseif ($Block.Passed) { 'Passed' } else { 'Failed' }
    if ($Block.ErrorRecord.Count -gt 0) {
        Write-BlockFailure $Block
    }
}

# In the block's scope: its name, its BeforeAll, what is in it, its AfterAll.
function Invoke-BlockInScope($Block) {
    Set-ExpandedName $Block $Block.Parent
    Write-BlockStart $Block
    if (-not $Block.Skip -and $Block.BeforeAll) {
        try {
            do { . $Block.BeforeAll } until ($true)
        }
        catch {
            $Block.ErrorRecord.Add($_)
        }
    }

    if ($Block.ErrorRecord.Count -gt 0) {
        Set-AllFailed $Block
    }
    else {
        foreach ($item in $Block.Order) {
            if ($item.ItemType -eq 'Test') { Invoke-Test $item } else { Invoke-Block $item }
        }
    }

    if (-not $Block.Skip -and $Block.AfterAll) {
        try {
            do { . $Block.AfterAll } until ($true)
        }
        catch {
            $Block.ErrorRecord.Add($_)
        }
    }
}

function Set-ExpandedName($Item, $Parent) {
    $Item.ExpandedName = Expand-Name $Item.Name
    $Item.ExpandedPath = if ($Parent -and -not $Parent.IsRoot) { "$($Parent.ExpandedPath).$($Item.ExpandedName)" } else { $Item.ExpandedName }
}

# After a failed BeforeAll nothing below it can run, so all of it has failed.
function Set-AllFailed($Block) {
    foreach ($item in $Block.Order) {
        if (-not $item.ShouldRun) {
            continue
        }
        Set-ExpandedName $item $Block
        $item.Result = if ($item.Skip) { 'Skipped' } else { 'Failed' }
        if ($item.ItemType -eq 'Block') {
            Set-AllFailed $item
        }
    }
}

function Invoke-Test($Test) {
    if (-not $Test.ShouldRun) {
        return
    }

    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $Test.ExecutedAt = [datetime]::Now
    if ($Test.Skip) {
        Set-ExpandedName $Test $Test.Block
        $Test.Result = 'Skipped'
    }
    else {
        $Test.Executed = $true
        $script:Session.CurrentTest = $Test
        try {
            $null = Invoke-InNewScope -Item $Test -Variables (Get-DataVariable $Test.Data $Test.HasData) -Body {
                param ($frame)
                Invoke-TestInScope $frame.Item
            }
        }
        catch {
            $Test.ErrorRecord.Add($_)
        }
        finally {
            $script:Session.CurrentTest = $null
        }
        $Test.Result = Get-TestOutcome $Test
    }

    $Test.Passed = $Test.Result -eq 'Passed'
    $Test.Skipped = $Test.Result -eq 'Skipped'
    $Test.Inconclusive = $Test.Result -eq 'Inconclusive'
    $Test.Duration = $watch.Elapsed
    $Test.FrameworkDuration = $Test.Duration - $Test.UserDuration
    Write-TestResult $Test
}

# In the test's scope: BeforeEach from the outermost block inwards, the test, AfterEach from here outwards.
function Invoke-TestInScope($Test) {
    $blocks = [System.Collections.Generic.List[object]]::new()
    for ($block = $Test.Block; $block; $block = $block.Parent) {
        $blocks.Add($block)
    }
    $user = [System.Diagnostics.Stopwatch]::StartNew()
    try {
        for ($i = $blocks.Count - 1; $i -ge 0; $i--) {
            if ($blocks[$i].BeforeEach) {
                do { . $blocks[$i].BeforeEach } until ($true)
            }
        }
        Set-ExpandedName $Test $Test.Block
        do { . $Test.ScriptBlock } until ($true)
    }
    catch {
        if ($Test.ExpandedName -eq $Test.Name) {
            Set-ExpandedName $Test $Test.Block
        }
        $Test.ErrorRecord.Add($_)
    }

    foreach ($block in $blocks) {
        if ($block.AfterEach) {
            try {
                do { . $block.AfterEach } until ($true)
            }
            catch {
                $Test.ErrorRecord.Add($_)
            }
        }
    }
    $Test.UserDuration = $user.Elapsed
}

function Get-TestOutcome($Test) {
    foreach ($record in $Test.ErrorRecord) {
        switch ($record.FullyQualifiedErrorId) {
            'PesterTestSkipped' { return 'Skipped' }
            'PesterTestInconclusive' { return 'Inconclusive' }
            default { return 'Failed' }
        }
    }

    'Passed'
}

function Set-ItResult {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'The switches choose the parameter set, which is what is asked.')]
    [CmdletBinding()]
    param (
        [Parameter(Mandatory, ParameterSetName = 'Inconclusive')] [switch] $Inconclusive,
        [Parameter(Mandatory, ParameterSetName = 'Skipped')] [switch] $Skipped,
        [string] $Because
    )

    $message = "is $($PSCmdlet.ParameterSetName.ToLowerInvariant())"
    if ($Because) {
        $message += ", because $Because"
    }
    $target = @{ File = $MyInvocation.ScriptName; Line = $MyInvocation.ScriptLineNumber; LineText = $MyInvocation.Line.Trim() }
    throw [System.Management.Automation.ErrorRecord]::new([Exception]::new($message), "PesterTest$($PSCmdlet.ParameterSetName)", 'InvalidResult', $target)
}

function InModuleScope {
    [CmdletBinding()]
    param (
        [Parameter(Mandatory, Position = 0)] [string] $ModuleName,
        [Parameter(Mandatory, Position = 1)] [scriptblock] $ScriptBlock,
        [System.Collections.IDictionary] $Parameters = @{},
        [object[]] $ArgumentList = @()
    )

    $module = @(Get-Module -Name $ModuleName -All | Where-Object ModuleType -EQ 'Script')[0]
    if (-not $module) {
        throw "No modules named '$ModuleName' are currently loaded."
    }
    & $module $ScriptBlock @Parameters @ArgumentList
}
