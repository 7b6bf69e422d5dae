# Every setting of a container, seen in the kernel. A row's id is its tag.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox, debian
    $disk = '/dev/' + (Get-Content /proc/partitions | Select-Object -Skip 2 | Where-Object { $_ -notmatch 'zram|loop|ram' } | ForEach-Object { ($_.Trim() -split '\s+')[3] } | Where-Object { $_ -notmatch 'p?\d+$' } | Select-Object -First 1)

    # A file of a container's cgroup (v1).
    function Get-CgroupValue {
        param($Container, [string] $File, [string] $Parent = 'containerps')
        $hierarchy = $File.StartsWith('cpuacct') ? 'cpuacct' : $File.Split('.')[0]
        (Get-Content "/sys/fs/cgroup/$hierarchy/$Parent/$($Container.Id)/$File") -join "`n"
    }
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'The table of settings' {
    It 'has every parameter, and no other' {
        $documented = [regex]::Matches([IO.File]::ReadAllText("$PSScriptRoot/../../docs/settings.md"), '(?m)^\| `-(\w+)` \|') | ForEach-Object { $_.Groups[1].Value }
        $others = [Management.Automation.Cmdlet]::CommonParameters + [Management.Automation.Cmdlet]::OptionalCommonParameters + 'InputObject', 'PassThru', 'AsByteStream', 'OutFile', 'DetachKeys', 'Attach'
        $parameters = 'New-Container', 'Invoke-Container' | ForEach-Object { (Get-Command $_).Parameters.Values } |
            Where-Object { $_.Name -notin $others -and -not ($_.Attributes | Where-Object { $_ -is [Parameter] -and $_.DontShow }) } | ForEach-Object Name | Sort-Object -Unique
        Compare-Object $parameters ($documented | Sort-Object) | ForEach-Object { "$($_.InputObject) $($_.SideIndicator)" } | Should -BeNullOrEmpty
    }
}

Describe 'A23 Memory' -Tag A23 {
    It 'kills a program over the limit and lets one under it run' {
        $over = Invoke-Container -Detach -Memory 200MB -MemorySwap 300MB busybox dd if=/dev/zero of=/dev/null bs=350M count=1
        (Wait-Container $over).ExitCode | Should -Be 137
        (Get-Container $over.Id).OomKilled | Should -BeTrue
        $under = Invoke-Container -Detach -Memory 200M -MemorySwap 300M busybox dd if=/dev/zero of=/dev/null bs=150M count=1
        (Wait-Container $under).ExitCode | Should -Be 0
        (Get-Container $under.Id).OomKilled | Should -BeFalse
    }

    It 'is in the kernel, with as much swap when that is left out' {
        $container = Invoke-Container -Detach -Memory 200MB -MemoryReservation 100m busybox sleep 1000
        Get-CgroupValue $container memory.limit_in_bytes | Should -Be 200MB
        Get-CgroupValue $container memory.soft_limit_in_bytes | Should -Be 100MB
        Get-CgroupValue $container memory.memsw.limit_in_bytes | Should -Be 400MB
    }
}

Describe 'A24 Swappiness' -Tag A24 {
    It 'is 0 to 100' {
        $container = Invoke-Container -Detach -MemorySwappiness 0 -OomKillDisable -Memory 50MB busybox sleep 1000
        Get-CgroupValue $container memory.swappiness | Should -Be 0
        Get-CgroupValue $container memory.oom_control | Should -Match 'oom_kill_disable 1'
        foreach ($wrong in -1, 101) {
            $problem = Get-CommandError { New-Container -Name refused -MemorySwappiness $wrong busybox true }
            $problem.Exception.Message | Should -Match 'MemorySwappiness.*0 to 100'
        }
        Get-Container refused* | Should -BeNullOrEmpty
    }
}

