# Walkthrough: pulling, pushing and all that concerns registries. A row's id is its tag. The registry is Debian's docker-registry, on this machine.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Assert-Program docker-registry, htpasswd
    $store = New-TestStore
    $old = @{ Auth = $env:CONTAINERPS_AUTH; Docker = $env:DOCKER_CONFIG }
    $env:CONTAINERPS_AUTH = Join-Path $store 'auth.json'
    $env:DOCKER_CONFIG = $store
    $null = Import-TestImage busybox
    $registries = [Collections.Generic.List[object]]::new()

    # Starts a registry on a free port of an address, and waits until it listens; returns host:port.
    function Start-Registry([string] $Address = '127.0.0.1', [string] $Authentication = '') {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Parse($Address), 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()
        $folder = Join-Path $store "registry-$port"
        $null = New-Item -ItemType Directory -Path $folder
        Set-Content "$folder/config.yml" "version: 0.1`nlog:`n  level: error`nstorage:`n  filesystem:`n    rootdirectory: $folder/data`nhttp:`n  addr: ${Address}:$port`n$Authentication"
        $info = [Diagnostics.ProcessStartInfo]::new('docker-registry')
        $info.ArgumentList.Add('serve')
        $info.ArgumentList.Add("$folder/config.yml")
        $info.RedirectStandardError = $info.RedirectStandardOutput = $true
        $registries.Add([Diagnostics.Process]::Start($info))
        $watch = [Diagnostics.Stopwatch]::StartNew()
        while ($watch.Elapsed.TotalSeconds -lt 90) {
            # Somebody else has taken the port meanwhile.
            if ($registries[-1].HasExited) { return Start-Registry $Address $Authentication }
            $client = [Net.Sockets.TcpClient]::new()
            try {
                $client.Connect($Address, $port)
                return "${Address}:$port"
            }
            catch {
                [Threading.Thread]::Sleep(50)
            }
            finally {
                $client.Dispose()
            }
        }
        throw 'docker-registry does not listen'
    }

    # An image of the store under another name, as a registry's push needs it.
    function Add-Name([string] $Name) { $null = Import-Image (Get-BusyboxTar) -Name $Name -Command sh }

    if (Get-Command docker-registry -CommandType Application -ErrorAction SilentlyContinue) {
        $registry = Start-Registry
    }
}

AfterAll {
    foreach ($process in $registries) {
        $process.Kill()
        $process.WaitForExit()
        $process.Dispose()
    }
    Remove-TestStore $store | Should -BeNullOrEmpty
    $env:CONTAINERPS_AUTH = $old.Auth
    $env:DOCKER_CONFIG = $old.Docker
}

Describe 'A01, A02 Receive-Image' -Tag A01, A02 {
    BeforeAll {
        Add-Name "$registry/it/box"
        $pushed = Send-Image "$registry/it/box"
        Remove-Image "$registry/it/box"
    }

    It 'pulls; without a tag, latest is meant' {
        $image = Receive-Image "$registry/it/box"
        $image.Repository | Should -Be "$registry/it/box"
        $image.Tag | Should -Be 'latest'
        $image.Digest | Should -Be $pushed.Digest
        (Get-Image "$registry/it/box").ImageId | Should -Be $image.ImageId
        Invoke-Container "$registry/it/box" echo works | Should -Be 'works'
    }

    It 'takes names from the pipeline, and has the alias Pull-Image' {
        ("$registry/it/box:latest" | Pull-Image).Digest | Should -Be $pushed.Digest
    }

    It 'pulls by digest' -Tag B02 {
        (Receive-Image "$registry/it/box@$($pushed.Digest)").Digest | Should -Be $pushed.Digest
    }

    It 'names each request with -Verbose, and secrets never' {
        $messages = Receive-Image "$registry/it/box" -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
        "$messages" | Should -BeLike '*GET http://*/v2/it/box/manifests/latest*'
    }

    It 'shows progress: one record for the image and one for each layer' {
        Get-Image "$registry/it/box" | Remove-Image -Force
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$(Get-TestModulePath)'; Receive-Image '$registry/it/box'").Invoke()
        $records = @($shell.Streams.Progress)
        $shell.Dispose()
        $whole = @($records | Where-Object Activity -EQ "Pulling $registry/it/box`:latest")
        $whole.Count | Should -BeGreaterThan 0
        $whole[0].StatusDescription | Should -BeLike '* of 1 layers*'
        $layer = @($records | Where-Object ParentActivityId -EQ $whole[0].ActivityId)
        $layer[0].StatusDescription | Should -Be 'Waiting'
        $layer[-1].RecordType | Should -Be 'Completed'
        Get-Image "$registry/it/box" | Should -Not -BeNullOrEmpty
    }

    It 'says what a registry does not have' {
        $record = Get-CommandError { Receive-Image "$registry/it/nothing:7" }
        $record.FullyQualifiedErrorId | Should -BeLike 'RegistryImageNotFound,*'
        $record.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $record.Exception.Message | Should -BeLike '*it/nothing:7*'
    }

    It 'says that a registry cannot be reached' {
        $record = Get-CommandError { Receive-Image 127.0.0.1:1/x }
        $record.FullyQualifiedErrorId | Should -BeLike 'RegistryUnreachable,*'
        $record.CategoryInfo.Category | Should -Be 'ConnectionError'
    }

    It 'pulls nothing with -WhatIf' {
        Receive-Image "$registry/it/box:other" -WhatIf | Should -BeNullOrEmpty
    }
}

