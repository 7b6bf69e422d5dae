# Walkthrough section B, images made of containers: ConvertTo-Image.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'ConvertTo-Image' -Tag B11 {
    It 'makes an image with one more layer, which runs' {
        $null = Invoke-Container -Name web -e COLOUR=red -l tier=front busybox sh -c 'echo hello > /greeting; mkdir -p /srv/www; echo page > /srv/www/index; rm /bin/vi; echo motd > /etc/motd; exit 3'
        $image = ConvertTo-Image -Container web -Name myimage:v1 -Author me -Message why
        $image | Should -BeOfType ContainerPS.Image
        $image.Name | Should -Be 'myimage:v1'
        $image.Layers.Count | Should -Be ((Get-Image busybox).Layers.Count + 1)
        $image.Author | Should -Be 'me'
        $image.Environment | Should -Contain 'COLOUR=red'
        $image.Labels['tier'] | Should -Be 'front'
        $image.Command[0] | Should -Be 'sh'
        Invoke-Container -Remove myimage:v1 sh -c 'cat /greeting /srv/www/index /etc/motd; test -e /bin/vi || echo gone' | Should -Be 'hello', 'page', 'motd', 'gone'
        Test-ContainerStore | Should -BeNullOrEmpty
    }

    It 'has author and message in the history, and the container''s command' {
        $step = @(Get-ImageHistory myimage:v1)[0]
        $step.Author | Should -Be 'me'
        $step.Comment | Should -Be 'why'
        $step.CreatedBy | Should -BeLike 'sh -c echo hello > /greeting*'
        $step.Size | Should -Be 16
    }

    It 'has only what was changed in its layer, without places of mounts and without volumes' {
        $null = Invoke-Container -Name volume -v data:/data busybox sh -c 'echo kept > /data/file; echo x > /x'
        $null = ConvertTo-Image volume withoutvolume
        Save-Image withoutvolume -Path "$TestDrive/image.tar"
        $layer = (Get-Image withoutvolume).Layers[-1].Substring(7)
        $null = New-Item -ItemType Directory "$TestDrive/image"
        tar -xf "$TestDrive/image.tar" -C "$TestDrive/image"
        tar -tf "$TestDrive/image/blobs/sha256/$layer" | Sort-Object | Should -Be 'data/', 'x'
    }

    It 'takes instructions of a Dockerfile' {
        $null = New-Container -Name plain busybox
        $image = ConvertTo-Image plain changed -Change 'CMD ["echo", "changed"]', 'ENV A=1 B="two words"', 'EXPOSE 80 53/udp', 'USER 1000', 'WORKDIR /srv', 'LABEL owner=me', 'VOLUME /data', 'STOPSIGNAL SIGQUIT'
        $image.Command | Should -Be 'echo', 'changed'
        $image.Environment | Should -Contain 'B=two words'
        $image.ExposedPorts | Sort-Object | Should -Be '53/udp', '80/tcp'
        $image.User | Should -Be '1000'
        $image.WorkingDirectory | Should -Be '/srv'
        $image.Labels['owner'] | Should -Be 'me'
        $image.Volumes | Should -Be '/data'
        $image.StopSignal | Should -Be 'SIGQUIT'
        Invoke-Container -Remove changed | Should -Be 'changed'
    }

    It 'adds no layer when nothing was changed' {
        (Get-Image changed).Layers.Count | Should -Be (Get-Image busybox).Layers.Count
        @(Get-ImageHistory changed)[0].Size | Should -Be 0
    }

    It 'refuses instructions that change more, and names that are none' {
        (Get-CommandError { ConvertTo-Image plain x -Change 'RUN true' }).Exception.Message | Should -BeLike "*-Change 'RUN true' is refused*"
        (Get-CommandError { ConvertTo-Image plain x -Change 'NONSENSE' }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting*'
        (Get-CommandError { ConvertTo-Image plain 'NOT A NAME' }).FullyQualifiedErrorId | Should -BeLike 'InvalidImageReference*'
        (Get-CommandError { ConvertTo-Image nobody x }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound*'
        Get-Image x -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'lets a running container go on, and one that is paused stay so' {
        $null = Invoke-Container -Detach -Name runs busybox sh -c 'i=0; while true; do i=$((i+1)); echo $i > /tmp/i; sleep 0.01; done'
        $null = ConvertTo-Image runs running1
        (Get-Container runs).State | Should -Be 'Running'
        $null = Get-CommandError { ConvertTo-Image runs 'running2' -Change 'RUN x' }
        (Get-Container runs).State | Should -Be 'Running'
        $null = ConvertTo-Image runs running3 -NoPause
        Suspend-Container runs
        $null = ConvertTo-Image runs running4
        (Get-Container runs).State | Should -Be 'Paused'
        Remove-Container runs -Force
    }

    It 'gives several names, or none' {
        $image = ConvertTo-Image plain -Name one:1, two:2
        $image.Name | Should -Be 'one:1'
        (Get-Image two:2).ImageId | Should -Be $image.ImageId
        $nameless = ConvertTo-Image plain -Message nameless
        $nameless.Repository | Should -BeNullOrEmpty
    }

    It 'takes a container from the pipeline, and does nothing with -WhatIf' {
        Get-Container plain | ConvertTo-Image -Name piped -WhatIf | Should -BeNullOrEmpty
        (Get-Container plain | ConvertTo-Image -Name piped).Name | Should -Be 'piped:latest'
    }

    It 'is told of by an event' {
        (Get-ContainerEvent -Since 10m | Where-Object Action -eq commit).Count | Should -BeGreaterThan 5
    }

    It 'has the alias of Docker''s word' {
        (Get-Alias Commit-Container).ResolvedCommandName | Should -Be 'ConvertTo-Image'
    }
}
