# A new user's mistakes: each gets one clear sentence that names the value and says what to do, and leaves nothing behind.
BeforeDiscovery {
    $settings = @(
        @{ Line = '-Memory 5x'; Value = '5x'; Parameter = 'Memory' }
        @{ Line = '-Memory 1MB'; Value = ''; Parameter = 'Memory' }
        @{ Line = '-MemorySwappiness 101'; Value = '101'; Parameter = 'MemorySwappiness' }
        @{ Line = '-Cpus 0'; Value = '0'; Parameter = 'Cpus' }
        @{ Line = '-CpuSet 0-x'; Value = '0-x'; Parameter = 'CpuSet' }
        @{ Line = '-StopTimeout soon'; Value = 'soon'; Parameter = 'StopTimeout' }
        @{ Line = '-StopSignal NOPE'; Value = 'NOPE'; Parameter = 'StopSignal' }
        @{ Line = '-Ulimit nofiles=1'; Value = 'nofiles'; Parameter = 'Ulimit' }
        @{ Line = '-Environment =x'; Value = '=x'; Parameter = 'Environment' }
        @{ Line = '-EnvironmentFile /not/there'; Value = '/not/there'; Parameter = 'EnvironmentFile' }
        @{ Line = '-CapabilityAdd FLYING'; Value = 'FLYING'; Parameter = 'CapabilityAdd' }
        @{ Line = '-Network container:'; Value = 'container:'; Parameter = 'Network' }
        @{ Line = '-Publish 80:http'; Value = '80:http'; Parameter = 'Publish' }
        @{ Line = '-Dns resolver'; Value = 'resolver'; Parameter = 'Dns' }
        @{ Line = '-User 1:2:3'; Value = '1:2:3'; Parameter = '' }
        @{ Line = '-OomScoreAdj 1001'; Value = '1001'; Parameter = 'OomScoreAdj' }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox

    # One error, with an id, one or two short sentences, and no trace of what is inside.
    function Assert-ClearError($Record, [string] $Id, [string] $Value) {
        $Record | Should -Not -BeNullOrEmpty
        $Record.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $Record.Exception.Message | Should -BeLike "*$Value*"
        $Record.Exception.Message.Length | Should -BeLessThan 400
        $Record.Exception.Message | Should -Not -Match 'Exception|errno|   at '
    }
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'Mistakes' {
    It 'no such image' {
        Assert-ClearError (Get-CommandError { Invoke-Container -Pull Never nosuchimage true }) ImageNotFound "'nosuchimage'"
        Assert-ClearError (Get-CommandError { Get-Image nosuchimage }) ImageNotFound "'nosuchimage'"
        Get-Container | Should -BeNullOrEmpty
    }

    It 'no name of an image' {
        foreach ($command in 'Invoke-Container', 'New-Container') {
            Assert-ClearError (Get-CommandError { & $command BusyBox true }) InvalidImageReference 'capital letters'
            Assert-ClearError (Get-CommandError { & $command "sha256:$('0' * 64)" true }) ImageNotFound "'sha256:000"
        }
        Get-Container | Should -BeNullOrEmpty
    }

    It 'an image for another platform' {
        $name = '127.0.0.1:1/it/box:1'
        $null = Add-ImageTag busybox $name
        $message = (Get-CommandError { Invoke-Container -Platform linux/s390x $name true 6>$null }).Exception.Message
        $message | Should -BeLike "*'$name' in the store is for $((Get-Image busybox).Platform), not for linux/s390x*"
        $message | Should -Not -BeLike '*no image*'
        Remove-Image $name
    }

    It 'no time' {
        $null = Invoke-Container -Name timed busybox true
        foreach ($command in 'Get-ContainerLog', 'Get-ContainerEvent') {
            $record = Get-CommandError { & $command timed -Since yesterday }
            $record.FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
            $record.Exception.Message | Should -BeLike "Since: 'yesterday' is no time.*2026-01-31T12:00*30s*"
        }

        # A number with an s behind it is a short one to PowerShell.
        Get-CommandError { Get-ContainerLog timed -Since 30s } | Should -BeNullOrEmpty
        (Get-ContainerEvent timed -Since 30s).Action | Should -Contain 'die'
        Get-ContainerEvent timed -Until 3600s | Should -BeNullOrEmpty
        Remove-Container timed
    }

    It 'no image named' {
        Assert-ClearError (Get-CommandError { Invoke-Container }) InvalidSetting 'Which image'
    }

    It 'no such container' {
        foreach ($command in 'Start-Container', 'Stop-Container', 'Remove-Container', 'Wait-Container', 'Get-Container', 'Get-ContainerLog') {
            Assert-ClearError (Get-CommandError { & $command nobody }) ContainerNotFound "'nobody'"
        }
        Assert-ClearError (Get-CommandError { Invoke-ContainerExec nobody true }) ContainerNotFound "'nobody'"
    }

    It 'wrong characters in a name' {
        Assert-ClearError (Get-CommandError { New-Container -Name 'my web!' busybox }) InvalidSetting "'my web!'"
    }

    It 'a name in use' {
        $null = New-Container -Name taken busybox
        $record = Get-CommandError { New-Container -Name taken busybox }
        Assert-ClearError $record NameInUse "'taken'"
        $record.CategoryInfo.Category | Should -Be 'ResourceExists'
        @(Get-Container taken).Count | Should -Be 1
    }

    It 'no such program' {
        $record = Get-CommandError { Invoke-Container -Remove busybox nosuchprogram }
        Assert-ClearError $record ProgramNotFound "'nosuchprogram'"
        $LASTEXITCODE | Should -Be 127
        Get-Container | Where-Object Command -Contains nosuchprogram | Should -BeNullOrEmpty
    }

    It 'a program that cannot be executed' {
        Assert-ClearError (Get-CommandError { Invoke-Container -Remove busybox /etc/passwd }) ProgramNotExecutable "'/etc/passwd'"
        $LASTEXITCODE | Should -Be 126
    }

    It 'the start of what is paused or runs in another''s hands, an exec in what does not run' {
        $null = Invoke-Container -Detach -Name runs busybox sleep 1000
        Assert-ClearError (Get-CommandError { Start-Container runs -Attach }) InvalidContainerState 'Connect-Container'
        Suspend-Container runs
        Assert-ClearError (Get-CommandError { Start-Container runs }) InvalidContainerState 'Resume-Container'
        Stop-Container runs -Force
        Assert-ClearError (Get-CommandError { Invoke-ContainerExec runs true }) InvalidContainerState 'runs'
    }

    It 'an exec in a directory that is none' {
        $null = Invoke-Container -Detach -Name somewhere -Tmpfs /t busybox sleep 1000
        foreach ($directory in '/nosuch', '/etc/passwd') {
            Assert-ClearError (Get-CommandError { Invoke-ContainerExec -WorkingDirectory $directory somewhere pwd }) InvalidSetting "-WorkingDirectory '$directory'"
        }
        Invoke-ContainerExec somewhere mkdir /t/made
        Invoke-ContainerExec -WorkingDirectory /t/made somewhere pwd | Should -Be '/t/made'
        Remove-Container somewhere -Force
    }

    It 'an exec without a program' {
        Assert-ClearError (Get-CommandError { Invoke-ContainerExec runs }) InvalidSetting 'Which program'
    }

    It 'New-Container <Line>' -ForEach $settings {
        $record = Get-CommandError { & ([scriptblock]::Create("New-Container $Line -Name refused busybox")) }
        Assert-ClearError $record InvalidSetting $Value
        $record.Exception.Message | Should -BeLike "*$Parameter*"
        Get-Container refuse* | Should -BeNullOrEmpty
    }

    It 'no such network' {
        Assert-ClearError (Get-CommandError { New-Container -Network nowhere -Name refused busybox }) NetworkNotFound "'nowhere'"
        Get-Container refuse* | Should -BeNullOrEmpty
        Assert-ClearError (Get-CommandError { Remove-ContainerNetwork nowhere }) NetworkNotFound "'nowhere'"
        Remove-ContainerNetwork nowhere -Force
    }

    It 'an unknown parameter before the program' {
        Assert-ClearError (Get-CommandError { New-Container -Foo busybox ls }) InvalidSetting "'-Foo'"
    }

    It 'input for a program that does not ask for it' {
        Assert-ClearError (Get-CommandError { 'x' | Invoke-Container busybox cat }) InvalidSetting '-Interactive'
    }

    It 'an archive that is not there' {
        Assert-ClearError (Get-CommandError { Import-Image /not/there.tar }) FileNotFound "'/not/there.tar'"
    }

    It 'a file that is no archive' {
        $file = Join-Path $TestDrive 'text.tar'
        Set-Content $file 'this is not an archive'
        Assert-ClearError (Get-CommandError { Import-Image $file -Name text }) InvalidContent 'text.tar'
    }

    It 'a wrong name for an image' {
        Assert-ClearError (Get-CommandError { Import-Image (Get-BusyboxTar) -Name 'Upper/Case' }) '*' 'Upper/Case'
    }

    It 'no root' {
        $file = Join-Path $store 'noroot.ps1'
        Set-Content $file "Import-Module '$(Get-TestModulePath)'; try { Get-Container } catch { `$_.FullyQualifiedErrorId; `$_.Exception.Message }"
        Invoke-Native chmod -Arguments 'a+rx', $store
        $output = & setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/tmp XDG_CACHE_HOME=/tmp ([Environment]::ProcessPath) -NoProfile -File $file 2>&1
        if ($output -match 'Permission denied|not find|denied') {
            Set-ItResult -Skipped -Because 'another user cannot read this shell or the module here'
            return
        }
        $output[0] | Should -BeLike 'RootRequired,*'
        $output[1] | Should -BeLike '*sudo*'
    }
}