Describe 'A25 CpuShares' -Tag A25 {
    It 'gives two busy containers on one processor time 2:1' {
        $more, $less = 1024, 512 | ForEach-Object { Invoke-Container -Detach -CpuShares $_ -CpuSet 0 busybox sh -c 'while :; do :; done' }

        # What both have used at one moment: read again when another program came between the readings.
        $files = $more, $less | ForEach-Object { "/sys/fs/cgroup/cpuacct/containerps/$($_.Id)/cpuacct.usage" }
        function Get-Usage {
            for ($i = 0; $i -lt 100; $i++) {
                $first = [long] [IO.File]::ReadAllText($files[0])
                $other = [long] [IO.File]::ReadAllText($files[1])
                $again = [long] [IO.File]::ReadAllText($files[0])
                if ($again - $first -lt 10e6) { break }
            }
            ($first + $again) / 2
            $other
        }
        $before = Get-Usage
        do {
            Start-Sleep -Milliseconds 100
            $now = Get-Usage
            $used = ($now[0] - $before[0]), ($now[1] - $before[1])
        } until ($used[0] + $used[1] -ge 1.5e9)
        $more, $less | Remove-Container -Force
        $used[0] / $used[1] | Should -BeGreaterThan 1.8
        $used[0] / $used[1] | Should -BeLessThan 2.2
    }
}

Describe 'A26 Cpus' -Tag A26 {
    It 'gives half a processor' {
        $container = Invoke-Container -Detach -Cpus 0.5 busybox sh -c 'while :; do :; done'
        Get-CgroupValue $container cpu.cfs_quota_us | Should -Be 50000
        function Get-Throttled { [int] (Get-CgroupValue $container cpu.stat | ConvertFrom-StringData -Delimiter ' ').nr_throttled }

        # The time is taken around what is used, and that around the throttles: whatever comes between makes neither bound wrong.
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $before = [long] (Get-CgroupValue $container cpuacct.usage)
        $begun = Get-Throttled
        do {
            Start-Sleep -Milliseconds 200
            $throttled = (Get-Throttled) - $begun
        } until ($throttled -ge 20 -or $watch.Elapsed.TotalSeconds -ge 8)
        $used = ([long] (Get-CgroupValue $container cpuacct.usage) - $before) / 1e9
        $seconds = $watch.Elapsed.TotalSeconds
        Remove-Container $container -Force

        # At both ends a period may be in that had its 50 ms; in each that ended with a throttle it had them, other programs may have left it less in others.
        $used | Should -BeLessThan (1.1 * 0.5 * $seconds + 0.05)
        $used | Should -BeGreaterThan (0.9 * 0.05 * ($throttled - 2))
    }
}

Describe 'A27 Block devices' -Tag A27 {
    It 'writes at the rate it is given' {
        # The limit holds every time; that nothing but the limit slows it down is seen once the disk is not busy otherwise.
        $best = 0
        for ($i = 0; $i -lt 10 -and $best -lt 0.9 * 2MB; $i++) {
            $result = Invoke-Container -Remove -PassThru -DeviceWriteBps "${disk}:2MB" debian dd if=/dev/zero of=/file bs=256k count=24 oflag=direct
            $copied = [regex]::Match($result.Error -join ' ', '(\d+) bytes .* copied, ([\d.]+) s')
            $rate = [long] $copied.Groups[1].Value / [double] $copied.Groups[2].Value
            $rate | Should -BeLessThan (1.1 * 2MB)
            $best = [Math]::Max($best, $rate)
        }
        $best | Should -BeGreaterThan (0.9 * 2MB)
    }

    It 'has every limit in the kernel' {
        $container = Invoke-Container -Detach -BlockIOWeight 300 -DeviceReadBps "${disk}:1mb" -DeviceWriteBps @{ $disk = 2MB } -DeviceReadIops "${disk}:100" -DeviceWriteIops @{ $disk = 200 } busybox sleep 1000
        Get-CgroupValue $container blkio.throttle.read_bps_device | Should -Match "^\d+:\d+ $(1MB)$"
        Get-CgroupValue $container blkio.throttle.write_bps_device | Should -Match "^\d+:\d+ $(2MB)$"
        Get-CgroupValue $container blkio.throttle.read_iops_device | Should -Match '^\d+:\d+ 100$'
        Get-CgroupValue $container blkio.throttle.write_iops_device | Should -Match '^\d+:\d+ 200$'
        Get-CgroupValue $container blkio.bfq.weight | Should -Be 300
        $container.Limits.DeviceWriteBps.Rate | Should -Be 2MB
    }

    It 'takes nothing but disks' {
        (Get-CommandError { New-Container -DeviceReadBps /dev/null:1MB busybox }).Exception.Message | Should -Match 'DeviceReadBps.*/dev/null.*block device'
        (Get-CommandError { New-Container -DeviceReadIops /dev/nonesuch:1 busybox }).Exception.Message | Should -Match 'DeviceReadIops.*/dev/nonesuch'
    }
}

