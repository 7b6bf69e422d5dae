# Walkthrough section A: containers. A row's id is its tag.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox, debian
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'A02 Get-Image' -Tag A02 {
    It 'returns objects with true types' {
        $image = Get-Image debian
        $image.Repository | Should -Be 'debian'
        $image.Tag | Should -Be 'latest'
        $image.ImageId | Should -Match '^sha256:[0-9a-f]{64}$'
        $image.Created | Should -BeOfType [DateTimeOffset]
        $image.Size | Should -BeOfType [long]
        $image.Size | Should -BeGreaterThan 50MB
    }

    It 'prints Repository, Tag, ImageId, Created and Size' {
        $lines = (Get-Image debian | Out-String -Width 100).Trim() -split '\r?\n'
        $lines[0] | Should -Match '^Repository +Tag +ImageId +Created +Size$'
        $lines[-1] | Should -Match '^debian +latest +[0-9a-f]{12} +.+ ago +[\d.]+ MB$'
    }

    It 'takes wildcards' {
        (Get-Image busy*).Repository | Should -Be 'busybox'
        Get-Image nothing* | Should -BeNullOrEmpty
    }
}

Describe 'A03 New-Container' -Tag A03 {
    It 'creates a container with the name it is given' {
        $container = New-Container -Name web1 -Image busybox
        $container.Id | Should -Match '^[0-9a-f]{64}$'
        $container.Name | Should -Be 'web1'
        $container.State | Should -Be 'Created'
        $container.Command | Should -Be 'sh'
    }

    It 'makes up a name of two words' {
        (New-Container busybox).Name | Should -Match '^[a-z]+_[a-z]+$'
    }

    It 'creates nothing with -WhatIf' {
        New-Container -Name unwanted -Image busybox -WhatIf | Should -BeNullOrEmpty
        Get-Container unwante* | Should -BeNullOrEmpty
    }
}

Describe 'A04 Get-Container' -Tag A04 {
    BeforeAll {
        $null = Invoke-Container -Detach -Name a04up busybox sleep 1000
        $null = Invoke-Container -Name a04done busybox sh -c 'exit 3'
    }

    It 'lists containers in whatever state' {
        (Get-Container a04*).Name | Sort-Object | Should -Be 'a04done', 'a04up'
    }

    It 'filters by state' {
        (Get-Container a04* -State Exited).Name | Should -Be 'a04done'
        (Get-Container a04* -State Running).Name | Should -Be 'a04up'
    }

    It 'prints Id, Image, Command, Created, Status, Ports and Name' {
        $text = Get-Container a04up | Out-String -Width 160
        $lines = $text.Trim() -split '\r?\n'
        $lines[0] | Should -Match '^Id +Image +Command +Created +Status +Ports +Name$'
        $lines[2] | Should -Match '^[0-9a-f]{12} +busybox +"sleep 1000" +.+ ago +Up .+ +a04up$'
        (Get-Container a04done | Out-String -Width 160) -replace '\s+', ' ' | Should -Match 'Exited \(3\)'
    }

    It 'finds by id and by a beginning of the id' {
        $container = Get-Container a04up
        (Get-Container $container.Id).Name | Should -Be 'a04up'
        (Get-Container $container.Id.Substring(0, 10)).Name | Should -Be 'a04up'
        ($container | Get-Container).Name | Should -Be 'a04up'
    }
}

Describe 'A05 Start-Container' -Tag A05 {
    It 'starts by name' {
        $null = New-Container -Name a05a busybox sleep 1000
        Start-Container a05a | Should -BeNullOrEmpty
        $container = Get-Container a05a
        $container.State | Should -Be 'Running'
        Test-Path "/proc/$($container.Pid)" | Should -BeTrue
    }

    It 'leaves what runs as it is' {
        $id = (Get-Container a05a).Pid
        (Start-Container a05a -PassThru -ErrorAction Stop).Pid | Should -Be $id
    }

    It 'starts what comes from the pipeline' {
        $null = New-Container -Name a05b busybox sleep 1000
        (Get-Container a05b | Start-Container -PassThru).State | Should -Be 'Running'
    }

    It 'starts again what has ended' {
        $null = Invoke-Container -Name a05c busybox true
        Start-Container a05c
        (Wait-Container a05c).ExitCode | Should -Be 0
    }
}

