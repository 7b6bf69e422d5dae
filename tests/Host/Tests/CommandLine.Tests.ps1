# The executable itself: this runs the same PowerShell again, as a child.
BeforeAll {
    $shell = [Environment]::ProcessPath
    $env:NO_COLOR = '1'
    function Invoke-Shell([string] $Text, [string[]] $Arguments, [string] $StandardInput) {
        $file = Join-Path $TestDrive 'script.ps1'
        Set-Content -LiteralPath $file -Value $Text
        $errors = Join-Path $TestDrive 'errors.txt'
        $output = if ($PSBoundParameters.ContainsKey('StandardInput')) {
            $StandardInput | & $shell -NoProfile -File $file @Arguments 2> $errors
        }
        else {
            & $shell -NoProfile -NonInteractive -File $file @Arguments 2> $errors
        }
        @{ ExitCode = $LASTEXITCODE; Output = @($output); Errors = "$(Get-Content -LiteralPath $errors -Raw)" }
    }
}

AfterAll {
    $env:NO_COLOR = $null
}

Describe 'Exit codes' {
    It '"<text>" gives <expected>' -ForEach @(
        @{ Text = 'exit 7'; Expected = 7 }
        @{ Text = 'throw "boo"'; Expected = 1 }
        @{ Text = 'Write-Error x; "after"'; Expected = 0 }
        @{ Text = 'sh -c "exit 5"'; Expected = 0 }
        @{ Text = 'sh -c "exit 5"; exit $LASTEXITCODE'; Expected = 5 }
        @{ Text = '$ErrorActionPreference = "Stop"; Get-Item /no/such'; Expected = 1 }
        @{ Text = 'if ('; Expected = 1 }
    ) {
        (Invoke-Shell $text).ExitCode | Should -Be $expected
    }

    It 'of commands' {
        & $shell -NoProfile -Command 'exit 9'
        $LASTEXITCODE | Should -Be 9
        & $shell -NoProfile -Command 'sh -c "exit 6"'
        $LASTEXITCODE | Should -Be 1
        & $shell -NoProfile -Command '1 + 1' | Should -Be 2
        $LASTEXITCODE | Should -Be 0
    }

    It 'of a script called by a script' {
        $inner = Join-Path $TestDrive 'inner.ps1'
        Set-Content -LiteralPath $inner -Value 'exit 4'
        (Invoke-Shell "& '$inner'; `"`$LASTEXITCODE `$?`"; exit 2").Output | Should -Be '4 False'
    }
}

Describe 'Arguments' {
    It 'binds names, switches, lists and the rest' {
        $text = 'param([int] $N, [switch] $S, [string] $T) "$N $S $T $args"'
        (Invoke-Shell $text -Arguments '-N', '3', '-S', '-T:x y', 'more').Output | Should -Be '3 True x y more'
        (Invoke-Shell $text -Arguments '-S:$false', '5').Output | Should -Be '5 False  '
    }

    It 'tells a script where it is' {
        (Invoke-Shell '"$PSScriptRoot|$($MyInvocation.MyCommand.Name)"').Output | Should -Be "$TestDrive|script.ps1"
    }
}

Describe 'Streams' {
    It 'reads standard input' {
        (Invoke-Shell '$input | ForEach-Object { "<$_>" }' -StandardInput "a`nb").Output | Should -Be '<a>', '<b>'
    }

    It 'passes standard input to a native command' {
        (Invoke-Shell 'cat' -StandardInput "a`nb").Output | Should -Be a, b
    }

    It 'puts errors on standard error and all else on standard output' {
        $result = Invoke-Shell 'Write-Warning w; Write-Verbose v -Verbose; Write-Host h; "o"; Write-Error bad'
        $result.Output | Should -Be 'WARNING: w', 'VERBOSE: v', h, o
        $result.Errors | Should -Match 'bad'
    }

    It 'shows an error with its place' {
        $result = Invoke-Shell "`nGet-Item /no/such"
        $result.Errors | Should -Match "(?s)Get-Item: .*script\.ps1:2.*Line \|.*2 \|  Get-Item /no/such.*Cannot find path '/no/such' because it does not exist\."
    }

    It 'asks nothing when it may not' {
        (Invoke-Shell 'param([Parameter(Mandatory)] $Q) $Q').ExitCode | Should -Be 1
        (Invoke-Shell 'Read-Host q').Errors | Should -Match 'NonInteractive'
    }

    It 'runs native commands in the pipeline' {
        'b', 'a' | & sort | Should -Be a, b
        @(& sh -c 'echo 1; echo 2').Count | Should -Be 2
        "$(& sh -c 'echo e >&2' 2>&1)" | Should -Be e
    }

    It 'keeps the environment and the folder' {
        $env:CPS_HOST_TEST = 'kept'
        Push-Location /etc
        try {
            (Invoke-Shell '"$env:CPS_HOST_TEST $PWD"').Output | Should -Be 'kept /etc'
        }
        finally {
            Pop-Location
            $env:CPS_HOST_TEST = $null
        }
    }
}

Describe 'Parallel work' {
    It 'runs script blocks side by side' {
        1..3 | ForEach-Object -Parallel { $_ * 2 } | Sort-Object | Should -Be 2, 4, 6
    }

    It 'runs a job in the background' {
        Start-Job { 6 * 7 } | Receive-Job -Wait -AutoRemoveJob | Should -Be 42
    }
}
