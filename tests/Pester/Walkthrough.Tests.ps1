# docs/walkthrough.md does what it says: each of its rows is run in order, and shows what is printed there.
BeforeDiscovery {
    Import-Module "$PSScriptRoot/Walkthrough.psm1" -Force
    $rows = @(Read-Walkthrough | ForEach-Object { @{ Id = $_.Id; Title = $_.Title; Row = $_ } })
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Walkthrough.psm1" -Force
    Import-Module "$PSScriptRoot/Rows.psm1" -Force
    $rows = @(Read-Walkthrough)
    $store = New-TestStore
    $folder = Initialize-Walkthrough $store
    Push-Location $folder
}

AfterAll {
    Pop-Location
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'docs/walkthrough.md' {
    It '<Id> <Title>' -ForEach $rows {
        foreach ($result in Invoke-Row $Row) {
            if ($null -ne $result.Block.Output) { ConvertTo-Stable $result.Output | Should -Be (ConvertTo-Stable $result.Block.Output) -Because $result.Block.Code }
        }
    }

    It 'has all rows, each with Docker''s way and ours' {
        $last = [ordered]@{ A = 29; B = 12; C = 17; D = 5; E = 11; F = 2 }
        $all = foreach ($letter in $last.Keys) { foreach ($number in 1..$last[$letter]) { "$letter{0:00}" -f $number } }
        $rows.Id -join ' ' | Should -Be ($all -join ' ')
        foreach ($one in $rows) {
            $one.Blocks.Count | Should -BeGreaterThan 0 -Because $one.Id
            $one.Text | Should -Match '(?m)^Docker: ' -Because $one.Id
        }
    }

    It 'names for what is not run a test with the tag of that row' {
        $notRun = @(foreach ($one in $rows) { foreach ($block in $one.Blocks | Where-Object NotRun) { @{ Id = $one.Id; Reason = $block.NotRun } } })
        $notRun.Count | Should -BeLessThan 25 -Because 'most of it is run'
        foreach ($one in $notRun) {
            $one.Reason | Should -Match '; ([\w.]+\.Tests\.ps1) ' -Because $one.Id
            $null = $one.Reason -match '([\w.]+\.Tests\.ps1)'
            [IO.File]::ReadAllText("$PSScriptRoot/$($Matches[1])") | Should -Match "-Tag [A-F\d, ]*\b$($one.Id)\b" -Because "$($Matches[1]) does $($one.Id)"
        }
    }
}

Describe 'What an output is compared by' {
    It 'leaves out what differs each time, and nothing else' {
        ConvertTo-Stable "Id           Name`n--           ----`n0123456789ab web1  Up 3 seconds  2 weeks ago 2.13 MB 10.88.0.2`n" | Should -Be "Id Name`n-- --`n<id> web1 Up <time> <time> <size> <address>"
        ConvertTo-Stable 'hello word' | Should -Be 'hello word'
        ConvertTo-Stable 'Exited (137)' | Should -Not -Be (ConvertTo-Stable 'Exited (0)')
    }
}

Describe 'The table of rows' {
    BeforeAll {
        $root = [pscustomobject]@{ Tag = @(); Parent = $null }
        $outer = [pscustomobject]@{ Tag = @('A01', 'A02'); Parent = $root }
        $inner = [pscustomobject]@{ Tag = @('A03'); Parent = $outer }
        $run = [pscustomobject]@{
            Tests = @(
                [pscustomobject]@{ Tag = @('A01'); Block = $outer; Result = 'Passed' }
                [pscustomobject]@{ Tag = @(); Block = $inner; Result = 'Failed' }
                [pscustomobject]@{ Tag = @('A04'); Block = $root; Result = 'Skipped' }
                [pscustomobject]@{ Tag = @('A05'); Block = $root; Result = 'NotRun' }
            )
            FailedBlocks = @($inner)
        }
        $measured = @(Measure-Row $run ('A01', 'A02', 'A03', 'A04', 'A05' | ForEach-Object { [pscustomobject]@{ Id = $_; Title = 'x' } }))
    }

    It 'counts a test once for each of its rows, and tells of those without one' {
        $measured | ForEach-Object { "$($_.Id) $($_.Passed) $($_.Failed) $($_.Skipped)" } | Should -Be 'A01 1 2 0', 'A02 1 2 0', 'A03 0 2 0', 'A04 0 0 1', 'A05 0 0 0'
        ($measured | Where-Object { -not (Test-RowTested $_) }).Id | Should -Be 'A05'
        (Format-Row $measured -Columns 3)[1] | Should -Be '  A01 1, 2 failed   A02 1, 2 failed   A03 0, 2 failed'
        (Format-Row $measured -Columns 3)[2] | Should -Be '  A04 0, 1 skipped  A05 missing'
    }

    It 'has the rows of the walkthrough' {
        (Read-Row).Id | Should -Be $rows.Id
    }
}