Describe 'A07 Invoke-Container' -Tag A07 {
    It 'returns the program''s lines' {
        Invoke-Container debian /bin/echo 'hello word' | Should -Be 'hello word'
        $LASTEXITCODE | Should -Be 0
    }

    It 'sets $LASTEXITCODE to the exit code' {
        Invoke-Container busybox sh -c 'exit 42'
        $LASTEXITCODE | Should -Be 42
    }

    It 'sets $? as a native command does' {
        Invoke-Container busybox false
        $? | Should -BeFalse
        Invoke-Container busybox true
        $? | Should -BeTrue
    }

    It 'gives the exit code 128 + signal when it is killed by a signal' {
        Invoke-Container busybox sh -c 'sh -c "kill -9 \$\$"; exit $?'
        $LASTEXITCODE | Should -Be 137
    }

    It 'writes standard error to the error stream as native commands do' {
        $lines = Invoke-Container busybox sh -c 'echo out; echo err >&2' 2>&1
        ($lines | Where-Object { $_ -is [string] }) | Should -Be 'out'
        $record = $lines | Where-Object { $_ -is [Management.Automation.ErrorRecord] }
        "$record" | Should -Be 'err'
        $record.FullyQualifiedErrorId | Should -Be 'NativeCommandErrorMessage'
        Invoke-Container busybox sh -c 'echo out; echo err >&2' 2>$null | Should -Be 'out'
    }

    It 'is not stopped by standard error, whatever $ErrorActionPreference says' {
        $ErrorActionPreference = 'Stop'
        $count = $global:Error.Count
        Invoke-Container busybox sh -c 'echo a; echo b >&2; echo c' 2>$null | Should -Be 'a', 'c'
        $? | Should -BeTrue
        $global:Error.Count | Should -Be $count
    }

    It 'is stopped by an exit code when $PSNativeCommandUseErrorActionPreference asks for it' {
        $ErrorActionPreference = 'Stop'
        $PSNativeCommandUseErrorActionPreference = $true
        { Invoke-Container busybox sh -c 'exit 7' } | Should -Throw '*non-zero exit code: 7*'
        $LASTEXITCODE | Should -Be 7
    }

    It 'returns a result with -PassThru' {
        $result = Invoke-Container -PassThru -Name a07p busybox sh -c 'echo one; echo two; echo bad >&2; exit 5'
        $result.ExitCode | Should -Be 5
        $result.Output | Should -Be 'one', 'two'
        $result.Error | Should -Be 'bad'
        $result.Container.Name | Should -Be 'a07p'
        $result.Container.State | Should -Be 'Exited'
        $result.Duration | Should -BeOfType [TimeSpan]
        $result.Duration.TotalSeconds | Should -BeLessThan 120
    }

    It 'gives the pipeline''s input to the program with -Interactive' {
        'b', 'a', 'c' | Invoke-Container -Interactive busybox sort | Should -Be 'a', 'b', 'c'
    }

    It 'passes much input and output at the same time' {
        $lines = 1..20000 | Invoke-Container -Interactive busybox cat
        $lines.Count | Should -Be 20000
        $lines[-1] | Should -Be '20000'
    }

    It 'gives nobody else''s input without -Interactive' {
        Invoke-Container busybox cat | Should -BeNullOrEmpty
    }

    It 'sets environment, working directory, user, host name and labels' {
        $result = Invoke-Container -Environment @{ GREETING = 'hi there' } -WorkingDirectory /tmp -User nobody -Hostname box -Label owner=me -PassThru busybox sh -c 'echo $GREETING; pwd; id -u; hostname'
        $result.Output | Should -Be 'hi there', '/tmp', '65534', 'box'
        $result.Container.Labels['owner'] | Should -Be 'me'
    }

    It 'reads environment files' {
        $file = Join-Path $TestDrive 'env'
        Set-Content $file "# note`nA=1`nB=two words"
        Invoke-Container -EnvironmentFile $file -Environment 'B=3' busybox sh -c 'echo $A-$B' | Should -Be '1-3'
    }

    It 'replaces the entry point' {
        Invoke-Container -EntryPoint /bin/echo busybox a b | Should -Be 'a b'
    }

    It 'has no network but loopback with -Network none, the host''s with -Network host' {
        Invoke-Container -Network none busybox ls /sys/class/net | Should -Be 'lo'
        # Others may be adding devices just now.
        Wait-Until {
            $theirs = Invoke-Container -Remove -Network host busybox ls /sys/class/net | Sort-Object
            $mine = [IO.Directory]::GetDirectories('/sys/class/net') | Split-Path -Leaf | Sort-Object
            "$theirs" -eq "$mine"
        } 'both see the same devices'
    }

    It 'has a root that cannot be written with -ReadOnly, and a tmpfs that can' {
        $result = Invoke-Container -ReadOnly -Tmpfs /run -PassThru busybox sh -c 'echo x >/x; echo y >/run/y && cat /run/y'
        $result.Output | Should -Be 'y'
        $result.Error | Should -BeLike '*Read-only file system*'
    }

    It 'writes the id to a file with -CidFile' {
        $file = Join-Path $TestDrive 'cid'
        $container = New-Container -CidFile $file busybox true
        [IO.File]::ReadAllText($file).Trim() | Should -Be $container.Id
    }

    It 'sets limits that the kernel enforces' {
        $container = Invoke-Container -Detach -Memory 64MB -PidsLimit 20 -CpuShares 512 -Ulimit nofile=100:200 busybox sleep 1000
        $container.Limits.Memory | Should -Be 64MB
        $container.Limits.PidsLimit | Should -Be 20
        Invoke-ContainerExec $container sh -c 'ulimit -n' | Should -Be '100'
        Remove-Container $container -Force
    }

    It 'kills what needs more memory than it may have' {
        $result = Invoke-Container -Memory 32MB -MemorySwap 32MB -PassThru busybox sh -c 'x=a; while true; do x=$x$x; done'
        $result.ExitCode | Should -Be 137
        $result.Container.OomKilled | Should -BeTrue
    }

    It 'drops and adds capabilities' {
        Invoke-Container busybox sh -c 'grep CapEff /proc/self/status' | Should -Match '00000000a80425fb$'
        Invoke-Container -CapabilityDrop ALL busybox sh -c 'grep CapEff /proc/self/status' | Should -Match '0000000000000000$'
        Invoke-Container -CapabilityDrop ALL -CapabilityAdd net_admin busybox sh -c 'grep CapEff /proc/self/status' | Should -Match '0000000000001000$'
    }
}

