# What goes wrong by no fault of the user: killed shells and monitors, races, full disks, damaged and hostile archives.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox

    # The id of the process that watches a container: the one whose command line names it.
    function Get-MonitorId([string] $Id) {
        $line = Get-StoreProcess $store | Where-Object { $_.Contains($Id) } | Select-Object -First 1
        if (-not $line) { throw "No monitor of $Id runs." }
        [int]($line -split ' ')[0]
    }

    # Names below a folder, hidden ones too.
    function Get-Tree([string] $Folder) {
        if (Test-Path $Folder) { & find $Folder -mindepth 1 | Sort-Object }
    }
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'A killed shell' {
    It 'leaves its container running, for other shells to see, log, exec and stop' {
        $shell = Start-Shell "(Invoke-Container -Detach -Name orphan busybox sh -c 'trap `"exit 0`" TERM; while true; do echo tick; sleep 0.1; done').Id; [Console]::In.ReadLine()" $store
        $id = $shell.StandardOutput.ReadLine()
        $id | Should -Match '^[0-9a-f]{64}$'
        $shell.Kill()
        $shell.WaitForExit()
        $shell.Dispose()

        (Get-Container orphan).State | Should -Be 'Running'
        (Get-ContainerLog orphan -Follow -Tail 0 | Select-Object -First 2).Text | Should -Be 'tick', 'tick'
        Invoke-ContainerExec orphan echo hello | Should -Be 'hello'
        $other = Invoke-Shell "(Get-Container orphan).State; Stop-Container orphan; (Get-Container orphan).State" $store
        $other.Output -split '\r?\n' | Should -Be 'Running', 'Exited'
        Remove-Container orphan
    }

    It 'leaves a container in the foreground running too' {
        $shell = Start-Shell "Invoke-Container -Name front busybox sh -c 'echo started; sleep 1000'" $store
        $shell.StandardOutput.ReadLine() | Should -Be 'started'
        $shell.Kill()
        $shell.WaitForExit()
        $shell.Dispose()
        (Get-Container front).State | Should -Be 'Running'
        Remove-Container front -Force
        Get-TestLeak $store | Where-Object { $_ -match 'front' } | Should -BeNullOrEmpty
    }
}

Describe 'A killed monitor' {
    It 'is reported truthfully, and its container can be removed' {
        $container = Invoke-Container -Detach -Name lonely busybox sleep 1000
        Invoke-Native kill -Arguments '-9', "$(Get-MonitorId $container.Id)"
        $init = [Diagnostics.Process]::GetProcessById($container.Pid)
        $seen = Get-Container lonely
        if ($seen.State -eq 'Running') {
            $init.HasExited | Should -BeFalse
        }
        else {
            $null = $init.WaitForExit(60000)
            $seen.State | Should -Be 'Exited'
        }
        Remove-Container lonely -Force
        Get-Container lonel* | Should -BeNullOrEmpty
        Get-TestLeak $store | Where-Object { $_.Contains($container.Id) } | Should -BeNullOrEmpty
    }
}

Describe 'Shells at the same time' {
    It 'give a name to exactly one of two' {
        foreach ($round in 1..3) {
            $script = "[Console]::Out.WriteLine('ready'); `$null = [Console]::In.ReadLine(); try { (New-Container -Name race$round busybox).Name } catch { `$_.FullyQualifiedErrorId }"
            $shells = 1..2 | ForEach-Object { Start-Shell $script $store }
            foreach ($shell in $shells) { $shell.StandardOutput.ReadLine() | Should -Be 'ready' }
            foreach ($shell in $shells) { $shell.StandardInput.WriteLine('go') }
            $results = $shells | ForEach-Object { (Wait-Shell $_).Output }
            @($results | Where-Object { $_ -eq "race$round" }).Count | Should -Be 1 -Because ($results -join '; ')
            @($results | Where-Object { $_ -like 'NameInUse,*' }).Count | Should -Be 1 -Because ($results -join '; ')
            @(Get-Container "race$round").Count | Should -Be 1
        }
    }

    It 'start twenty containers from four' {
        $shells = 1..4 | ForEach-Object { Start-Shell "1..5 | ForEach-Object { Invoke-Container -Detach -Name swarm$_-`$_ busybox sleep 1000 } | ForEach-Object Name" $store }
        foreach ($shell in $shells) {
            $result = Wait-Shell $shell
            $result.ExitCode | Should -Be 0 -Because $result.Error
        }
        $all = Get-Container swarm*
        $all.Count | Should -Be 20
        @($all | Where-Object State -NE 'Running').Count | Should -Be 0
        @($all.Pid | Select-Object -Unique).Count | Should -Be 20
        $all | Remove-Container -Force
        Get-Container swarm* | Should -BeNullOrEmpty
    }
}

Describe 'A full disk' {
    It 'while importing gives one clear error and leaves no image' {
        $small = Join-Path $store 'small'
        $null = New-Item -ItemType Directory -Path $small
        Invoke-Native mount -Arguments '-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', $small
        $root = $env:CONTAINERPS_ROOT
        try {
            $env:CONTAINERPS_ROOT = "$small/root"
            $record = Get-CommandError { Import-Image (Get-DebianTar) -Name debian }
            $record.FullyQualifiedErrorId | Should -BeLike 'NoSpace,*'
            $record.CategoryInfo.Category | Should -Be 'ResourceUnavailable'
            Get-Image | Should -BeNullOrEmpty
            (Import-TestImage busybox).Repository | Should -Be 'busybox' -Because 'what was begun must not keep the disk full'
        }
        finally {
            $env:CONTAINERPS_ROOT = $root
            Invoke-Native umount -Arguments --lazy, $small
        }
    }
}