Describe 'A06, A07 a container of an image that is not there' -Tag A06, A07 {
    BeforeAll {
        Add-Name "$registry/it/run:1"
        $pushed = Send-Image "$registry/it/run:1"
        Remove-Image "$registry/it/run:1"
    }

    It 'pulls it, says so, prints the digest, and its output is the program''s' {
        Invoke-Container -InformationVariable said "$registry/it/run:1" echo 'hello word' 6>$null | Should -Be 'hello word'
        "$($said.MessageData)" | Should -BeLike "*it/run:1*is pulled*$($pushed.Digest)*"
        (Get-Image "$registry/it/run:1").Digest | Should -Be $pushed.Digest
    }

    It 'pulls for -Detach in one step' {
        Get-Container | Remove-Container -Force
        Remove-Image "$registry/it/run:1"
        $container = Invoke-Container -Detach "$registry/it/run:1" sleep 100 6>$null
        $container.State | Should -Be 'Running'
        Remove-Container $container.Id -Force
    }

    It 'does not with -Pull Never' {
        Get-Container | Remove-Container -Force
        Remove-Image "$registry/it/run:1"
        (Get-CommandError { New-Container -Pull Never "$registry/it/run:1" }).FullyQualifiedErrorId | Should -BeLike 'ImageNotFound,*'
        (New-Container -Pull Always "$registry/it/run:1" 6>$null).State | Should -Be 'Created'
    }

    It 'refuses settings that are wrong before it pulls' {
        Get-Container | Remove-Container -Force
        Remove-Image "$registry/it/run:1"
        foreach ($wrong in @{ Network = 'nosuch' }, @{ Publish = '80:99999' }, @{ Memory = 1 }, @{ Volume = 'data:relative' }) {
            (Get-CommandError { New-Container @wrong "$registry/it/run:1" }).FullyQualifiedErrorId | Should -Match '^(NotFound|NetworkNotFound|InvalidSetting),'
            (Get-CommandError { Invoke-Container @wrong "$registry/it/run:1" }).FullyQualifiedErrorId | Should -Match '^(NotFound|NetworkNotFound|InvalidSetting),'
        }
        Get-Image | Where-Object Repository -Like '*/it/run' | Should -BeNullOrEmpty
    }

    It 'says that it is nowhere' {
        $record = Get-CommandError { New-Container "$registry/it/nowhere" 6>$null }
        $record.FullyQualifiedErrorId | Should -BeLike 'ImageNotFound,*'
        $record.Exception.Message | Should -BeLike '*cannot be pulled*'
    }
}

Describe 'B01 Connect-ImageRegistry' -Tag B01 {
    BeforeAll {
        $passwords = Join-Path $store 'htpasswd'
        Set-Content $passwords (htpasswd -nbB user word | Where-Object { $_ })
        $closed = Start-Registry -Authentication "auth:`n  htpasswd:`n    realm: here`n    path: $passwords`n"
        Add-Name "$closed/box:1"
        function New-Account([string] $Word) { [pscredential]::new('user', [Net.NetworkCredential]::new('', $Word).SecurePassword) }
    }

    It 'refuses a wrong password and keeps nothing' {
        $record = Get-CommandError { Connect-ImageRegistry $closed -Credential (New-Account wrong) }
        $record.FullyQualifiedErrorId | Should -BeLike 'RegistryAccessDenied,*'
        $record.CategoryInfo.Category | Should -Be 'PermissionDenied'
        Test-Path $env:CONTAINERPS_AUTH | Should -BeFalse
    }

    It 'keeps a right one for nobody else to read, until disconnected' {
        (Get-CommandError { Send-Image "$closed/box:1" }).FullyQualifiedErrorId | Should -BeLike 'RegistryAccessDenied,*'
        $connected = Connect-ImageRegistry $closed -Credential (New-Account word) -PassThru
        $connected.Registry | Should -Be $closed
        & stat -c '%a' $env:CONTAINERPS_AUTH | Should -Be '600'
        (Send-Image "$closed/box:1").Name | Should -Be "$closed/box:1"
        Disconnect-ImageRegistry $closed
        (Get-CommandError { Receive-Image "$closed/box:1" }).FullyQualifiedErrorId | Should -BeLike 'RegistryAccessDenied,*'
    }
}