Describe 'A08 Ctrl+C' -Tag A08 {
    BeforeAll {
        # What Ctrl+C does to a command, done to one that runs beside this script.
        function Stop-Command([string] $Command, [string] $Container) {
            $shell = [PowerShell]::Create()
            try {
                $null = $shell.AddScript("Import-Module '$(Get-TestModulePath)'; $Command")
                $running = $shell.BeginInvoke()
                $watch = [Diagnostics.Stopwatch]::StartNew()
                while (-not (Get-Container "$Container*" -State Running) -and $watch.Elapsed.TotalSeconds -lt 90) { $null = Get-Container }
                $null = Wait-LogLine $Container ready
                $shell.Stop()
            }
            finally {
                $shell.Dispose()
            }
        }
    }

    It 'sends SIGINT, and lets the program end by itself' {
        Stop-Command "Invoke-Container -Name a08a busybox sh -c 'trap `"echo interrupted; exit 5`" INT; echo ready; while true; do sleep 0.1; done'" a08a
        (Get-Container a08a).ExitCode | Should -Be 5
        (Get-ContainerLog a08a).Text | Should -Contain 'interrupted'
    }

    It 'then stops the container' {
        Stop-Command "Invoke-Container -Name a08b -StopTimeout 1s busybox sh -c 'trap `"`" INT TERM; echo ready; while true; do sleep 0.1; done'" a08b
        (Get-Container a08b).ExitCode | Should -Be 137
    }

    It 'leaves nothing behind with -Remove' {
        Stop-Command "Invoke-Container -Remove -Name a08c busybox sh -c 'trap `"exit 5`" INT; echo ready; while true; do sleep 0.1; done'" a08c
        Wait-Until { -not (Get-Container a08c*) } 'it is removed'
    }

    It 'leaves the container alone when only its log is followed' {
        $null = Invoke-Container -Detach -Name a08d busybox sh -c 'echo ready; sleep 1000'
        Stop-Command 'Get-ContainerLog a08d -Follow' a08d
        (Get-Container a08d).State | Should -Be 'Running'
    }

    It 'ends a program whose output nobody wants any more' {
        Invoke-Container -Name a08e busybox yes | Select-Object -First 2 | Should -Be 'y', 'y'
        (Get-Container a08e).State | Should -Be 'Exited'
    }
}

Describe 'A10 A command in place of the image''s' -Tag A10 {
    It 'prints / and ends with 0' {
        Invoke-Container -Tty -Name zby101 busybox pwd | Should -Be '/'
        $container = Get-Container zby101
        $container.State | Should -Be 'Exited'
        $container.ExitCode | Should -Be 0
        $container.Tty | Should -BeTrue
    }

    It 'takes Docker''s letters' {
        'input' | Invoke-Container -it busybox tty | Where-Object { $_ -like '/dev/*' } | Should -Not -BeNullOrEmpty
    }
}

Describe 'A11 A detached shell with a terminal' -Tag A11 {
    It 'stays' {
        $container = Invoke-Container -Detach -Interactive -Tty -Name zby102 debian /bin/bash
        $container.State | Should -Be 'Running'
        Invoke-ContainerExec zby102 cat /proc/1/comm | Should -Be 'bash'
        (Get-Container zby102).State | Should -Be 'Running'
    }
}

Describe 'A12 A detached shell without a terminal' -Tag A12 {
    It 'ends at once' {
        $container = Invoke-Container -Detach debian
        $ended = Wait-Container $container -Timeout 90s
        $ended.State | Should -Be 'Exited'
        $ended.ExitCode | Should -Be 0
    }
}

Describe 'A13 A detached loop and its log' -Tag A13 {
    BeforeAll {
        $null = Invoke-Container -Detach -Name a13 debian /bin/bash -c 'while true; do echo hello world; echo oops >&2; sleep 0.2; done'
        $null = Wait-LogLine a13 'hello world'
    }

    It 'keeps running and logs' {
        (Get-Container a13).State | Should -Be 'Running'
        (Get-ContainerLog a13)[0].Text | Should -Be 'hello world'
    }

    It 'returns lines with time and stream, printed as their text' {
        $line = Get-ContainerLog a13 | Where-Object Stream -EQ 'Stderr' | Select-Object -First 1
        $line.Text | Should -Be 'oops'
        $line.Time | Should -BeOfType [DateTimeOffset]
        ([DateTimeOffset]::Now - $line.Time).TotalMinutes | Should -BeLessThan 10
        "$line" | Should -Be 'oops'
        (Get-ContainerLog a13 | Select-Object -First 1 | Out-String).Trim() | Should -Be 'hello world'
    }

    It 'prints times with -Timestamp' {
        (Get-ContainerLog a13 -Timestamp | Select-Object -First 1 | Out-String).Trim() | Should -Match '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\S* hello world$'
    }

    It 'follows' {
        $lines = Get-ContainerLog a13 -Follow -Tail 0 | Select-Object -First 4
        $lines.Count | Should -Be 4
        (Get-Container a13).State | Should -Be 'Running'
    }

    It 'returns the last lines, those since and those until a time' {
        @(Get-ContainerLog a13 -Tail 2).Count | Should -Be 2
        $all = @(Get-ContainerLog a13)
        $middle = $all[[int]($all.Count / 2)].Time
        foreach ($line in Get-ContainerLog a13 -Since $middle) { $line.Time | Should -BeGreaterOrEqual $middle }
        foreach ($line in Get-ContainerLog a13 -Until $middle) { $line.Time | Should -BeLessThan $middle }
        @(Get-ContainerLog a13 -Since 1h).Count | Should -BeGreaterOrEqual $all.Count
    }

    It 'ends the follower when the container ends' {
        $null = Invoke-Container -Detach -Name a13b busybox sh -c 'echo one; sleep 1; echo two'
        (Get-ContainerLog a13b -Follow).Text | Should -Be 'one', 'two'
    }
}

Describe 'A14 Several processes from one script' -Tag A14 {
    It 'lives as long as PID 1, and takes the others with it' {
        # A number that no other process of the machine has.
        $null = Invoke-Container -Detach -Name a14 busybox sh -c "sleep 1$PID & sleep 2$PID & cat /dev/null; sleep 3$PID"
        Wait-Until { @((Invoke-ContainerExec a14 ps -o args) -match "^sleep [123]$PID$").Count -eq 3 } 'all three sleep'
        Stop-Container a14 -Force
        (Get-Container a14).State | Should -Be 'Exited'
        [IO.Directory]::GetDirectories('/proc') | Where-Object { (Split-Path $_ -Leaf) -match '^\d+$' } | ForEach-Object {
            try { [IO.File]::ReadAllText("$_/cmdline").Replace([char] 0, ' ') } catch [IO.IOException], [UnauthorizedAccessException] { '' }
        } | Where-Object { $_ -match "^sleep [123]$PID $" } | Should -BeNullOrEmpty
    }
}

Describe 'A16 Invoke-ContainerExec' -Tag A16 {
    BeforeAll {
        $web = Invoke-Container -Detach -Name web4 -Environment FROM=container -WorkingDirectory /tmp debian sleep 1000
    }

    It 'finds the container by name, id, id prefix and object' {
        foreach ($name in 'web4', $web.Id, $web.ShortId, $web) {
            Invoke-ContainerExec $name echo here | Should -Be 'here'
        }
        Get-Container web4 | Invoke-ContainerExec echo piped | Should -Be 'piped'
    }

    It 'works with a terminal' {
        Invoke-ContainerExec web4 -Tty /usr/bin/tty | Should -BeLike '/dev/pts/*'
        # bash writes control sequences before the line.
        'echo $((40+2)); exit' | Invoke-ContainerExec web4 -Interactive -Tty /bin/bash | Where-Object { $_ -match '42$' } | Should -Not -BeNullOrEmpty
    }

    It 'gives the pipeline''s input to the program' {
        'b', 'a' | Invoke-ContainerExec -Interactive web4 sort -r | Should -Be 'b', 'a'
    }

    It 'has the container''s environment and directory, and its own on top' {
        Invoke-ContainerExec web4 bash -c 'echo $FROM; pwd' | Should -Be 'container', '/tmp'
        Invoke-ContainerExec -Environment FROM=exec -WorkingDirectory / -User nobody web4 bash -c 'echo $FROM; pwd; id -un' | Should -Be 'exec', '/', 'nobody'
    }

    It 'sets $LASTEXITCODE' {
        Invoke-ContainerExec web4 sh -c 'exit 9'
        $LASTEXITCODE | Should -Be 9
    }

    It 'names a program that is not there, with exit code 127' {
        $record = Get-CommandError { Invoke-ContainerExec web4 nosuchprogram }
        $record.Exception.Message | Should -BeLike "*'nosuchprogram'*"
        $record.FullyQualifiedErrorId | Should -BeLike 'ProgramNotFound,*'
        $LASTEXITCODE | Should -Be 127
    }

    It 'leaves a program to itself with -Detach, which goes on without the shell' {
        $shell = Invoke-Shell "Invoke-ContainerExec web4 -Detach sh -c 'cat; echo begun > /tmp/detached; exec sleep 2$PID'; `$LASTEXITCODE" $store
        $shell.Error | Should -BeNullOrEmpty
        $shell.Output | Should -Be '0'
        Wait-Until { Get-ContainerProcess web4 | Where-Object Command -EQ "sleep 2$PID" } 'it runs'
        Invoke-ContainerExec web4 cat /tmp/detached | Should -Be 'begun'
        Invoke-ContainerExec -d -u nobody web4 sleep "3$PID" | Should -BeNullOrEmpty
        Wait-Until { (Get-ContainerProcess web4 | Where-Object Command -EQ "sleep 3$PID").User -eq 'nobody' } 'another runs'
        (Get-CommandError { Invoke-ContainerExec web4 -Detach nosuchprogram }).FullyQualifiedErrorId | Should -BeLike 'ProgramNotFound,*'
        $LASTEXITCODE | Should -Be 127
        foreach ($other in @{ Interactive = $true }, @{ Tty = $true }, @{ PassThru = $true }, @{ OutFile = "$store/never" }) {
            (Get-CommandError { Invoke-ContainerExec -Detach @other web4 true }).Exception.Message | Should -BeLike 'Detach:*'
        }
        Test-Path "$store/never" | Should -BeFalse
        Invoke-ContainerExec -WhatIf -Detach web4 touch /tmp/whatif
        Invoke-ContainerExec web4 test -e /tmp/whatif
        $LASTEXITCODE | Should -Be 1
    }

    It 'returns a result with -PassThru' {
        $result = Invoke-ContainerExec -PassThru web4 sh -c 'echo out; echo err >&2; exit 4'
        $result.ExitCode | Should -Be 4
        $result.Output | Should -Be 'out'
        $result.Error | Should -Be 'err'
        $result.Container.Name | Should -Be 'web4'
    }
}

