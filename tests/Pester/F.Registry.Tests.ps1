# Walkthrough section F: a private registry, from its Dockerfile to another machine that runs what it holds. A row's id is its tag.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $old = @{ Auth = $env:CONTAINERPS_AUTH; Docker = $env:DOCKER_CONFIG }
    $env:CONTAINERPS_AUTH = Join-Path $store 'auth.json'
    $env:DOCKER_CONFIG = $store
    $null = Import-TestImage registry, busybox
    $data = Join-Path $store 'data'
    $null = New-Item -ItemType Directory $data

    # The registry in a container, on a port that is free; waits until it listens.
    function Start-Registry([string] $Name) {
        $null = Invoke-Container -Detach -Name $Name -Publish 5000 -Volume "${data}:/var/lib/registry" registry
        $null = Wait-Container $Name -For Port -Port 5000 -Timeout 120s
        Get-Container $Name
    }

    # What the registry answers, read by a program that is not ours.
    function Get-Answer([string] $Address) {
        $output = & curl --silent --show-error --fail --max-time 60 "http://$Address" 2>&1
        if ($LASTEXITCODE -ne 0) { throw "http://$Address cannot be fetched: $output" }
        "$output" | ConvertFrom-Json
    }

    $container = Start-Registry registry
    $port = ($container.Ports | Where-Object { $_.HostAddress.AddressFamily -eq 'InterNetwork' }).HostPort
    # An address of this machine's that is not a loopback one: to those anybody may send without TLS.
    $machine = "$((Get-ContainerNetwork bridge).Subnets[0].Gateway):$port"
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
    $env:CONTAINERPS_AUTH = $old.Auth
    $env:DOCKER_CONFIG = $old.Docker
}

Describe 'F01 A registry in a container' -Tag F01 {
    It 'runs the real server, which answers on the published port by every address' {
        $container.State | Should -Be 'Running'
        $container.Image | Should -Be 'registry'
        (Get-ContainerProcess registry)[0].Command | Should -BeLike 'docker-registry serve*'
        foreach ($address in "127.0.0.1:$port", "localhost:$port", $machine) { (Get-Answer "$address/v2/_catalog").repositories | Should -BeNullOrEmpty -Because $address }
    }

    It 'keeps its images in a folder of the host: another container goes on with them' {
        $name = "127.0.0.1:$port/kept/box"
        Add-ImageTag busybox "${name}:1"
        $sent = Send-Image "${name}:1"
        Test-Path "$data/docker/registry/v2/blobs/sha256/$($sent.Digest.Substring(7, 2))/$($sent.Digest.Substring(7))/data" | Should -BeTrue
        Remove-Image "${name}:1"
        $second = Start-Registry second
        $other = ($second.Ports | Where-Object { $_.HostAddress.AddressFamily -eq 'InterNetwork' }).HostPort
        (Receive-Image "127.0.0.1:$other/kept/box:1").Digest | Should -Be $sent.Digest
        Remove-Image "127.0.0.1:$other/kept/box:1"
        Remove-Container second -Force
    }
}

Describe 'F02 An image goes to another machine' -Tag F02, B04, B05 {
    BeforeAll { Add-ImageTag busybox "$machine/it/box:2.4" }

    It 'is refused without TLS, and the error names the setting' {
        $record = Get-CommandError { Send-Image "$machine/it/box:2.4" }
        $record.FullyQualifiedErrorId | Should -BeLike 'RegistryUnreachable,*'
        $record.Exception.Message | Should -BeLike "*Set-ContainerEngine -InsecureRegistry $machine*"
    }

    It 'is sent when the registry is allowed, listed, pulled elsewhere with the same digest, and runs there' {
        Set-ContainerEngine -InsecureRegistry $machine
        $sent = Send-Image "$machine/it/box:2.4"
        (Get-Answer "$machine/v2/_catalog").repositories | Should -Contain 'it/box'
        (Get-Answer "$machine/v2/it/box/tags/list").tags | Should -Be '2.4'
        (Find-Image -Registry $machine).Name | Should -Contain 'it/box'
        (Find-Image 'it/*' -Registry $machine -Tag).Tags | Should -Be '2.4'

        # Another machine has a store, containers and settings of its own.
        $elsewhere = Join-Path $store 'elsewhere'
        $null = New-Item -ItemType Directory $elsewhere
        Copy-Item $env:CONTAINERPS_CONFIG "$elsewhere/engine.json"
        $shell = Invoke-Shell @"
            `$env:CONTAINERPS_ROOT, `$env:CONTAINERPS_RUN, `$env:CONTAINERPS_CONFIG = '$elsewhere/root', '$elsewhere/run', '$elsewhere/engine.json'
            `$before = @(Get-Image).Count
            Set-ContainerEngine -InsecureRegistry @()
            `$refused = try { Receive-Image '$machine/it/box:2.4' -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId }
            Set-ContainerEngine -InsecureRegistry '$machine'
            `$image = Receive-Image '$machine/it/box:2.4'
            `$says = Invoke-Container -Remove '$machine/it/box:2.4' sh -c 'echo from `$(hostname -i)'
            `$left = @(Get-Container).Count
            @{ Before = `$before; Refused = "`$refused"; Digest = `$image.Digest; ImageId = `$image.ImageId; Says = "`$says"; ExitCode = `$LASTEXITCODE; Left = `$left } | ConvertTo-Json
"@ $store
        $shell.ExitCode | Should -Be 0 -Because $shell.Error
        $there = $shell.Output | ConvertFrom-Json
        $there.Before | Should -Be 0
        $there.Refused | Should -BeLike 'RegistryUnreachable,*'
        $there.Digest | Should -Be $sent.Digest
        $there.ImageId | Should -Be $sent.ImageId
        $there.Says | Should -Match '^from 10\.'
        $there.ExitCode | Should -Be 0
        $there.Left | Should -Be 0
        Wait-Until { -not (Get-StoreProcess $elsewhere) } 'the processes of the other store have ended'
        Get-TestLeak $elsewhere | Should -BeNullOrEmpty
    }
}
