# Walkthrough section B: images. A row's id is its tag.
BeforeDiscovery {
    $compressions = @(
        @{ Kind = 'gzip'; Program = 'gzip' }
        @{ Kind = 'zstd'; Program = 'zstd' }
        @{ Kind = 'xz'; Program = 'xz' }
        @{ Kind = 'bzip2'; Program = 'bzip2' }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox

    # The image of the store as an archive of another kind, made from its own OCI layout by tools that know nothing of us.
    function New-OciArchive([string] $Path) {
        Invoke-Native tar -Arguments '-C', "$env:CONTAINERPS_ROOT/images", '-cf', $Path, '.'
    }

    function New-DockerArchive([string] $Path, [string] $Name) {
        $folder = Join-Path $TestDrive 'docker-archive'
        Invoke-Native rm -Arguments '-rf', $folder
        $null = New-Item -ItemType Directory -Path $folder
        Invoke-Native cp -Arguments (Get-BusyboxTar), "$folder/layer.tar"
        $diff = ((sha256sum "$folder/layer.tar") -split ' ')[0]
        $config = @{ architecture = 'amd64'; os = 'linux'; created = '2024-05-06T07:08:09Z'; config = @{ Cmd = @('sh'); Env = @('PATH=/bin', 'FROM=archive') }; rootfs = @{ type = 'layers'; diff_ids = @("sha256:$diff") } } | ConvertTo-Json -Depth 8 -Compress
        Set-Content "$folder/config.json" $config -NoNewline
        Set-Content "$folder/manifest.json" (ConvertTo-Json -Depth 8 -Compress -InputObject @(@{ Config = 'config.json'; RepoTags = @($Name); Layers = @('layer.tar') })) -NoNewline
        Invoke-Native tar -Arguments '-C', $folder, '-cf', $Path, 'manifest.json', 'config.json', 'layer.tar'
    }
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'B07 Import-Image' -Tag B07 {
    It 'imports the tar of a root file system, plain' {
        $image = Import-Image (Get-BusyboxTar) -Name plain:1
        $image.Repository | Should -Be 'plain'
        $image.Tag | Should -Be '1'
        Invoke-Container plain:1 echo works | Should -Be 'works'
    }

    It 'imports it compressed with <Kind>' -ForEach $compressions {
        if (-not (Get-Command $Program -CommandType Application -ErrorAction SilentlyContinue)) {
            Set-ItResult -Skipped -Because "$Program is not installed"
            return
        }
        $file = Join-Path $TestDrive "root.tar.$Kind"
        Invoke-Native sh -Arguments '-c', "$Program -c '$(Get-BusyboxTar)' >'$file'"
        $image = Import-Image $file -Name "packed-$Kind"
        $image.ImageId | Should -Match '^sha256:'
        Invoke-Container "packed-$Kind" echo works | Should -Be 'works'
    }

    It 'says that a root file system without a command needs one' {
        $null = Import-Image (Get-BusyboxTar) -Name bare
        $record = Get-CommandError { Invoke-Container bare }
        $record.Exception.Message | Should -BeLike '*command*'
        Get-Container | Where-Object Image -EQ bare | Should -BeNullOrEmpty
    }

    It 'imports a docker-archive, with its name and settings' {
        $file = Join-Path $TestDrive 'docker.tar'
        New-DockerArchive $file 'example.org:5000/team/box:2.1'
        $image = Load-Image $file
        $image.Repository | Should -Be 'example.org:5000/team/box'
        $image.Tag | Should -Be '2.1'
        $image.Created | Should -Be ([DateTimeOffset]'2024-05-06T07:08:09Z')
        Invoke-Container example.org:5000/team/box:2.1 sh -c 'echo $FROM' | Should -Be 'archive'
    }

    It 'imports an oci-archive, compressed too' {
        $file = Join-Path $TestDrive 'oci.tar'
        New-OciArchive $file
        Invoke-Native gzip -Arguments '-kf', $file
        $expected = (Get-Image busybox).ImageId
        (Import-Image $file).ImageId | Should -Contain $expected
        (Import-Image "$file.gz").ImageId | Should -Contain $expected
    }

    It 'imports an OCI layout from its folder' {
        $folder = Join-Path $TestDrive 'layout'
        Invoke-Native cp -Arguments '-a', "$env:CONTAINERPS_ROOT/images", $folder
        (Import-Image $folder).ImageId | Should -Contain (Get-Image busybox).ImageId
    }

    It 'takes files from the pipeline and by wildcard' {
        New-DockerArchive (Join-Path $TestDrive 'one.archive') 'piped:1'
        New-DockerArchive (Join-Path $TestDrive 'two.archive') 'piped:2'
        foreach ($images in @(Get-ChildItem $TestDrive -Filter '*.archive' | Import-Image), @(Import-Image (Join-Path $TestDrive '*.archive'))) {
            foreach ($tag in '1', '2') { ($images | Where-Object Repository -EQ piped).Tag | Should -Contain $tag }
        }
    }

    It 'imports nothing with -WhatIf' {
        Import-Image (Get-BusyboxTar) -Name unwanted -WhatIf | Should -BeNullOrEmpty
        Get-Image unwante* | Should -BeNullOrEmpty
    }
}

Describe 'B09 Remove-Image' -Tag B09 {
    It 'takes off one of two names, then removes the image' {
        $id = (Import-Image (Get-BusyboxTar) -Name twice:1 -Author twice).ImageId
        Remove-Image twice:1
        Get-Image twice* | Should -BeNullOrEmpty
        Get-CommandError { Get-Image $id } | Should -Not -BeNullOrEmpty
    }

    It 'does not remove an image that a container uses, and names the container' {
        $null = Import-Image (Get-BusyboxTar) -Name used -Author used
        $null = New-Container -Name user1 used true
        $record = Get-CommandError { Remove-Image used }
        $record.Exception.Message | Should -BeLike '*user1*'
        (Get-Image used).Repository | Should -Be 'used'
        Remove-Container user1
        Remove-Image used
        Get-Image use* | Should -BeNullOrEmpty
    }
}

Describe 'B10 Containers share the image' -Tag B10 {
    BeforeAll {
        $null = Import-TestImage debian
    }

    It 'takes next to no disk for ten containers' {
        $before = [long]((du -sk $env:CONTAINERPS_ROOT) -split '\s')[0]
        foreach ($number in 1..10) { $null = Invoke-Container -Detach -Name "b10-$number" debian sleep 1000 }
        $after = [long]((du -sk $env:CONTAINERPS_ROOT) -split '\s')[0]
        ($after - $before) | Should -BeLessThan 2048
        Remove-Container b10-* -Force
    }

    It 'shows a changed file in the container''s upper directory, and in no other container' {
        Invoke-Container -Name b10w debian sh -c 'echo changed >/etc/issue; rm /etc/debian_version'
        $container = Get-Container b10w
        [IO.File]::ReadAllText("$($container.UpperPath)/etc/issue").Trim() | Should -Be 'changed'
        (Invoke-Container debian cat /etc/issue) -join '' | Should -Not -BeLike '*changed*'
        Invoke-Container debian cat /etc/debian_version | Should -Not -BeNullOrEmpty
    }

    It 'keeps changes from start to start' {
        $null = New-Container -Name b10k busybox sh -c 'cat /counter; echo x >>/counter'
        foreach ($number in 1..3) {
            Start-Container b10k
            $null = Wait-Container b10k
        }
        [IO.File]::ReadAllLines("$((Get-Container b10k).UpperPath)/counter").Count | Should -Be 3
    }
}
