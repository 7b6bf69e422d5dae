# What a hand that knows Docker types: letters and flags that work, and errors that say what the others are called here.
BeforeDiscovery {
    $guesses = @(
        @{ Line = 'Get-Container -a'; Says = '-State Running' }
        @{ Line = 'Get-Container --all'; Says = '-State Running' }
        @{ Line = 'Get-Container -q'; Says = '(Get-Container).Id' }
        @{ Line = 'Get-Container -aq'; Says = '(Get-Container).Id' }
        @{ Line = 'Get-Container -f status=exited'; Says = 'is -State here' }
        @{ Line = 'Get-Container --filter=label=a'; Says = 'is -Label here' }
        @{ Line = 'Get-Container -f before=x'; Says = 'Where-Object' }
        @{ Line = "Get-Container --format '{{.Names}}'"; Says = 'Select-Object' }
        @{ Line = 'Get-Image -q'; Says = 'ImageId' }
        @{ Line = 'Get-Image --digests'; Says = 'ImageDigest' }
        @{ Line = 'Invoke-Container -rm busybox true'; Says = 'is -Remove here' }
        @{ Line = 'Invoke-Container --rm busybox true'; Says = 'is -Remove here' }
        @{ Line = 'Invoke-Container --name x busybox true'; Says = 'is -Name here' }
        @{ Line = 'Invoke-Container --memory=1g busybox true'; Says = 'is -Memory here' }
        @{ Line = 'New-Container --stop-timeout 5 busybox'; Says = 'is -StopTimeout here' }
        @{ Line = 'New-Container -d busybox'; Says = 'Invoke-Container -Detach' }
        @{ Line = 'New-Container --gpus all busybox'; Says = '-Device' }
        @{ Line = 'Invoke-ContainerExec --user root known id'; Says = 'is -User here' }
        @{ Line = 'Get-ContainerLog --tail 5 known'; Says = 'is -Tail here' }
        @{ Line = 'Stop-Container --time 5 known'; Says = 'is -Timeout here' }
        @{ Line = 'Remove-Container --force known'; Says = 'is -Force here' }
        @{ Line = 'Save-Image --output x.tar busybox'; Says = 'is -Path here' }
        @{ Line = 'Clear-ContainerStore --volumes'; Says = 'is -Volume here' }
        @{ Line = 'Measure-Container --no-stream'; Says = 'the default' }
        @{ Line = 'Get-Container --nonsense'; Says = 'Get-Help Get-Container -Parameter' }
        @{ Line = 'Get-Container known other'; Says = 'Get-Container tells|separated by commas' }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox
    $null = Invoke-Container -Name known busybox sh -c 'echo 1; echo 2; echo 3'
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'A wrong guess' {
    It '<Line>' -ForEach $guesses {
        $before = @(Get-Container).Count
        $problem = Get-CommandError ([scriptblock]::Create($Line))
        $problem.FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
        $problem.Exception.Message | Should -Match ($Says -replace '[().]', '\$0')
        @(Get-Container).Count | Should -Be $before
    }
}

Describe 'Docker''s letters' {
    It 'work where they mean the same' {
        (Get-ContainerLog known -n 1).Text | Should -Be '3'
        Get-ContainerLog known -f -t | Out-String | Should -Match '(?m)^\d{4}-\S+ 1\s*$'
        @(Get-Container -n 1).Count | Should -Be 1
        $null = New-Container -Name gone -v /cache busybox
        @(Get-ContainerVolume).Count | Should -Be 1
        Remove-Container -f -v gone
        Get-ContainerVolume | Should -BeNullOrEmpty
        Restart-Container known -t 1
        Stop-Container known -t 1 -s KILL
    }

    It 'have names beside them' -ForEach @(
        @{ Name = 'Run-Container'; Line = "Run-Container --rm busybox true" }
        @{ Name = 'Exec-Container'; Line = "Exec-Container --tty known sh" }
    ) {
        (Get-CommandError ([scriptblock]::Create($Line))).Exception.Message | Should -Match 'is -(Remove|Tty) here'
    }
}
