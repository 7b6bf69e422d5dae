# Walkthrough section A, what happens to containers while nobody looks: restart policies, health checks, logs, reboots.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'Restart policies' -Tag A29 {
    It 'bring a container back with no shell open' {
        $out = Invoke-Shell "`$null = Invoke-Container -Detach -Restart always -Name phoenix busybox sleep 1000; (Get-Container phoenix).Restart.ToString()" $store
        $out.Output | Should -Be 'always'
        $before = Get-Container phoenix
        Invoke-Native kill -Arguments '-9', "$($before.Pid)"
        Wait-Until { $now = Get-Container phoenix; $now.State -eq 'Running' -and $now.Pid -ne $before.Pid } 'phoenix runs again'
        (Get-Container phoenix).RestartCount | Should -Be 1
        Wait-Until { @(Get-ContainerEvent -Container phoenix).Count -ge 4 } 'its second start is told of'
        (Get-ContainerEvent -Container phoenix).Action | Should -Be 'create', 'start', 'die', 'start'
        Stop-Container phoenix -Force
        (Get-Container phoenix).State | Should -Be 'Exited'
        Remove-Container phoenix
    }

    It 'give up after the retries, and say so while they wait' {
        $null = Invoke-Container -Detach -Restart OnFailure:5 -Name fail busybox sh -c 'exit 3'
        Wait-Until { $script:seen = Get-Container fail; $script:seen.State -eq 'Restarting' -and $script:seen.ExitCode -eq 3 } 'it waits'
        $script:seen | Out-String -Width 400 | Should -BeLike '*Restarting (3)*'
        Wait-Until { (Get-Container fail).State -eq 'Exited' } 'it has given up'
        (Get-Container fail).RestartCount | Should -Be 5
        (Get-Container fail).ExitCode | Should -Be 3
        Remove-Container fail
    }

    It 'can be changed, and -Remove excludes them' {
        $null = Invoke-Container -Detach -Name change busybox sleep 1000
        Set-Container change -Restart always -Memory 64MB
        $before = (Get-Container change).Pid
        Invoke-Native kill -Arguments '-9', "$before"
        Wait-Until { $now = Get-Container change; $now.State -eq 'Running' -and $now.Pid -ne $before } 'it runs again'
        Invoke-ContainerExec change sh -c 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null' | Should -Be "$(64MB)"
        Remove-Container change -Force
        (Get-CommandError { New-Container -Remove -Restart always busybox }).Exception.Message | Should -BeLike '*-Remove*'
    }
}

Describe 'Restart-Container' -Tag A29 {
    It 'stops and starts' {
        $null = Invoke-Container -Detach -Name again busybox sh -c 'trap "exit 7" TERM; echo ready; while true; do sleep 0.05; done'
        $before = Get-Container again
        $null = Wait-LogLine again ready
        $after = Restart-Container again -PassThru
        $after.State | Should -Be 'Running'
        $after.Pid | Should -Not -Be $before.Pid
        $after.ExitCode | Should -Be 7
        (Get-ContainerEvent -Container again).Action[-1] | Should -Be 'restart'
        # As PID 1 it takes no notice of SIGTERM, so only SIGKILL ends it.
        $null = Invoke-Container -Detach -Name deaf busybox sleep 1000
        (Get-Container deaf | Restart-Container -Timeout 0 -PassThru).ExitCode | Should -Be 137
        Remove-Container deaf -Force
        Restart-Container again -WhatIf
        Stop-Container again -Force
        Restart-Container again
        (Get-Container again).State | Should -Be 'Running'
        Remove-Container again -Force
    }

    It 'brings back after a reboot what its policy wants' {
        foreach ($policy in 'no', 'always', 'unless-stopped') { $null = Invoke-Container -Detach -Restart $policy -Name "boot-$policy" busybox sleep 1000 }
        $null = Invoke-Container -Detach -Restart unless-stopped -Name boot-stopped busybox sleep 1000
        Stop-Container boot-stopped -Force
        foreach ($container in Get-Container boot-* -State Running) {
            $monitor = (Get-Content "$store/run/$($container.Id)/monitor.json" | ConvertFrom-Json).monitorPid
            Invoke-Native kill -Arguments '-9', "$monitor"
            Wait-Until { -not (Test-Path "/proc/$($container.Pid)/root/") -or (Get-Container $container.Id).State -eq 'Exited' } 'its processes are gone'
            Remove-Item "$store/run/$($container.Id)" -Recurse -Force
            $mark = "$store/root/containers/$($container.Id)/running"
            Set-Content $mark -NoNewline ((Get-Content $mark) -replace '^\S+', '00000000-0000-0000-0000-000000000000')
        }
        (Get-Container boot-no).State | Should -Be 'Exited'
        (Get-Container boot-no).Error | Should -BeLike '*machine went down*'
        Restart-Container -All -Policy -WhatIf
        (Restart-Container -All -Policy -PassThru).Name | Should -Be 'boot-always', 'boot-unless-stopped'
        (Get-Container boot-* -State Running).Name | Sort-Object | Should -Be 'boot-always', 'boot-unless-stopped'
        Restart-Container -All -Policy -PassThru | Should -BeNullOrEmpty
        Remove-Container boot-* -Force
    }
}