Describe 'Limits' {
    It 'has the others in the kernel, too' {
        $container = Invoke-Container -Detach -CpuRealtimePeriod 500000 -CpuRealtimeRuntime 1000 -CpuPeriod 50000 -CpuQuota 25000 -CpuSet 0 -CpuSetMemory 0 -PidsLimit 20 -OomScoreAdj 300 -Ulimit nofile=100:200 -ShmSize 8m `
            -Sysctl @{ 'net.ipv4.ip_forward' = 1 } -CgroupParent containerps/batch busybox sleep 1000
        $parent = 'containerps/batch'
        Get-CgroupValue $container cpu.cfs_period_us $parent | Should -Be 50000
        Get-CgroupValue $container cpu.cfs_quota_us $parent | Should -Be 25000
        Get-CgroupValue $container cpu.rt_period_us $parent | Should -Be 500000
        Get-CgroupValue $container cpu.rt_runtime_us $parent | Should -Be 1000
        Get-CgroupValue $container cpuset.cpus $parent | Should -Be 0
        Get-CgroupValue $container cpuset.mems $parent | Should -Be 0
        Get-CgroupValue $container pids.max $parent | Should -Be 20
        Get-Content "/proc/$($container.Pid)/oom_score_adj" | Should -Be 300
        Get-Content "/proc/$($container.Pid)/limits" | Should -Contain 'Max open files            100                  200                  files     '
        Invoke-ContainerExec $container.Id sh -c 'cat /proc/sys/net/ipv4/ip_forward; df -k /dev/shm' | Select-Object -First 1 | Should -Be 1
        Get-Content "/proc/$($container.Pid)/mountinfo" | Where-Object { $_ -match ' /dev/shm ' } | Should -Match 'size=8192k'
        Remove-Container $container -Force
        foreach ($hierarchy in Get-ChildItem /sys/fs/cgroup -Directory) {
            $folder = "$hierarchy/containerps/batch"
            if (Test-Path $folder) { [IO.Directory]::Delete($folder) }
        }
    }
}

Describe 'Names, files and groups' {
    It 'reads environment and labels from files' {
        Set-Content "$store/env" "# comment`nA=1`nB=two words"
        Set-Content "$store/labels" "one=1`ntwo`none=file"
        $container = New-Container -EnvironmentFile "$store/env" -Environment A=2 -LabelFile "$store/labels" -Label one=given busybox true
        $container.Environment | Should -Contain 'B=two words'
        $container.Environment | Should -Contain 'A=2'
        $container.Labels['one'] | Should -Be 'given'
        $container.Labels['two'] | Should -Be ''
    }

    It 'gives groups, names and annotations' {
        $container = Invoke-Container -Detach -GroupAdd nogroup, 1234 -Hostname box -Domainname example.org -Annotation @{ 'org.example.a' = 'b' } busybox sleep 1000
        Invoke-ContainerExec $container.Id cat /proc/1/status | Where-Object { $_ -like 'Groups:*' } | Should -Match '1234 65534'
        Invoke-ContainerExec $container.Id sh -c 'hostname; cat /proc/sys/kernel/domainname' | Should -Be 'box', 'example.org'
        (Get-Content "$env:CONTAINERPS_RUN/$($container.Id)/config.json" -Raw | ConvertFrom-Json).annotations.'org.example.a' | Should -Be 'b'
        (Get-CommandError { New-Container -GroupAdd nonesuch busybox true }).Exception.Message | Should -Match 'nonesuch'
    }

    It 'takes the image of the platform that is asked for, only' {
        (New-Container -Platform (Get-Image busybox).Platform busybox true).Platform | Should -Be (Get-Image busybox).Platform
        (Get-CommandError { New-Container -Pull Never -Platform linux/s390x busybox true }).Exception.Message | Should -Match 'Platform.*linux/s390x.*refused'
    }
}

Describe 'Devices' {
    It 'gives a device under another name, with the access that is asked for' {
        $out = Invoke-Container -CapabilityAdd SYSLOG -Device /dev/kmsg:/dev/mine:r, /dev/net/tun busybox sh -c 'stat -c %t:%T /dev/mine /dev/net/tun; head -c0 /dev/mine && echo read; (echo > /dev/mine) 2>&1'
        $out[0..2] | Should -Be '1:b', 'a:c8', 'read'
        $out[3] | Should -Match 'not permitted'
    }

    It 'refuses a device that is not there' {
        (Get-CommandError { New-Container -Device /dev/nonesuch busybox }).Exception.Message | Should -Match 'Device.*/dev/nonesuch'
        (Get-CommandError { New-Container -Device /dev/null:/x:rwx busybox }).Exception.Message | Should -Match "Device.*'rwx'"
        (Get-CommandError { New-Container -DeviceCgroupRule 'c 1 rwm' busybox }).Exception.Message | Should -Match 'DeviceCgroupRule.*major:minor'
    }

    It 'allows what a rule allows' {
        Invoke-Container -CapabilityAdd SYSLOG -DeviceCgroupRule 'c 1:11 rw' busybox sh -c 'mknod /k c 1 11 && head -c0 /k && echo opened' | Should -Be 'opened'
        Invoke-Container -CapabilityAdd SYSLOG busybox sh -c 'mknod /k c 1 11 && head -c0 /k 2>&1' | Should -Match 'not permitted'
    }
}

Describe 'Security options' {
    It 'loads a filter from a file, and keeps it' {
        $file = "$store/profile.json"
        '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":95},{"names":["rmdir"],"action":"SCMP_ACT_ERRNO","includes":{"caps":["CAP_SYS_ADMIN"]}}]}' | Set-Content $file
        $container = New-Container -SecurityOption "seccomp=$file" busybox sh -c 'mkdir /x; rmdir /home && echo removed'
        Remove-Item $file
        $result = Start-Container $container -PassThru | Wait-Container
        $lines = (Get-ContainerLog $result.Id).Text
        $lines | Should -Contain 'removed'
        $lines -like '*not supported' | Should -HaveCount 1
        (Get-CommandError { New-Container -SecurityOption "seccomp=$file" busybox }).Exception.Message | Should -Match 'SecurityOption.*cannot be read'
    }

    It 'sets no_new_privs, leaves the filter out, shows what is masked' {
        $out = Invoke-Container -SecurityOption no-new-privileges, seccomp=unconfined, systempaths=unconfined busybox sh -c 'grep -E "NoNewPrivs|^Seccomp:" /proc/self/status; grep -c " /proc/" /proc/self/mountinfo'
        $out | Should -Be "NoNewPrivs:`t1", "Seccomp:`t0", '0'
    }

    It 'tells what was asked for' {
        [IO.File]::WriteAllText("$store/profile.json", '{ "defaultAction": "SCMP_ACT_ALLOW" }')
        $null = New-Container -Name mighty -Privileged busybox true
        $null = New-Container -Name meek -ReadOnly -CapabilityDrop all -CapabilityAdd net_admin, CAP_CHOWN -SecurityOption no-new-privileges, "seccomp=$store/profile.json" busybox true
        $null = New-Container -Name usual busybox true
        (Get-Container | Where-Object Privileged).Name | Should -Be 'mighty'
        (Get-Container | Where-Object CapabilityAdd -Contains CAP_NET_ADMIN).Name | Should -Be 'meek'
        $meek = Get-Container meek
        $meek.ReadOnly | Should -BeTrue
        $meek.CapabilityAdd | Should -Be 'CAP_NET_ADMIN', 'CAP_CHOWN'
        $meek.CapabilityDrop | Should -Be 'ALL'
        $meek.SecurityOption[0] | Should -Be 'no-new-privileges'
        $meek.SecurityOption[1] | Should -Match '^seccomp=\{.*SCMP_ACT_ALLOW'
        $list = (Get-Container meek | Format-List | Out-String -Width 150) -replace '\e\[[\d;]*m'
        $list | Should -Match '(?m)^Privileged +: False\r?$'
        $list | Should -Match '(?m)^CapabilityAdd +: \{CAP_NET_ADMIN, CAP_CHOWN\}\r?$'
        $list | Should -Match '(?m)^SecurityOption +: \{no-new-privileges, seccomp=\{…\}\}\r?$'
        $usual = Get-Container usual
        $usual.Privileged, $usual.ReadOnly | Should -Be $false, $false
        @($usual.CapabilityAdd) + @($usual.CapabilityDrop) + @($usual.SecurityOption) | Should -BeNullOrEmpty
    }

    It 'refuses security modules that the kernel has not' {
        if (Test-Path /sys/module/apparmor) { return }
        (Get-CommandError { New-Container -SecurityOption apparmor=mine busybox }).Exception.Message | Should -Match 'apparmor=mine.*not enabled'
        (New-Container -SecurityOption apparmor=unconfined, label=disable busybox true).State | Should -Be 'Created'
    }
}

Describe 'Namespaces' {
    BeforeAll {
        $other = Invoke-Container -Detach -Name other -Ipc shareable busybox sh -c 'echo shared > /dev/shm/file; echo ready; exec sleep 1000'
        function Get-Namespace($Kind, $Process = 'self') { [IO.File]::ResolveLinkTarget("/proc/$Process/ns/$Kind", $false).Name }
    }

    It 'shares processes and shared memory of another container' {
        $null = Wait-LogLine other ready
        $out = Invoke-Container -Pid container:other -Ipc container:other busybox sh -c 'cat /dev/shm/file; tr "\0" " " < /proc/1/cmdline'
        $out[0] | Should -Be 'shared'
        $out[-1] | Should -Match 'sleep 1000'
    }

    It 'shares the host''s' {
        $container = Invoke-Container -Detach -Pid host -Ipc host -Uts host -CgroupNamespace host -UserNamespace host busybox sleep 1000
        foreach ($kind in 'pid', 'ipc', 'uts', 'cgroup', 'user') { Get-Namespace $kind $container.Pid | Should -Be (Get-Namespace $kind) }
        Get-Namespace mnt $container.Pid | Should -Not -Be (Get-Namespace mnt)
    }

    It 'kills what stays behind in a shared process namespace' {
        $container = Invoke-Container -Detach -Pid host busybox sh -c "sleep 1$PID & sleep 0.1"
        $null = Wait-Container $container
        Get-Process | Where-Object { $_.CommandLine -match "sleep 1$PID" } | Should -BeNullOrEmpty
    }

    It 'refuses what cannot be shared' {
        (Get-CommandError { New-Container -Pid container:nonesuch busybox }).Exception.Message | Should -Match "Pid.*'nonesuch'"
        (Get-CommandError { New-Container -Uts host -Hostname box busybox }).Exception.Message | Should -Match 'Hostname.*-Uts host'
        $private = Invoke-Container -Detach -Name private busybox sleep 1000
        (Get-CommandError { Invoke-Container -Ipc container:private busybox true }).Exception.Message | Should -Match 'shareable'
        Remove-Container $private -Force
        $later = New-Container -Pid container:other busybox true
        Stop-Container other -Force
        (Get-CommandError { Start-Container $later }).Exception.Message | Should -Match "'other'.*does not run"
    }

    It 'has no shared memory with -Ipc none' {
        Invoke-Container -Ipc none busybox sh -c 'grep -c " /dev/shm " /proc/self/mountinfo' | Should -Be 0
    }
}

Describe 'A14 Init' -Tag A14 {
    It 'reaps orphans and gives the program''s exit code' {
        $result = Invoke-Container -Init -PassThru busybox sh -c '(sleep 0.1 &); sleep 0.4; ps -o stat,comm; exit 7'
        $result.ExitCode | Should -Be 7
        $result.Output -join ' ' | Should -Match '\binit\b'
        $result.Output -join ' ' | Should -Not -Match '\bZ'
    }

    It 'passes signals on' {
        $container = Invoke-Container -Detach -Init busybox sh -c 'trap "echo told; exit 3" USR1; echo ready; while :; do sleep 0.05; done'
        $null = Wait-LogLine $container.Id ready
        Stop-Container $container -Signal USR1
        (Get-Container $container.Id).ExitCode | Should -Be 3
        (Get-ContainerLog $container.Id).Text | Should -Contain 'told'
    }

    It 'says which signal has ended the program' {
        Invoke-Container -Init busybox sh -c 'kill -9 $$' 2>$null
        $LASTEXITCODE | Should -Be 137
    }

    It 'leads nowhere outside by /proc/1' {
        $out = Invoke-Container -Init -CapabilityAdd SYS_PTRACE busybox sh -c 'readlink /proc/1/exe; wc -c < /proc/1/exe; cat /proc/1/maps; (echo x > /proc/1/exe) 2>&1; ls /proc/1/fd | tr "\n" " "'
        $out[0] | Should -Match '^/memfd:init'
        [int] $out[1] | Should -BeLessThan 400
        @($out | Where-Object { $_ -match '^[0-9a-f]+-[0-9a-f]+ ' -and $_ -notmatch 'memfd:init|\[(stack|vdso|vvar|vvar_vclock|vsyscall|heap)\]' }) | Should -BeNullOrEmpty
        $out[-2] | Should -Match 'busy|denied|not permitted'
        $out[-1].Trim() | Should -Be '0 1 2'
    }

    It 'tells of a program that is not there' {
        (Get-CommandError { Invoke-Container -Init busybox nonesuch }).Exception.Message | Should -Match "'nonesuch' cannot be executed"
        $LASTEXITCODE | Should -Be 127
    }
}

Describe 'Set-Container' -Tag A28 {
    It 'changes a running container in the kernel' {
        $container = Invoke-Container -Detach -Memory 100MB -PidsLimit 20 busybox sleep 1000
        $changed = Set-Container $container -Memory 300MB -CpuShares 512 -CpuQuota 20000 -PidsLimit -1 -BlockIOWeight 200 -Restart on-failure:2 -PassThru
        $changed.Limits.Memory | Should -Be 300MB
        Get-CgroupValue $container memory.limit_in_bytes | Should -Be 300MB
        Get-CgroupValue $container memory.memsw.limit_in_bytes | Should -Be 600MB
        Get-CgroupValue $container cpu.shares | Should -Be 512
        Get-CgroupValue $container cpu.cfs_quota_us | Should -Be 20000
        Get-CgroupValue $container pids.max | Should -Be 'max'
        Set-Container $container -Memory 50MB
        Get-CgroupValue $container memory.memsw.limit_in_bytes | Should -Be 100MB
        (Get-CommandError { Set-Container $container -Cpus 1 }).Exception.Message | Should -Match '-Cpus.*-CpuQuota'
        Remove-Container $container -Force
    }

    It 'changes a stopped one for its next start' {
        $container = New-Container busybox sleep 1000
        Set-Container $container -Memory 60MB -MemorySwap 70MB -Cpus 0.25
        $container = Start-Container $container -PassThru
        Get-CgroupValue $container memory.memsw.limit_in_bytes | Should -Be 70MB
        Get-CgroupValue $container cpu.cfs_quota_us | Should -Be 25000
        (Get-CommandError { Set-Container $container -Memory 80MB }).Exception.Message | Should -Match '-Memory.*MemorySwap'
        (Get-CommandError { Set-Container $container -CpuQuota 1000 }).Exception.Message | Should -Match 'CpuQuota.*-Cpus'
        Get-CgroupValue $container memory.limit_in_bytes | Should -Be 60MB
        (Get-CommandError { Set-Container $container }).Exception.Message | Should -Match 'at least one'
        Remove-Container $container -Force
    }

    It 'gives no policy to a container that is removed when it ends' {
        $container = New-Container -Remove busybox true
        (Get-CommandError { Set-Container $container -Restart always }).Exception.Message | Should -Match 'Restart'
        (Get-CommandError { New-Container -Remove -Restart always busybox true }).Exception.Message | Should -Match 'Restart.*-Remove'
        Set-Container $container -Memory 50MB -WhatIf
        (Get-Container $container.Id).Limits.Memory | Should -BeNullOrEmpty
    }
}

Describe 'What is wrong' {
    It 'refuses a wrong -<Names> and creates nothing' -ForEach @(
        @{ Settings = @{ CpuQuota = 1 }; Names = 'CpuQuota' }
        @{ Settings = @{ Cpus = 0.5; CpuPeriod = 1000 }; Names = 'CpuPeriod' }
        @{ Settings = @{ CpuSet = '0-8000' }; Names = 'CpuSet' }
        @{ Settings = @{ CpuSetMemory = '7' }; Names = 'CpuSetMemory' }
        @{ Settings = @{ BlockIOWeight = 5 }; Names = 'BlockIOWeight' }
        @{ Settings = @{ DeviceWriteBps = 'x:1' }; Names = 'DeviceWriteBps' }
        @{ Settings = @{ Restart = 'sometimes' }; Names = 'Restart' }
        @{ Settings = @{ Restart = 'always:3' }; Names = 'Restart' }
        @{ Settings = @{ HealthInterval = 'soon' }; Names = 'HealthInterval' }
        @{ Settings = @{ HealthCommand = 'true'; NoHealthCheck = $true }; Names = 'HealthCommand' }
        @{ Settings = @{ LogDriver = 'syslog' }; Names = 'LogDriver' }
        @{ Settings = @{ Pid = 'mine' }; Names = 'Pid' }
        @{ Settings = @{ Ipc = 'shared' }; Names = 'Ipc' }
        @{ Settings = @{ CgroupParent = '../x' }; Names = 'CgroupParent' }
        @{ Settings = @{ Volume = 'a:b:c:d' }; Names = 'Volume' }
        @{ Settings = @{ Mount = 'type=none,target=/x' }; Names = 'Mount' }
        @{ Settings = @{ Mount = @{ type = 'bind'; source = '/tmp' } }; Names = 'Mount' }
        @{ Settings = @{ Platform = 'a/b/c/d' }; Names = 'Platform' }
        @{ Settings = @{ LabelFile = '/nonesuch' }; Names = 'LabelFile' }
    ) {
        $before = (Get-Container).Count
        $problem = Get-CommandError { New-Container -Pull Never -Image busybox @Settings }
        $problem.Exception.Message | Should -Match "\b$Names\b"
        (Get-Container).Count | Should -Be $before
    }
}
