# Run.ps1, by which ./build.sh run starts a script with the module.
Describe 'Run.ps1' {
    BeforeAll {
        $null = New-Item -ItemType Directory "$TestDrive/Empty"
        [IO.File]::WriteAllText("$TestDrive/Empty/Empty.psm1", '')
        [IO.File]::WriteAllText("$TestDrive/script.ps1", 'param([string] $Name = "nobody", [int] $Count = 1, [switch] $Fast) "$Name $Count $Fast"; if ($Count -eq 7) { exit 7 }')
        function Invoke-Run([string[]] $Arguments) {
            & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File "$PSScriptRoot/../Run.ps1" "$TestDrive/Empty" "$TestDrive/script.ps1" @Arguments
        }
    }

    It 'hands on <_>' -ForEach '', 'somebody', 'somebody 5', 'somebody -Fast', '-Count 7 somebody' {
        $expected = @{ '' = 'nobody 1 False'; 'somebody' = 'somebody 1 False'; 'somebody 5' = 'somebody 5 False'; 'somebody -Fast' = 'somebody 1 True'; '-Count 7 somebody' = 'somebody 7 False' }[$_]
        Invoke-Run @($_ -split ' ' | Where-Object { $_ }) | Should -Be $expected
        $LASTEXITCODE | Should -Be $(if ($_ -match 7) { 7 } else { 0 })
    }
}
