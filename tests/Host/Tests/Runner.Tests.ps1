# The test runner, run on a test file of known outcome in a child process.
BeforeAll {
    $shell = [Environment]::ProcessPath
    $pester = (Get-Module Pester).Path
    $sample = Join-Path ([IO.Path]::GetTempPath()) "runner-$PID"
    $null = New-Item -ItemType Directory -Path $sample
    Set-Content (Join-Path $sample 'Sample.Tests.ps1') @'
BeforeDiscovery { $cases = @{ a = 1; b = 2 }, @{ a = 3; b = 4 } }
BeforeAll { $top = 5; $order = [System.Collections.Generic.List[string]]::new() }
Describe 'D <top>' -Tag outer {
    BeforeAll { $x = 1; $order.Add('all') }
    BeforeEach { $order.Add('each') }
    AfterEach { $order.Add('aftereach') }
    It 'adds <a> and <b>' -ForEach $cases { $a | Should -BeLessThan $b; $x++; $x | Should -Be 2 }
    It 'does not leak' { $x | Should -Be 1; $top | Should -Be 5 }
    It 'saw the order' { $order | Should -Be all, each, aftereach, each, aftereach, each, aftereach, each }
    It 'fails' { 1 | Should -Be 2 -Because 'so' }
    It 'throws' { throw 'oops' }
    It 'is left out' -Skip { throw 'no' }
    It 'leaves itself out' { Set-ItResult -Skipped -Because 'no root' }
    Context 'C <_.name>' -ForEach @{ name = 'N1' }, @{ name = 'N2' } {
        It 'sees <name>' -Tag inner { $name | Should -BeLike 'N*' }
    }
    It 'has a drive' { 'x' | Set-Content TestDrive:/f; "$TestDrive/f" | Should -Exist }
    It 'knows its place' { $PSScriptRoot | Should -Be (Split-Path $PSCommandPath) }
}
Describe 'bad before' { BeforeAll { throw 'ba' }; It 'one' { }; Context 'in' { It 'two' { } } }
Describe 'bad after' { AfterAll { throw 'aa' }; It 'one' { } }
Describe 'left out' -Skip { BeforeAll { throw 'never' }; It 'one' { throw 'never' } }
'@
    $driver = Join-Path $sample 'driver.ps1'
    Set-Content $driver @'
param([string] $Pester, [string] $Path, [string] $Tag, [string] $ExcludeTag, [switch] $Exit)
Import-Module $Pester
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Run.Exit = [bool] $Exit
$configuration.Output.Verbosity = 'None'
if ($Tag) { $configuration.Filter.Tag = $Tag }
if ($ExcludeTag) { $configuration.Filter.ExcludeTag = $ExcludeTag }
$run = Invoke-Pester -Configuration $configuration
@{
    Result = $run.Result
    Counts = $run.PassedCount, $run.FailedCount, $run.SkippedCount, $run.NotRunCount, $run.FailedBlocksCount, $run.FailedContainersCount
    Tests = @($run.Tests | ForEach-Object { "$($_.ExpandedPath): $($_.Result)" })
    Errors = @($run.Failed | Where-Object ErrorRecord | ForEach-Object { "$($_.ErrorRecord[0])" })
} | ConvertTo-Json -Depth 5
'@
    function Invoke-Sample([string] $Path = (Join-Path $sample 'Sample.Tests.ps1'), [string[]] $Options) {
        $text = & $shell -NoProfile -NonInteractive -File $driver -Pester $pester -Path $Path @Options
        $script:exitCode = $LASTEXITCODE
        if ("$text".StartsWith('{')) { $text | ConvertFrom-Json }
    }
}

AfterAll {
    Remove-Item -LiteralPath $sample -Recurse
}

Describe 'A run' {
    BeforeAll {
        $run = Invoke-Sample
    }

    It 'counts passed, failed, skipped, not run, failed blocks, failed files' {
        $run.Result | Should -Be Failed
        $run.Counts | Should -Be 9, 4, 3, 0, 2, 0
    }

    It 'has "<_>"' -ForEach @(
        'D 5.adds 1 and 2: Passed', 'D 5.adds 3 and 4: Passed', 'D 5.does not leak: Passed', 'D 5.saw the order: Passed'
        'D 5.fails: Failed', 'D 5.throws: Failed', 'D 5.is left out: Skipped', 'D 5.leaves itself out: Skipped'
        'D 5.C N1.sees N1: Passed', 'D 5.C N2.sees N2: Passed', 'D 5.has a drive: Passed', 'D 5.knows its place: Passed'
        'bad before.one: Failed', 'bad before.in.two: Failed', 'bad after.one: Passed', 'left out.one: Skipped'
    ) {
        $run.Tests | Should -Contain $_
    }

    It 'says what was wrong' {
        $run.Errors | Should -Be 'Expected 2, because so, but got 1.', 'oops'
    }
}