Describe 'Register-ContainerEngine' {
    It 'writes a unit that systemd accepts, enables it, and Unregister-ContainerEngine removes it' {
        $path = "$store/my units/containerps.service"
        (Register-ContainerEngine $path -PassThru).FullName | Should -Be $path
        (Get-Item "$store/my units/multi-user.target.wants/containerps.service").ResolvedTarget | Should -Be $path
        $text = Get-Content $path -Raw
        $text | Should -BeLike "*Restart-Container -All -Policy*"
        $text | Should -BeLike "*CONTAINERPS_ROOT=$store/root*"
        $said = & systemd-analyze verify --man=no $path 2>&1 | Where-Object { "$_".Contains('containerps.service') }
        $said | Should -BeNullOrEmpty
        Unregister-ContainerEngine $path
        Get-ChildItem "$store/my units" -Recurse -File | Should -BeNullOrEmpty
        Unregister-ContainerEngine $path -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -BeLike '*no unit*'
        (Get-CommandError { Register-ContainerEngine "$store/x.txt" }).Exception.Message | Should -BeLike "*.service*"
    }

    It 'has a command that does it' {
        $null = Invoke-Container -Detach -Restart always -Name unit busybox sleep 1000
        $path = "$store/unit.service"
        Register-ContainerEngine $path
        $start = (Get-Content $path | Where-Object { $_ -like 'ExecStart=*' }) -replace '^ExecStart='
        Stop-Container unit -Force
        Invoke-Native sh -Arguments '-c', $start
        (Get-Container unit).State | Should -Be 'Running'
        Unregister-ContainerEngine $path
        Remove-Container unit -Force
    }
}

Describe 'Health checks' -Tag C10 {
    It 'show how a container is, with the last results' {
        $null = Invoke-Container -Detach -Name well -HealthCommand 'echo looked; test -e /tmp/ok' -HealthInterval 50ms -HealthRetries 2 -HealthStartPeriod 1m -HealthStartInterval 50ms busybox sleep 1000
        Get-Container well | Out-String -Width 400 | Should -BeLike '*(health: starting)*'
        Invoke-ContainerExec well touch /tmp/ok
        (Wait-Container well -For Healthy -Timeout 90s).Health | Should -Be 'Healthy'
        Get-Container well | Out-String -Width 400 | Should -BeLike '*(healthy)*'
        (Get-Container well).HealthResults[-1].Output.Trim() | Should -Be 'looked'
        Invoke-ContainerExec well rm /tmp/ok
        Wait-Until { (Get-Container well).Health -eq 'Unhealthy' } 'it is unhealthy'
        $results = (Get-Container well).HealthResults
        $results.Count | Should -BeLessOrEqual 5
        $results[-1].ExitCode | Should -Be 1
        Wait-Until { @(Get-ContainerEvent -Container well -Action health_status).Count -ge 2 } 'both are told of'
        (Get-ContainerEvent -Container well -Action health_status).Attributes.status | Should -Be 'healthy', 'unhealthy'
        Remove-Container well -Force
    }

    It 'have an unhealthy container restarted when asked' {
        $null = Invoke-Container -Detach -Name ill -HealthCommand 'exit 1' -HealthInterval 50ms -HealthRetries 1 -OnUnhealthy Restart -StopTimeout 0 busybox sleep 1000
        Wait-Until { (Get-Container ill).RestartCount -gt 0 } 'it was restarted'
        Stop-Container ill -Force
        (Get-Container ill).State | Should -Be 'Exited'
    }
}