Describe 'A17 What a container sees of the machine' -Tag A17 {
    BeforeAll {
        $null = Invoke-Container -Detach -Name a17 debian sleep 1000
    }

    It 'has the host''s kernel and processors' {
        Invoke-ContainerExec a17 uname -r | Should -Be (uname -r)
        Invoke-ContainerExec a17 nproc | Should -Be ([Environment]::ProcessorCount)
    }

    It 'has the image''s own distribution' {
        (Invoke-ContainerExec a17 cat /etc/issue) -join '' | Should -BeLike 'Debian GNU/Linux*'
    }
}

Describe 'A19 Stop-Container and Remove-Container' -Tag A19 {
    It 'stops with SIGTERM' {
        $null = Invoke-Container -Detach -Name a19term busybox sh -c 'trap "echo got TERM; exit 0" TERM; echo ready; while true; do sleep 0.1; done'
        $null = Wait-LogLine a19term ready
        Stop-Container a19term
        $container = Get-Container a19term
        $container.State | Should -Be 'Exited'
        $container.ExitCode | Should -Be 0
        (Get-ContainerLog a19term).Text | Should -Contain 'got TERM'
    }

    It 'stops with the signal that is asked for' {
        $null = Invoke-Container -Detach -Name a19usr -StopSignal SIGUSR1 busybox sh -c 'trap "exit 11" USR1; echo ready; while true; do sleep 0.1; done'
        $null = Wait-LogLine a19usr ready
        (Stop-Container a19usr -PassThru).ExitCode | Should -Be 11
    }

    It 'kills what does not end in time' {
        $null = Invoke-Container -Detach -Name a19deaf busybox sh -c 'trap "" TERM; echo ready; while true; do sleep 0.1; done'
        $null = Wait-LogLine a19deaf ready
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Stop-Container a19deaf -Timeout 1s
        $watch.Elapsed.TotalSeconds | Should -BeGreaterThan 0.9
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
        (Get-Container a19deaf).ExitCode | Should -Be 137
    }

    It 'kills at once with -Force, and as Kill-Container' {
        foreach ($name in 'a19force', 'a19kill') { $null = Invoke-Container -Detach -Name $name busybox sleep 1000 }
        (Stop-Container a19force -Force -PassThru).ExitCode | Should -Be 137
        (Kill-Container a19kill -PassThru).ExitCode | Should -Be 137
    }

    It 'sends a signal and no more as Kill-Container -Signal' {
        $null = Invoke-Container -Detach -Name a19hup busybox sh -c 'trap "echo got HUP" HUP; echo ready; while true; do sleep 0.1; done'
        $null = Wait-LogLine a19hup ready
        Kill-Container a19hup -Signal HUP
        $null = Wait-LogLine a19hup 'got HUP'
        (Get-Container a19hup).State | Should -Be 'Running'
    }

    It 'does not remove what runs, and says what to do' {
        $null = Invoke-Container -Detach -Name a19run busybox sleep 1000
        $record = Get-CommandError { Remove-Container a19run }
        $record.Exception.Message | Should -BeLike "*a19run*"
        $record.Exception.Message | Should -BeLike "*-Force*"
        (Get-Container a19run).State | Should -Be 'Running'
        Remove-Container a19run -Force
        Get-Container a19ru* | Should -BeNullOrEmpty
    }

    It 'does nothing with -WhatIf' {
        $null = Invoke-Container -Detach -Name a19wi busybox sleep 1000
        Stop-Container a19wi -WhatIf
        Remove-Container a19wi -Force -WhatIf
        (Get-Container a19wi).State | Should -Be 'Running'
    }

    It 'removes by wildcard, and goes on after an error' {
        Remove-Container nothere, a19wi -Force -ErrorAction SilentlyContinue -ErrorVariable problems
        @($problems).Count | Should -Be 1
        Get-Container a19w* | Should -BeNullOrEmpty
        Remove-Container a19* -Force
        Get-Container a19* | Should -BeNullOrEmpty
    }
}