Describe 'B03, B04 mirrors and registries without TLS' -Tag B03, B04 {
    AfterEach {
        Set-ContainerEngine -RegistryMirror @() -InsecureRegistry @()
    }

    It 'refuses a registry without TLS until it is allowed' {
        $address = [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces() | ForEach-Object { $_.GetIPProperties().UnicastAddresses.Address } |
            Where-Object { $_.AddressFamily -eq 'InterNetwork' -and -not [Net.IPAddress]::IsLoopback($_) } | Select-Object -First 1
        if (-not $address) {
            Set-ItResult -Skipped -Because 'this machine has only the loopback interface'
            return
        }
        $plain = Start-Registry -Address "$address"
        Add-Name "$plain/it/app:1"
        $record = Get-CommandError { Send-Image "$plain/it/app:1" }
        $record.FullyQualifiedErrorId | Should -BeLike 'RegistryUnreachable,*'
        $record.Exception.Message | Should -BeLike "*Set-ContainerEngine -InsecureRegistry $plain*"
        (Set-ContainerEngine -InsecureRegistry $plain -PassThru).InsecureRegistries | Should -Contain $plain
        (Push-Image "$plain/it/app:1").Name | Should -Be "$plain/it/app:1"
        $messages = Send-Image "$plain/it/app:1" -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
        "$messages" | Should -Not -BeLike '*POST*'
    }

    It 'tries a mirror first, then the registry itself' {
        $mirror = Start-Registry
        Add-Name "$mirror/it/mirrored:1"
        $there = Send-Image "$mirror/it/mirrored:1"
        Add-Name "$registry/it/only:1"
        $null = Send-Image "$registry/it/only:1"
        Remove-Image "$registry/it/only:1"
        Set-ContainerEngine -RegistryMirror @{ $registry = "http://$mirror" }
        (Get-ContainerEngine).RegistryMirrors[$registry] | Should -Be "http://$mirror"
        (Receive-Image "$registry/it/mirrored:1").Digest | Should -Be $there.Digest
        (Receive-Image "$registry/it/only:1").Name | Should -Be "$registry/it/only:1"
    }

    It 'refuses settings that are none, and changes nothing' {
        foreach ($wrong in { Set-ContainerEngine -RegistryMirror 'ftp://x' }, { Set-ContainerEngine -InsecureRegistry 'a b' }, { Set-ContainerEngine -MaxConcurrentDownloads 0 }) {
            (Get-CommandError $wrong).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
        }
        (Get-ContainerEngine).MaxConcurrentDownloads | Should -Be 3
        Set-ContainerEngine -MaxConcurrentDownloads 5 -WhatIf
        (Get-ContainerEngine).MaxConcurrentDownloads | Should -Be 3
    }
}

Describe 'B05 Find-Image' -Tag B05 {
    BeforeAll {
        Add-Name "$registry/found/one:1"
        Add-Name "$registry/found/one:2"
        $null = Send-Image "$registry/found/one" -AllTags
    }

    It 'lists what was pushed, as curl does' {
        (Find-Image -Registry $registry).Name | Should -Contain 'found/one'
        (Find-Image 'found/*' -Registry $registry -Tag).Tags | Sort-Object | Should -Be '1', '2'
        (Find-Image found/one -Registry $registry).Image | Should -Be "$registry/found/one"
        if (Get-Command curl -CommandType Application -ErrorAction SilentlyContinue) {
            "$(curl -s "http://$registry/v2/found/one/tags/list")" | Should -BeLike '*"found/one"*'
        }
    }

    It 'says what is not there' {
        (Get-CommandError { Find-Image nothing/here -Registry $registry }).FullyQualifiedErrorId | Should -BeLike 'RegistryImageNotFound,*'
    }
}

Describe 'F02 an image goes to another machine' -Tag F02 {
    It 'is tagged, pushed, listed, pulled into another store with the same digest, and runs there' {
        Add-ImageTag busybox "$registry/it/moved:2.4"
        $pushed = Send-Image "$registry/it/moved:2.4"
        (Get-ContainerEvent -Action push)[-1].Name | Should -Be "$registry/it/moved:2.4"
        (Find-Image -Registry $registry).Image | Should -Contain "$registry/it/moved"
        [Net.Http.HttpClient]::new().GetStringAsync("http://$registry/v2/it/moved/tags/list").GetAwaiter().GetResult() | Should -BeLike '*"2.4"*'

        $root, $run = $env:CONTAINERPS_ROOT, $env:CONTAINERPS_RUN
        $env:CONTAINERPS_ROOT, $env:CONTAINERPS_RUN = "$store/elsewhere/root", "$store/elsewhere/run"
        try {
            $pulled = Receive-Image "$registry/it/moved:2.4"
            $pulled.Digest | Should -Be $pushed.Digest
            $pulled.ImageId | Should -Be $pushed.ImageId
            Invoke-Container -Remove "$registry/it/moved:2.4" echo 'runs there' | Should -Be 'runs there'
            (Get-ContainerEvent -Action pull).Name | Should -Be "$registry/it/moved:2.4"
        }
        finally {
            $env:CONTAINERPS_ROOT, $env:CONTAINERPS_RUN = $root, $run
        }
    }
}