Describe 'Logs' -Tag A13 {
    It 'are kept in several files and read as one' {
        $null = Invoke-Container -Detach -Name chatty -LogOption max-size=4k, max-file=3 busybox sh -c 'for i in $(seq 1 500); do echo line $i; done'
        $null = Wait-Container chatty
        @(Get-ChildItem (Split-Path (Get-Container chatty).LogPath)).Count | Should -Be 3
        (Get-ContainerLog chatty).Text[-1] | Should -Be 'line 500'
        (Get-ContainerLog chatty -Tail 60).Text | Should -Be (441..500 | ForEach-Object { "line $_" })
    }

    It 'are followed across files and restarts' {
        $null = Invoke-Container -Detach -Name often -Restart always -LogOption @{ 'max-size' = '2k' } busybox sh -c 'for i in $(seq 1 50); do echo line $i; done; exit 1'
        $lines = (Get-ContainerLog often -Follow | Select-Object -First 150).Text
        $lines[50] | Should -Be 'line 1'
        $lines[149] | Should -Be 'line 50'
        Remove-Container often -Force
    }

    It 'can be left out, and bad options are refused' {
        Invoke-Container -Name silent -LogDriver none busybox echo hello | Should -Be 'hello'
        (Get-CommandError { Get-ContainerLog silent }).FullyQualifiedErrorId | Should -BeLike 'LogNotReadable*'
        (Get-CommandError { New-Container -LogOption max-size=x busybox }).Exception.Message | Should -BeLike '*max-size*'
        (Get-CommandError { New-Container -LogOption color=red busybox }).Exception.Message | Should -BeLike '*color*json-file*'
        (Get-CommandError { New-Container -LogDriver syslog busybox }).Exception.Message | Should -BeLike '*syslog*'
        if (-not (Test-Path /run/systemd/journal/socket)) {
            (Get-CommandError { New-Container -LogDriver journald busybox }).Exception.Message | Should -BeLike '*no journal listens*'
        }
    }

    It 'have defaults in the engine''s settings' {
        Set-ContainerEngine -LogOption @{ 'max-size' = '1k'; 'max-file' = 2 }
        $null = Invoke-Container -Name short busybox sh -c 'for i in $(seq 1 200); do echo line $i; done'
        @(Get-ChildItem (Split-Path (Get-Container short).LogPath)).Count | Should -Be 2
        (Get-CommandError { Set-ContainerEngine -LogDriver syslog }).Exception.Message | Should -BeLike '*syslog*'
        Set-ContainerEngine -LogOption @()
    }
}

Describe 'Out of memory' -Tag A23 {
    It 'is an event' {
        $null = Invoke-Container -Detach -Name hungry -Memory 16MB -MemorySwap 16MB busybox sh -c 'x=a; while true; do x=$x$x; done'
        $null = Wait-Container hungry
        (Get-Container hungry).OomKilled | Should -BeTrue
        (Get-ContainerEvent -Container hungry).Action | Should -Contain 'oom'
    }
}
