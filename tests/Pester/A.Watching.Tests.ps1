# Walkthrough section A, what is told of containers: suspend, rename, wait, processes, statistics, events, and finding them.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'Suspend-Container and Resume-Container' -Tag A28 {
    BeforeAll {
        $null = Invoke-Container -Detach -Name pause1 busybox sh -c 'trap "echo stopped; exit 5" TERM; i=0; while true; do i=$((i+1)); echo $i > /tmp/i; sleep 0.01; done'
    }

    It 'stops the processes and lets them go on' {
        $counter = Join-Path (Get-Container pause1).UpperPath 'tmp/i'
        (Suspend-Container pause1 -PassThru).State | Should -Be 'Paused'
        (Get-Container pause1).State | Should -Be 'Paused'
        (Get-Container -State Paused).Name | Should -Be 'pause1'
        (Get-ContainerEngine).ContainersPaused | Should -Be 1
        Get-Container pause1 | Out-String -Width 200 | Should -BeLike '*Up * (Paused)*'
        $before = (Measure-Container pause1 -Interval 0.1).CpuTime
        (Measure-Container pause1 -Interval 0.2).CpuTime | Should -Be $before
        (Resume-Container pause1 -PassThru).State | Should -Be 'Running'
        Wait-Until { (Measure-Container pause1 -Interval 0.1).CpuTime -gt $before } 'it goes on'
    }

    It 'refuses what is not so' {
        (Get-CommandError { Resume-Container pause1 }).Exception.Message | Should -BeLike "*'pause1' is not paused*"
        Suspend-Container pause1
        (Get-CommandError { Suspend-Container pause1 }).Exception.Message | Should -BeLike "*'pause1' is paused already*"
        (Get-CommandError { Invoke-ContainerExec pause1 true }).Exception.Message | Should -BeLike "*'pause1' is paused*"
        $null = New-Container -Name pause2 busybox
        (Get-CommandError { Suspend-Container pause2 }).Exception.Message | Should -BeLike "*'pause2' is not running*"
    }

    It 'does nothing with -WhatIf' {
        Resume-Container pause1 -WhatIf
        (Get-Container pause1).State | Should -Be 'Paused'
    }

    It 'lets a suspended container be stopped as it wants to be' {
        Stop-Container pause1
        (Get-Container pause1).ExitCode | Should -Be 5
    }

    It 'lets a suspended container be killed and removed' {
        $null = Invoke-Container -Detach -Name pause3 busybox sleep 1000
        Suspend-Container pause3
        Stop-Container pause3 -Force
        (Get-Container pause3).ExitCode | Should -Be 137
        Start-Container pause3
        Suspend-Container pause3
        Remove-Container pause3 -Force
        Get-Container pause3* | Should -BeNullOrEmpty
    }

    It 'has the aliases of Docker''s words' {
        $null = Invoke-Container -Detach -Name pause4 busybox sleep 1000
        Pause-Container pause4
        Unpause-Container pause4
        (Get-Container pause4).State | Should -Be 'Running'
    }
}

Describe 'Rename-Container' -Tag A28 {
    BeforeAll {
        $running = Invoke-Container -Detach -Name rename1 busybox sleep 1000
        $null = New-Container -Name rename2 busybox
    }

    It 'gives a running container another name' {
        $renamed = Rename-Container rename1 renamed1 -PassThru
        $renamed.Name | Should -Be 'renamed1'
        $renamed.Id | Should -Be $running.Id
        Get-Container rename1* | Should -BeNullOrEmpty
        Stop-Container renamed1 -Timeout 0
        (Get-Container renamed1).ExitCode | Should -Be 137
    }

    It 'refuses a name that is taken, and one that is none' {
        (Get-CommandError { Rename-Container renamed1 rename2 }).FullyQualifiedErrorId | Should -BeLike 'NameInUse,*'
        (Get-CommandError { Rename-Container renamed1 'a b' }).Exception.Message | Should -BeLike "NewName: 'a b' is not a name*"
        (Get-CommandError { Rename-Container renamed1 renamed1 }).Exception.Message | Should -BeLike "*already*"
        (Get-Container renamed1).Id | Should -Be $running.Id
    }

    It 'does nothing with -WhatIf' {
        Rename-Container renamed1 other -WhatIf
        (Get-Container renamed1).Id | Should -Be $running.Id
    }
}