Describe 'Damaged and hostile archives' {
    BeforeAll {
        $canary = Join-Path $store 'canary'
        $null = New-Item -ItemType Directory -Path $canary
        Set-Content "$canary/file" 'safe'

        function Assert-Refused([string] $Path) {
            $before = (Get-Tree "$env:CONTAINERPS_ROOT/layers") -join ' '
            $record = Get-CommandError { Import-Image $Path -Name bad }
            $record | Should -Not -BeNullOrEmpty
            $record.CategoryInfo.Category | Should -BeIn 'InvalidData', 'ResourceUnavailable' -Because $record.Exception.Message
            $record.Exception.Message.Length | Should -BeLessThan 600
            Get-Image bad* | Should -BeNullOrEmpty
            (Get-Tree "$env:CONTAINERPS_ROOT/layers") -join ' ' | Should -Be $before
        }

        function Assert-Untouched {
            Get-Tree $canary | Should -Be "$canary/file"
            [IO.File]::ReadAllText("$canary/file").Trim() | Should -Be 'safe'
        }
    }

    It 'a truncated tar' {
        $file = Join-Path $TestDrive 'short.tar'
        Invoke-Native sh -Arguments '-c', "head -c 300000 '$(Get-BusyboxTar)' >'$file'"
        Assert-Refused $file
    }

    It 'a truncated gzip' {
        $file = Join-Path $TestDrive 'short.tar.gz'
        Invoke-Native sh -Arguments '-c', "gzip -1 -c '$(Get-BusyboxTar)' | head -c 200000 >'$file'"
        Assert-Refused $file
    }

    It 'a corrupt gzip' {
        $file = Join-Path $TestDrive 'corrupt.tar.gz'
        Invoke-Native sh -Arguments '-c', "gzip -1 -c '$(Get-BusyboxTar)' >'$file'; printf 'XXXXXXXX' | dd of='$file' bs=1 seek=100000 conv=notrunc 2>/dev/null"
        Assert-Refused $file
    }

    It 'a tar with a damaged header' {
        $file = Join-Path $TestDrive 'header.tar'
        Invoke-Native sh -Arguments '-c', "cp '$(Get-BusyboxTar)' '$file'; printf 'XXXX' | dd of='$file' bs=1 seek=612 conv=notrunc 2>/dev/null"
        Assert-Refused $file
    }

    It 'names that lead out of it' {
        $file = Join-Path $TestDrive 'dots.tar'
        New-HostileTar $file "add('../../../../../../../..$canary/dots')"
        $null = Get-CommandError { Import-Image $file -Name odd-dots }
        Assert-Untouched
    }

    It 'absolute names' {
        $file = Join-Path $TestDrive 'absolute.tar'
        New-HostileTar $file "add('$canary/absolute')"
        $null = Get-CommandError { Import-Image $file -Name odd-absolute }
        Assert-Untouched
    }

    It 'symbolic links that lead out of it' {
        $file = Join-Path $TestDrive 'symlink.tar'
        New-HostileTar $file "add('way', tarfile.SYMTYPE, '$canary'); add('way/through'); add('up', tarfile.SYMTYPE, '../../../../../../../..$canary'); add('up/through')"
        $null = Get-CommandError { Import-Image $file -Name odd-symlink }
        Assert-Untouched
    }

    It 'hard links to what is outside' {
        $file = Join-Path $TestDrive 'hardlink.tar'
        New-HostileTar $file "add('way', tarfile.SYMTYPE, '$canary'); add('link', tarfile.LNKTYPE, 'way/file'); add('link', tarfile.REGTYPE, data=b'gone'); add('link2', tarfile.LNKTYPE, '../../../../../../../..$canary/file')"
        $null = Get-CommandError { Import-Image $file -Name odd-hardlink }
        Assert-Untouched
    }

    It 'ten gigabytes of zeros in ten kilobytes' {
        $file = Join-Path $TestDrive 'bomb.tar.bz2'
        $python = "import bz2, sys, tarfile`ni = tarfile.TarInfo('zeros'); i.size = 10 << 30`nzeros = bz2.compress(bytes(64 << 20))`nopen(sys.argv[1], 'wb').write(bz2.compress(i.tobuf()) + zeros * 160 + bz2.compress(bytes(1024)))"
        Invoke-Native python3 -Arguments '-c', $python, $file
        (Get-Item $file).Length | Should -BeLessThan 20000
        # It is refused for what the first gigabyte is: nobody waits for the other nine.
        (Get-CommandError { Import-Image $file -Name bad }).Exception.Message | Should -Match 'expand to more than 1\d{9}:'
        Assert-Refused $file
    }

    It 'a docker-archive whose parts are outside' {
        $folder = Join-Path $TestDrive 'outside'
        $null = New-Item -ItemType Directory -Path $folder
        Set-Content "$folder/manifest.json" (ConvertTo-Json -Depth 5 -Compress -InputObject @(@{ Config = "../../../../../..$canary/file"; RepoTags = @('bad:1'); Layers = @("../../../../../..$canary/file") })) -NoNewline
        $file = Join-Path $TestDrive 'outside.tar'
        Invoke-Native tar -Arguments '-C', $folder, '-cf', $file, 'manifest.json'
        Assert-Refused $file
        Assert-Untouched
    }

    It 'does not keep what a refused archive has brought' {
        $left = @(Get-ChildItem "$env:CONTAINERPS_ROOT/images/blobs/sha256")
        $used = (Get-Image).Count
        $left.Count | Should -BeLessOrEqual (4 * $used + 4)
    }
}
