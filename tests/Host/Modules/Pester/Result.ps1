function Get-AllTest($Block) {
    foreach ($item in $Block.Order) {
        if ($item.ItemType -eq 'Test') { $item } else { Get-AllTest $item }
    }
}

function Get-FailedBlock($Block) {
    if ($Block.ErrorRecord.Count -gt 0) {
        $Block
    }
    foreach ($item in $Block.Order) {
        if ($item.ItemType -eq 'Block') { Get-FailedBlock $item }
    }
}

function New-RunResult($Containers, $Configuration, [datetime] $Started, [timespan] $Duration) {
    $tests = @($Containers | ForEach-Object { $_.Tests })
    $by = @{}
    foreach ($outcome in 'Passed', 'Failed', 'Skipped', 'Inconclusive', 'NotRun') {
        $by[$outcome] = @($tests | Where-Object Result -EQ $outcome)
    }
    $failedBlocks = @($Containers | ForEach-Object { Get-FailedBlock $_.Root })
    $failedContainers = @($Containers | Where-Object { $_.ErrorRecord.Count -gt 0 })
    $failed = $by.Failed.Count + $failedBlocks.Count + $failedContainers.Count -gt 0
    $run = [pscustomobject] @{
        PSTypeName = 'Pester.Run'
        Containers = @($Containers)
        Result = $failed ? 'Failed' : 'Passed'
        FailedCount = $by.Failed.Count
        FailedBlocksCount = $failedBlocks.Count
        FailedContainersCount = $failedContainers.Count
        PassedCount = $by.Passed.Count
        SkippedCount = $by.Skipped.Count
        InconclusiveCount = $by.Inconclusive.Count
        NotRunCount = $by.NotRun.Count
        TotalCount = $tests.Count
        Duration = $Duration
        Executed = $true
        ExecutedAt = $Started
        Version = '5.9.0'
        PSVersion = [string] $PSVersionTable.PSVersion
        Configuration = $Configuration
        Failed = $by.Failed
        FailedBlocks = $failedBlocks
        FailedContainers = $failedContainers
        Passed = $by.Passed
        Skipped = $by.Skipped
        Inconclusive = $by.Inconclusive
        NotRun = $by.NotRun
        Tests = $tests
    }
    $run
}