Describe 'Wait-Container for more than the end' -Tag A28 {
    It 'waits until a program listens on a port' {
        $null = Invoke-Container -Detach -Name port1 busybox sh -c 'until test -e /tmp/go; do sleep 0.05; done; sleep 0.5; exec nc -l -p 8080'
        (Get-CommandError { Wait-Container port1 -Port 8080 -Timeout 0.2 }).Exception.Message | Should -BeLike "*'port1' had nothing listening on port 8080 within*"
        Invoke-ContainerExec port1 touch /tmp/go
        (Wait-Container port1 -Port 8080 -Timeout 90s).State | Should -Be 'Running'
        (Get-CommandError { Wait-Container port1 -Port 808 -Timeout 0.2 }).Exception.Message | Should -BeLike "*'port1' had nothing listening on port 808 within*"
    }

    It 'waits until a line is written' {
        $null = Invoke-Container -Detach -Name log1 busybox sh -c 'echo ready once; while true; do sleep 0.1; echo ready again; done'
        $null = Wait-Container log1 -Pattern '^ready once$' -FromStart -Timeout 90s
        $null = Wait-Container log1 -Pattern 'again$' -Timeout 90s
        (Get-CommandError { Wait-Container log1 -Pattern 'once' -Timeout 0.2 }).Exception.Message | Should -BeLike "*'log1' wrote no line like 'once' within*"
    }

    It 'tells when the container ends instead' {
        $null = Invoke-Container -Detach -Name end1 busybox sh -c 'sleep 0.3; exit 4'
        (Get-CommandError { Wait-Container end1 -Port 80 -Timeout 90s }).Exception.Message | Should -BeLike "*'end1' has ended with exit code 4*"
        $null = Invoke-Container -Detach -Name end2 busybox sh -c 'sleep 0.3; exit 4'
        (Get-CommandError { Wait-Container end2 -Pattern x -Timeout 90s }).Exception.Message | Should -BeLike "*'end2' has ended with exit code 4 without a line like 'x'*"
        $null = Invoke-Container -Detach -Remove -Name end3 busybox sleep 0.3
        (Get-CommandError { Wait-Container end3 -Port 80 -Timeout 90s }).Exception.Message | Should -BeLike '*has ended*'
        $null = New-Container -Name end4 busybox
        (Get-CommandError { Wait-Container end4 -Port 80 }).Exception.Message | Should -BeLike "*'end4' does not run*"
    }

    It 'waits until a container is healthy' {
        $null = Invoke-Container -Detach -Name healthy1 -HealthCommand 'test -e /tmp/ok' -HealthInterval 0.1 -HealthRetries 1000 busybox sleep 1000
        (Get-Container healthy1).Health | Should -Be 'Starting'
        Invoke-ContainerExec healthy1 touch /tmp/ok
        (Wait-Container healthy1 -For Healthy -Timeout 90s).Health | Should -Be 'Healthy'
        (Get-Container -Health Healthy).Name | Should -Be 'healthy1'
        Wait-Until { Get-ContainerEvent healthy1 -Action health_status } 'it is told of'
        (Get-ContainerEvent healthy1 -Action health_status).Attributes['status'] | Should -Be 'healthy'
    }

    It 'waits for a container that its restart policy brings back' {
        $null = Invoke-Container -Detach -Name again1 -Restart OnFailure:5 busybox sh -c 'if [ -e /tmp/second ]; then exec nc -l -p 8080; fi; touch /tmp/second; sleep 0.2; exit 1'
        $container = Wait-Container again1 -Port 8080 -Timeout 90s
        $container.State | Should -Be 'Running'
        $container.RestartCount | Should -Be 1
        Stop-Container again1 -Timeout 0
    }

    It 'refuses what does not go together' {
        (Get-CommandError { Wait-Container log1 -For Port }).Exception.Message | Should -BeLike '*no TCP port*'
        (Get-CommandError { Wait-Container log1 -For Exit -Port 80 }).Exception.Message | Should -BeLike 'Port goes with -For Port*'
        (Get-CommandError { Wait-Container log1 -Pattern '(' }).Exception.Message | Should -BeLike "Pattern: '(' is not a regular expression*"
        (Get-CommandError { Wait-Container log1 -For Healthy }).Exception.Message | Should -BeLike "*'log1' has no health check*"
    }
}