Describe 'A20 -Remove' -Tag A20 {
    It 'leaves nothing of a container that ran in the foreground' {
        Invoke-Container -Remove -Name a20a busybox echo gone | Should -Be 'gone'
        Get-Container a20* | Should -BeNullOrEmpty
    }

    It 'removes a container that ends after its shell has gone' {
        $shell = Invoke-Shell "(Invoke-Container -Detach -Remove -Name a20b busybox sh -c 'trap `"exit 0`" TERM; while true; do sleep 0.1; done').Id" $store
        $shell.ExitCode | Should -Be 0 -Because $shell.Error
        (Get-Container a20b).State | Should -Be 'Running'
        Stop-Container a20b
        Wait-Until { -not (Get-Container a20b*) } 'it is removed'
        Test-Path "$env:CONTAINERPS_ROOT/containers/$($shell.Output)" | Should -BeFalse
    }
}

Describe 'A21 Removing all that have ended' -Tag A21 {
    It 'pipes objects' {
        foreach ($number in 1..3) { Invoke-Container -Name "a21-$number" busybox true }
        Get-Container a21* -State Exited | Remove-Container
        Get-Container a21* | Should -BeNullOrEmpty
    }
}

Describe 'A22 Everything about a container' -Tag A22 {
    BeforeAll {
        $null = Invoke-Container -Detach -Name a22 -Memory 200MB -Label a=b busybox sleep 1000
    }

    It 'is in Format-List' {
        $text = Get-Container a22 | Format-List * | Out-String -Width 300
        foreach ($name in 'Id', 'Mounts', 'Networks', 'Limits', 'UpperPath', 'LowerPath', 'LogPath', 'Pid') { $text | Should -Match "(?m)^$name +:" }
        $text | Should -Match 'a22'
    }

    It 'is in JSON' {
        $object = Get-Container a22 | ConvertTo-Json -Depth 8 | ConvertFrom-Json
        $object.Name | Should -Be 'a22'
        $object.Limits.Memory | Should -Be 200MB
        $object.Labels.a | Should -Be 'b'
        Test-Path $object.UpperPath | Should -BeTrue
        foreach ($path in $object.LowerPath) { Test-Path $path | Should -BeTrue }
    }
}

Describe 'Wait-Container' -Tag A28 {
    It 'returns the container when it has ended' {
        $null = Invoke-Container -Detach -Name wait1 busybox sh -c 'sleep 0.3; exit 6'
        (Wait-Container wait1).ExitCode | Should -Be 6
    }

    It 'gives up in time' {
        $null = Invoke-Container -Detach -Name wait2 busybox sleep 1000
        $record = Get-CommandError { Wait-Container wait2 -Timeout 0.3 }
        $record.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*'
        $record.CategoryInfo.Category | Should -Be 'OperationTimeout'
    }
}

Describe 'Get-ContainerEngine' -Tag A28 {
    It 'tells about the machine and the store' {
        $engine = Get-ContainerEngine
        $engine.KernelVersion | Should -Be (uname -r)
        $engine.RootPath | Should -Be $env:CONTAINERPS_ROOT
        $engine.Images | Should -Be @(Get-Image).Count
        $engine.Containers | Should -Be @(Get-Container).Count
        $engine.CgroupVersion | Should -BeIn 'v1', 'v2', 'hybrid'
    }
}