Describe 'A filter' {
    It 'chooses by tag' {
        (Invoke-Sample -Options '-Tag', 'inner').Counts | Should -Be 2, 0, 0, 14, 0, 0
    }

    It 'excludes by tag' {
        $run = Invoke-Sample -Options '-ExcludeTag', 'outer'
        $run.Counts[0] | Should -Be 1
        $run.Counts[3] | Should -Be 12
    }
}

Describe 'The exit code' {
    It 'is the number of failures' {
        $null = Invoke-Sample -Options '-Exit'
        $exitCode | Should -Be 6
    }

    It 'counts a file that cannot be discovered' {
        $broken = Join-Path $sample 'broken'
        $null = New-Item -ItemType Directory -Path $broken
        Set-Content (Join-Path $broken 'Broken.Tests.ps1') "Describe 'x' { throw 'early' }"
        (Invoke-Sample -Path $broken).Counts[5] | Should -Be 1
    }
}

Describe 'Should' {
    It '<text> holds' -ForEach @(
        @{ Text = '1, 2 | Should -Be 1, 2' }
        @{ Text = "'A' | Should -Be a" }
        @{ Text = "'A' | Should -Not -BeExactly a" }
        @{ Text = '$null | Should -BeNullOrEmpty' }
        @{ Text = '@() | Should -BeNullOrEmpty' }
        @{ Text = "'' | Should -BeNullOrEmpty" }
        @{ Text = '0 | Should -Not -BeNullOrEmpty' }
        @{ Text = '$true | Should -BeTrue' }
        @{ Text = '$null | Should -BeFalse' }
        @{ Text = '2 | Should -BeGreaterThan 1' }
        @{ Text = '2 | Should -BeGreaterOrEqual 2' }
        @{ Text = '1 | Should -BeLessThan 2' }
        @{ Text = '2 | Should -BeLessOrEqual 2' }
        @{ Text = "'abc' | Should -BeLike 'A*'" }
        @{ Text = "'abc' | Should -Not -BeLikeExactly 'A*'" }
        @{ Text = "'abc' | Should -Match '^A'" }
        @{ Text = "'abc' | Should -Not -MatchExactly '^A'" }
        @{ Text = '1 | Should -BeIn 1, 2' }
        @{ Text = '1 | Should -BeOfType int' }
        @{ Text = '1, 2 | Should -Contain 2' }
        @{ Text = '1, 2 | Should -HaveCount 2' }
        @{ Text = '@() | Should -HaveCount 0' }
        @{ Text = "'/etc' | Should -Exist" }
        @{ Text = "{ throw 'a b' } | Should -Throw" }
        @{ Text = "{ throw 'a b' } | Should -Throw '*b'" }
        @{ Text = "{ throw 'x' } | Should -Throw -ExceptionType ([Exception])" }
        @{ Text = "{ Get-Item /no/such -EA Stop } | Should -Throw -ErrorId 'PathNotFound,*'" }
        @{ Text = '{ 1 } | Should -Not -Throw' }
        @{ Text = 'Get-Command Get-Item | Should -HaveParameter Path -Mandatory' }
    ) {
        & ([scriptblock]::Create($text))
    }

    It '<text> does not' -ForEach @(
        @{ Text = '1, 2 | Should -Be 1, 3'; Message = 'Expected @(1, 3), but got @(1, 2).' }
        @{ Text = "'abcd' | Should -Be abxd"; Message = "Expected strings to be the same, but they were different.`nString lengths are both 4.`nStrings differ at index 2.`nExpected: 'abxd'`nBut was:  'abcd'`n           --^" }
        @{ Text = '1 | Should -Not -Be 1'; Message = 'Expected 1 to be different from the actual value, but got the same value.' }
        @{ Text = '1 | Should -BeNullOrEmpty'; Message = 'Expected $null or empty, but got 1.' }
        @{ Text = '$null | Should -Not -BeNullOrEmpty'; Message = 'Expected a value, but got $null or empty.' }
        @{ Text = '$false | Should -BeTrue'; Message = 'Expected $true, but got $false.' }
        @{ Text = '1 | Should -BeGreaterThan 1'; Message = 'Expected the actual value to be greater than 1, but got 1.' }
        @{ Text = "'a' | Should -Match b"; Message = "Expected regular expression 'b' to match 'a', but it did not match." }
        @{ Text = "'a' | Should -BeLike 'b*'"; Message = "Expected like wildcard 'b*' to match 'a', but it did not match." }
        @{ Text = '1, 2 | Should -Contain 3'; Message = 'Expected 3 to be found in collection @(1, 2), but it was not found.' }
        @{ Text = '1, 2 | Should -HaveCount 3'; Message = 'Expected a collection with size 3, but got collection with size 2 @(1, 2).' }
        @{ Text = '{ 1 } | Should -Throw'; Message = 'Expected an exception to be thrown, but no exception was thrown.' }
        @{ Text = "'/no/such' | Should -Exist"; Message = "Expected path '/no/such' to exist, but it did not exist." }
    ) {
        $block = [scriptblock]::Create($text)
        $failure = { & $block } | Should -Throw -PassThru
        $failure.Exception.Message | Should -BeExactly $message
        $failure.FullyQualifiedErrorId | Should -Be PesterAssertionFailed
    }
}