Describe 'Get-ContainerProcess' -Tag A28 {
    BeforeAll {
        $null = Invoke-Container -Detach -Name top1 -User nobody busybox sh -c 'sleep 1001 & sleep 1002; true'
        Wait-Until { @(Get-ContainerProcess top1 | Where-Object Command -Like 'sleep*').Count -eq 2 } 'both sleep'
    }

    It 'lists the processes as seen from both sides' {
        $processes = Get-ContainerProcess top1
        $processes.Count | Should -Be 3
        $first = $processes | Where-Object ContainerPid -EQ 1
        $first.Pid | Should -Be (Get-Container top1).Pid
        $first.Command | Should -Be 'sh -c sleep 1001 & sleep 1002; true'
        $sleep = $processes | Where-Object Command -EQ 'sleep 1001'
        $sleep.ParentPid | Should -Be $first.Pid
        $sleep.User | Should -Be 'nobody'
        $sleep.UserId | Should -Be 65534
        $sleep.Memory | Should -BeOfType [long]
        $sleep.CpuTime | Should -BeOfType [TimeSpan]
        ([DateTimeOffset]::Now - $sleep.StartedAt).TotalSeconds | Should -BeLessThan 120
        "$($processes.Container | Select-Object -Unique)" | Should -Be 'top1'
    }

    It 'prints them' {
        $text = Get-ContainerProcess top1 | Out-String -Width 160
        $text | Should -Match 'Container +Pid +InPid +User +Started +Cpu +Memory +Command'
        $text | Should -BeLike '*nobody*sleep 1001*'
    }

    It 'lists those of a suspended container, and refuses one that does not run' {
        Suspend-Container top1
        @(Get-ContainerProcess top1).Count | Should -Be 3
        Stop-Container top1 -Timeout 0
        (Get-CommandError { Get-ContainerProcess top1 }).FullyQualifiedErrorId | Should -BeLike 'InvalidContainerState,*'
    }
}

Describe 'Measure-Container' -Tag A28 {
    BeforeAll {
        $null = Invoke-Container -Detach -Name busy1 -Cpus 0.5 -Memory 64MB -PidsLimit 50 busybox sh -c 'while true; do :; done'
        $null = Invoke-Container -Detach -Name idle1 busybox sleep 1000
    }

    It 'measures processor time, memory and processes' {
        $busy = Measure-Container busy1 -Interval 2s
        $busy.Container | Should -Be 'busy1'
        $busy.CpuPercent | Should -BeGreaterThan 1 # the machine may have other work
        $busy.CpuPercent | Should -BeLessThan 65
        $busy.Memory | Should -BeGreaterThan 0
        $busy.Memory | Should -BeLessThan 32MB
        $busy.MemoryLimit | Should -Be 64MB
        $busy.Pids | Should -Be 1
        $busy.PidsLimit | Should -Be 50
    }

    It 'measures all that run together' {
        $all = Measure-Container -Interval 0.2
        ($all.Container | Where-Object { $_ -in 'busy1', 'idle1' } | Sort-Object) | Should -Be 'busy1', 'idle1'
        $idle = $all | Where-Object Container -EQ idle1
        $idle.CpuPercent | Should -BeLessThan 10
        $idle.MemoryLimit | Should -Be (Get-ContainerEngine).Memory
        $idle.MemoryPercent | Should -BeLessThan 10
    }

    It 'does not count the file cache' {
        $null = Invoke-Container -Detach -Name cache1 busybox sh -c 'dd if=/dev/zero of=/file bs=1M count=64 2>/dev/null; echo written; sleep 1000'
        $null = Wait-LogLine cache1 written
        (Measure-Container cache1 -Interval 0.1).Memory | Should -BeLessThan 40MB
        Stop-Container cache1 -Timeout 0
    }

    It 'goes on until the container ends' {
        $null = Invoke-Container -Detach -Name ends1 busybox sh -c 'until test -e /tmp/go; do sleep 0.05; done'
        $seen = @{ Count = 0 }
        $measured = @(Measure-Container ends1 -Follow -Interval 0.1 | ForEach-Object { if (++$seen['Count'] -eq 2) { Invoke-ContainerExec ends1 touch /tmp/go }; $_ })
        $measured.Count | Should -BeGreaterThan 1
        "$($measured.Container | Select-Object -Unique)" | Should -Be 'ends1'
    }

    It 'prints them' {
        $text = Measure-Container idle1 -Interval 0.1 | Out-String -Width 160
        $text | Should -Match 'Id +Container +Cpu +Memory / Limit +Mem +Net in / out +Disk read / written +Pids'
        $text | Should -Match 'idle1 +\d+\.\d\d% +\S+ \S+ / \S+ \S+ +\d'
    }

    It 'refuses one that does not run, and an interval that is none' {
        $null = New-Container -Name new1 busybox
        (Get-CommandError { Measure-Container new1 -Interval 0.1 }).FullyQualifiedErrorId | Should -BeLike 'InvalidContainerState,*'
        (Get-CommandError { Measure-Container idle1 -Interval 0 }).Exception.Message | Should -BeLike "Interval: '0' cannot be used*"
    }
}

