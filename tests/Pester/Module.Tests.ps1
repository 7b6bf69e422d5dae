# The module itself: import, names, parameters, help, and how a program's words reach it.
BeforeDiscovery {
    $cmdlets = 'Add-ImageTag', 'Build-Image', 'Clear-ContainerStore', 'Connect-Container', 'Connect-ContainerNetwork', 'Connect-ImageRegistry',
        'ConvertTo-Image', 'Copy-ContainerItem', 'Disconnect-ContainerNetwork', 'Disconnect-ImageRegistry', 'Enter-Container',
        'Export-Container', 'Find-Image', 'Get-Container', 'Get-ContainerChange', 'Get-ContainerEngine', 'Get-ContainerEvent',
        'Get-ContainerLog', 'Get-ContainerNetwork', 'Get-ContainerProcess', 'Get-ContainerVolume', 'Get-Image', 'Get-ImageHistory',
        'Import-Image', 'Invoke-Container', 'Invoke-ContainerExec', 'Measure-Container', 'Measure-ContainerStore', 'New-Container',
        'New-ContainerNetwork', 'New-ContainerVolume', 'Receive-Image', 'Register-ContainerEngine', 'Remove-Container',
        'Remove-ContainerNetwork', 'Remove-ContainerVolume', 'Remove-Image', 'Rename-Container', 'Restart-Container', 'Resume-Container',
        'Save-Image', 'Send-Image', 'Set-Container', 'Set-ContainerEngine', 'Start-Container', 'Stop-Container', 'Suspend-Container',
        'Test-ContainerStore', 'Test-Dockerfile', 'Unregister-ContainerEngine', 'Wait-Container'
    $changing = 'Add-ImageTag', 'Build-Image', 'Clear-ContainerStore', 'Connect-ContainerNetwork', 'Connect-ImageRegistry', 'ConvertTo-Image',
        'Copy-ContainerItem', 'Disconnect-ContainerNetwork', 'Disconnect-ImageRegistry', 'Enter-Container', 'Export-Container', 'Import-Image',
        'Invoke-Container', 'Invoke-ContainerExec', 'New-Container', 'New-ContainerNetwork', 'New-ContainerVolume', 'Receive-Image',
        'Register-ContainerEngine', 'Remove-Container', 'Remove-ContainerNetwork', 'Remove-ContainerVolume', 'Remove-Image', 'Rename-Container',
        'Restart-Container', 'Resume-Container', 'Save-Image', 'Send-Image', 'Set-Container', 'Set-ContainerEngine', 'Start-Container',
        'Stop-Container', 'Suspend-Container', 'Test-ContainerStore', 'Unregister-ContainerEngine'
    $lines = @(
        @{ Line = "debian sh -c 'echo hi'"; Words = 'sh|-c|echo hi' }
        @{ Line = 'debian ls -la /'; Words = 'ls|-la|/' }
        @{ Line = 'debian ls -l'; Words = 'ls|-l' }
        @{ Line = "debian bash -lc 'x'"; Words = 'bash|-lc|x' }
        @{ Line = 'debian ps -ef'; Words = 'ps|-ef' }
        @{ Line = 'debian grep -v -i x'; Words = 'grep|-v|-i|x' }
        @{ Line = 'debian dd if=/dev/zero of=x bs=1M'; Words = 'dd|if=/dev/zero|of=x|bs=1M' }
        @{ Line = 'debian uname -m'; Words = 'uname|-m' }
        @{ Line = 'debian ls -a'; Words = 'ls|-a' }
        @{ Line = 'debian netstat -an'; Words = 'netstat|-an' }
        @{ Line = 'debian du -sh'; Words = 'du|-sh' }
        @{ Line = 'debian grep -in x -b y'; Words = 'grep|-in|x|-b|y' }
        @{ Line = 'debian cp -pr a b'; Words = 'cp|-pr|a|b' }
        @{ Line = 'debian ls -lo -g'; Words = 'ls|-lo|-g' }
        @{ Line = 'debian grep -no x'; Words = 'grep|-no|x' }
        @{ Line = '-v /srv:/srv:ro, data:/data debian ls -l'; Words = 'ls|-l' }
        @{ Line = 'debian df -h -T'; Words = 'df|-h|-T' }
        @{ Line = 'debian tar -cf /x.tar -C / etc'; Words = 'tar|-cf|/x.tar|-C|/|etc' }
        @{ Line = 'debian find / -name x* -user root'; Words = 'find|/|-name|x*|-user|root' }
        @{ Line = 'debian cut -d: -f1 /etc/passwd'; Words = 'cut|-d:|-f1|/etc/passwd' }
        @{ Line = 'debian cut -d : -f 1'; Words = 'cut|-d|:|-f|1' }
        @{ Line = 'debian ps -o pid,args'; Words = 'ps|-o|pid,args' }
        @{ Line = 'debian echo 010 1.50 -5'; Words = 'echo|010|1.50|-5' }
        @{ Line = 'debian sh -c "$word" $word $array'; Words = 'sh|-c|v w|v w|p|q' }
        @{ Line = 'debian -- grep -e a -e b'; Words = 'grep|-e|a|-e|b' }
        @{ Line = "debian -Command sh, -c, 'a b'"; Words = 'sh|-c|a b' }
        @{ Line = "-Image debian sh -c 'a b'"; Words = 'sh|-c|a b' }
        @{ Line = '-Memory 200MB debian uname -m'; Words = 'uname|-m' }
        @{ Line = '-m 200M -c 512 debian ls -i'; Words = 'ls|-i' }
        @{ Line = '-p 8080:80, 127.0.0.1::81 -h box debian ls -l'; Words = 'ls|-l' }
        @{ Line = "-it -e A=1, B=2 -w /x debian sh -c 'y'"; Words = 'sh|-c|y' }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox
    # The words of a program are tested without a container: New-Container tells what it would run.
    $null = Import-Image (Get-BusyboxTar) -Name debian
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'Module' {
    It 'exports <_>' -ForEach $cmdlets {
        (Get-Command $_ -Module ContainerPS).CommandType | Should -Be 'Cmdlet'
    }

    It 'exports nothing else' -TestCases @{ Cmdlets = $cmdlets } {
        (Get-Command -Module ContainerPS -CommandType Cmdlet).Count | Should -Be $Cmdlets.Count
    }

    It 'exports the alias <Alias>' -ForEach @(
        @{ Alias = 'Run-Container'; Cmdlet = 'Invoke-Container' }
        @{ Alias = 'Exec-Container'; Cmdlet = 'Invoke-ContainerExec' }
        @{ Alias = 'Kill-Container'; Cmdlet = 'Stop-Container' }
        @{ Alias = 'Attach-Container'; Cmdlet = 'Connect-Container' }
        @{ Alias = 'Pause-Container'; Cmdlet = 'Suspend-Container' }
        @{ Alias = 'Unpause-Container'; Cmdlet = 'Resume-Container' }
        @{ Alias = 'Load-Image'; Cmdlet = 'Import-Image' }
        @{ Alias = 'Tag-Image'; Cmdlet = 'Add-ImageTag' }
        @{ Alias = 'Pull-Image'; Cmdlet = 'Receive-Image' }
        @{ Alias = 'Push-Image'; Cmdlet = 'Send-Image' }
        @{ Alias = 'Commit-Container'; Cmdlet = 'ConvertTo-Image' }
    ) {
        (Get-Command $Alias).ResolvedCommand.Name | Should -Be $Cmdlet
    }

    It 'offers -WhatIf and -Confirm on <_>' -ForEach $changing {
        (Get-Command $_).Parameters.Keys | Should -Contain 'WhatIf'
        (Get-Command $_).Parameters.Keys | Should -Contain 'Confirm'
    }

    It 'has help with two examples for <_>' -ForEach $cmdlets {
        $help = [xml][IO.File]::ReadAllText((Join-Path (Split-Path (Get-TestModulePath)) 'en-US/ContainerPS.dll-Help.xml'))
        $name = $_
        $command = $help.helpItems.command | Where-Object { $_.details.name -eq $name }
        $command.details.description.para | Should -Not -BeNullOrEmpty
        @($command.examples.example).Count | Should -BeGreaterOrEqual 2
        $own = (Get-Command $name).Parameters.Values | Where-Object {
            [Management.Automation.Cmdlet]::CommonParameters -notcontains $_.Name -and [Management.Automation.Cmdlet]::OptionalCommonParameters -notcontains $_.Name -and
            -not ($_.Attributes | Where-Object { $_ -is [Parameter] -and $_.DontShow })
        }
        foreach ($parameter in $own) { $command.parameters.parameter.name | Should -Contain $parameter.Name }
    }
}

Describe 'A program''s words' {
    BeforeAll {
        $word = 'v w'
        $array = 'p', 'q'
    }

    It 'New-Container <Line>' -ForEach $lines {
        (& ([scriptblock]::Create("New-Container $Line"))).Command -join '|' | Should -Be $Words
    }

    It 'takes Docker''s letters before the image' {
        $container = New-Container -it -e A=1, B=2 -u nobody -w /tmp -h box -l owner=me -m 200M -c 512 busybox env
        $container.Tty | Should -BeTrue
        $container.Environment | Should -Contain 'A=1'
        $container.Environment | Should -Contain 'B=2'
        $container.User | Should -Be 'nobody'
        $container.WorkingDirectory | Should -Be '/tmp'
        $container.Hostname | Should -Be 'box'
        $container.Labels['owner'] | Should -Be 'me'
        $container.Limits.Memory | Should -Be 200MB
        $container.Limits.CpuShares | Should -Be 512
        $container.Command -join '|' | Should -Be 'env'
        (New-Container -v /srv:/srv:ro busybox true).Mounts.Target | Should -Be '/srv'
    }

    It 'works in a function that passes its arguments on' {
        function New-Wrapped { New-Container @args }
        (New-Wrapped -Name wrapped busybox sh -c 'a' -e x).Command -join '|' | Should -Be 'sh|-c|a|-e|x'
    }

    It 'warns of a parameter that stands after the program' {
        $container = New-Container busybox true -Privileged -WarningVariable warnings 3>$null
        $container.Command -join '|' | Should -BeLike 'true|-Privileged*'
    }

    It 'takes an image from the pipeline' {
        (Get-Image busybox | New-Container ls -la).Command -join '|' | Should -Be 'ls|-la'
    }
}