Describe 'Get-ContainerEvent' -Tag A28 {
    It 'tells what was done to containers and images' {
        $since = [DateTimeOffset]::Now
        $null = New-Container -Name event1 busybox sleep 1000
        Rename-Container event1 event2
        Start-Container event2
        Suspend-Container event2
        Resume-Container event2
        $null = Invoke-ContainerExec event2 true
        $null = Set-Container event2 -PidsLimit 100
        Remove-Container event2 -Force
        $null = Add-ImageTag busybox event:tag
        Remove-Image event:tag
        $actions = (Get-ContainerEvent event? | Where-Object Action -NotIn 'start', 'kill', 'die', 'stop').Action
        $actions | Should -Be 'create', 'rename', 'pause', 'unpause', 'exec_start', 'update', 'destroy'
        $created = Get-ContainerEvent event1 -Action create
        $created.Type | Should -Be 'Container'
        $created.Attributes['image'] | Should -Be 'busybox'
        (Get-ContainerEvent -Since $since -Type Image).Action | Should -Be 'tag', 'untag'
        (Get-ContainerEvent -Since $since -Until $since) | Should -BeNullOrEmpty
        (Get-ContainerEvent -Type Image -Action import).Name | Should -Contain 'busybox:latest'
    }

    It 'prints them' {
        $text = Get-ContainerEvent event1 -Action create | Out-String -Width 160
        $text | Should -Match 'Time +Type +Action +Id +Name +Attributes'
        $text | Should -Match 'Container +create +[0-9a-f]{12} +event1 +image=busybox'
    }

    It 'streams what other shells do' {
        $shell = Start-Shell "Get-ContainerEvent -Follow -Type Container -Action create -Since '$([DateTimeOffset]::Now.ToString('o'))' -Until '$([DateTimeOffset]::Now.AddMinutes(1).ToString('o'))' | Select-Object -First 2 | ForEach-Object Name" $store
        $null = New-Container -Name stream1 busybox
        $null = New-Container -Name stream2 busybox
        (Wait-Shell $shell).Output -split '\s+' | Should -Be 'stream1', 'stream2'
    }

    It 'follows until a time' {
        Get-ContainerEvent -Follow -Until ([DateTimeOffset]::Now.AddSeconds(0.3)) | Should -BeNullOrEmpty
    }
}

Describe 'Get-Container finds' -Tag A04 {
    BeforeAll {
        $null = New-Container -Name find1 -Label 'tier=web', 'owner=me' -Tmpfs /scratch busybox
        $null = New-Container -Name find2 -Label tier=job busybox
        $null = Add-ImageTag busybox other:1
        $null = New-Container -Name find3 other:1
    }

    It 'by label' {
        (Get-Container find* -Label tier).Name | Sort-Object | Should -Be 'find1', 'find2'
        (Get-Container find* -Label tier=web).Name | Should -Be 'find1'
        (Get-Container find* -Label @{ tier = 'web'; owner = 'me' }).Name | Should -Be 'find1'
        Get-Container find* -Label tier=web, owner=you | Should -BeNullOrEmpty
    }

    It 'by image' {
        (Get-Container find* -Image other:1).Name | Sort-Object | Should -Be 'find1', 'find2', 'find3'
        Get-Container find* -Image nothing* | Should -BeNullOrEmpty
        (Get-Container find* -Ancestor (Get-Image busybox)).Count | Should -Be 3
    }

    It 'by what is mounted' {
        (Get-Container find* -Volume /scratch).Name | Should -Be 'find1'
    }

    It 'the newest' {
        (Get-Container -Last 2).Name | Should -Be 'find3', 'find2'
        (Get-Container find* -Label tier -Last 1).Name | Should -Be 'find2'
    }

    It 'with sizes' {
        $null = Invoke-Container -Name find4 busybox sh -c 'dd if=/dev/zero of=/file bs=1000 count=300 2>/dev/null'
        $container = Get-Container find4 -Size
        $container.Size | Should -BeGreaterOrEqual 300000
        $container.Size | Should -BeLessThan 310000
        $container.RootSize | Should -Be ($container.Size + (Get-Image busybox).Size)
        (Get-Container find4).Size | Should -BeNullOrEmpty
        $container | Out-String -Width 200 | Should -BeLike '*300 kB (all *'
    }

    It 'all the others when the record of one is damaged' {
        $damaged = New-Container -Name damaged1 busybox
        $record = Join-Path (Split-Path $damaged.UpperPath) 'container.json'
        $text = [IO.File]::ReadAllText($record)
        [IO.File]::WriteAllText($record, '{ "id": 1')
        try {
            $containers = Get-Container -ErrorVariable errors -ErrorAction SilentlyContinue
            $containers.Name | Should -Contain 'find1'
            $errors.Count | Should -Be 1
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'InvalidContent,*'
            $errors[0].Exception.Message | Should -BeLike "*$record*"
            (Get-Container find1 -ErrorAction Stop).Name | Should -Be 'find1'
            (Get-Container find* -ErrorAction SilentlyContinue).Name | Should -Contain 'find1'
            (Get-ContainerEngine).Containers | Should -BeGreaterThan 4
        }
        finally {
            [IO.File]::WriteAllText($record, $text)
        }
    }
}
