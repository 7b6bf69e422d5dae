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

Describe 'B06 Save-Image' -Tag B06 {
    BeforeAll {
        $null = Import-Image (Get-BusyboxTar) -Name second:2 -Command sh -Author second
        # Another store, with nothing in it.
        function Use-OtherStore([scriptblock] $Script) {
            $root, $run = $env:CONTAINERPS_ROOT, $env:CONTAINERPS_RUN
            $folder = Join-Path $store "other-$([Guid]::NewGuid().ToString('N').Substring(0, 8))"
            $env:CONTAINERPS_ROOT, $env:CONTAINERPS_RUN = "$folder/root", "$folder/run"
            try { & $Script } finally { $env:CONTAINERPS_ROOT, $env:CONTAINERPS_RUN = $root, $run }
        }
    }

    AfterAll {
        Remove-Image second:2
    }

    It 'saves several images into one archive, which comes back the same' {
        $file = Save-Image busybox, second:2 -Path (Join-Path $TestDrive 'two.tar')
        $file | Should -BeOfType IO.FileInfo
        $before = @(Get-Image busybox; Get-Image second)
        $after = Use-OtherStore { Import-Image $file.FullName; Invoke-Container -Remove second:2 echo works }
        $after[-1] | Should -Be 'works'
        foreach ($image in $before) {
            $same = $after | Where-Object Name -EQ $image.Name
            $same.ImageId | Should -Be $image.ImageId
            $same.Digest | Should -Be $image.Digest
        }
    }

    It 'holds what docker load and OCI tools look for' {
        $file = Save-Image busybox (Join-Path $TestDrive 'docker.tar')
        $members = & tar -tf $file.FullName
        foreach ($name in 'manifest.json', 'repositories', 'index.json', 'oci-layout') { $members | Should -Contain $name }
        $manifest = & tar -xOf $file.FullName manifest.json | ConvertFrom-Json
        $manifest[0].RepoTags | Should -Be 'busybox:latest'
    }

    It 'is read by <_>' -ForEach 'skopeo', 'umoci', 'podman' {
        $folder = Join-Path $TestDrive "with-$_"
        $null = Save-Image busybox $folder -Format OciDirectory
        $file = (Save-Image busybox "$folder.tar").FullName
        $policy = "$folder.json"
        Set-Content $policy '{"default":[{"type":"insecureAcceptAnything"}]}'
        switch ($_) {
            'skopeo' { (& skopeo --policy $policy inspect "oci:${folder}:busybox:latest" | ConvertFrom-Json).Digest | Should -Be (Get-Image busybox).Digest }
            'umoci' { & umoci list --layout $folder | Should -Be 'busybox:latest' }
            'podman' {
                # Podman takes no path of more than 50 characters there.
                $run = "/tmp/podman-$PID"
                $podman = '--root', "$folder-root", '--runroot', $run, '--storage-driver', 'vfs'
                try {
                    Invoke-Native podman -Arguments ($podman + 'load', '--quiet', '--signature-policy', $policy, '--input', $file)
                    & podman @podman images --quiet --no-trunc | Should -Contain (Get-Image busybox).ImageId
                    Invoke-Native podman -Arguments ($podman + 'rmi', '--all', '--force')
                } finally {
                    Remove-Item $run -Recurse -Force -ErrorAction SilentlyContinue
                }
            }
        }
    }

    It 'compresses by the file''s ending: <Ending>' -ForEach @(
        @{ Ending = 'gz'; Start = '1F8B' }
        @{ Ending = 'zst'; Start = '28B5' }
        @{ Ending = 'bz2'; Start = '425A' }
    ) {
        $file = Save-Image busybox (Join-Path $TestDrive "packed.tar.$Ending")
        [Convert]::ToHexString([IO.File]::ReadAllBytes($file.FullName), 0, 2) | Should -Be $Start
        (Use-OtherStore { Import-Image $file.FullName }).Digest | Should -Be (Get-Image busybox).Digest
    }

    It 'writes bytes to the pipeline, which Import-Image and programs take' {
        $digest = (Get-Image busybox).Digest
        $file = Join-Path $store 'piped.tar'
        $chunks = Save-Image busybox -AsByteStream
        [IO.File]::WriteAllBytes($file, [byte[]] @($chunks | ForEach-Object { $_ }))
        (Get-FileHash $file).Hash | Should -Be (Get-FileHash (Save-Image busybox (Join-Path $TestDrive 'same.tar')).FullName).Hash
        $root = $env:CONTAINERPS_ROOT
        (Use-OtherStore { , $chunks | ForEach-Object { $_ } | Import-Image }).Digest | Should -Be $digest
        Save-Image busybox -AsByteStream | Import-Image | ForEach-Object Digest | Should -Be $digest
        Save-Image busybox -AsByteStream | Select-Object -First 1 | ForEach-Object Length | Should -BeGreaterThan 0
    }

    It 'replaces an archive, but not with -NoClobber, and writes nothing with -WhatIf' {
        $file = Join-Path $TestDrive 'there.tar'
        Set-Content $file 'old' -NoNewline
        Save-Image busybox $file -WhatIf
        (Get-CommandError { Save-Image busybox $file -NoClobber }).FullyQualifiedErrorId | Should -BeLike 'FileExists,*'
        [IO.File]::ReadAllText($file) | Should -Be 'old'
        $null = Save-Image busybox $file
        (Get-Item $file).Length | Should -BeGreaterThan 1MB
    }

    It 'says what is not there, and writes no archive' {
        $file = Join-Path $TestDrive 'never.tar'
        (Get-CommandError { Save-Image busybox, nosuch $file }).FullyQualifiedErrorId | Should -BeLike 'ImageNotFound,*'
        (Get-CommandError { Save-Image busybox "$file.xz" }).Exception.Message | Should -BeLike '*xz*'
        Test-Path "$file*" | Should -BeFalse
    }
}

Describe 'B07 Import-Image' -Tag B07 {
    It 'imports the tar of a root file system, plain' {
        $image = Import-Image (Get-BusyboxTar) -Name plain:1
        $image.Repository | Should -Be 'plain'
        $image.Tag | Should -Be '1'
        Invoke-Container plain:1 echo works | Should -Be 'works'
    }

    It 'imports it compressed with <Kind>' -ForEach $compressions {
        Assert-Program $Program
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

    It 'returns only the names that this import gave' {
        New-DockerArchive (Join-Path $TestDrive 'first.tar') 'names:1'
        New-DockerArchive (Join-Path $TestDrive 'second.tar') 'names:2'
        (Import-Image (Join-Path $TestDrive 'first.tar')).Name | Should -Be 'names:1'
        (Import-Image (Join-Path $TestDrive 'second.tar')).Name | Should -Be 'names:2'
        @(Get-Image names).Count | Should -Be 2
    }

    It 'takes an archive''s bytes from the pipeline, in pieces or one by one' {
        New-DockerArchive (Join-Path $TestDrive 'bytes.tar') 'bytes:1'
        Invoke-Native gzip -Arguments '-9kf', (Join-Path $TestDrive 'bytes.tar')
        $bytes = [IO.File]::ReadAllBytes((Join-Path $TestDrive 'bytes.tar.gz'))
        (, $bytes | Import-Image).Name | Should -Be 'bytes:1'
        $small = [byte[]] (1..600)[0..9]
        (Get-CommandError { $small | Import-Image -Name broken }).FullyQualifiedErrorId | Should -BeLike 'InvalidContent,*'
        Get-Image broke* | Should -BeNullOrEmpty
        Get-Image bytes:1 | Should -Not -BeNullOrEmpty
    }

    It 'imports from a web address, and says when it is not there' {
        New-DockerArchive (Join-Path $store 'web.tar') 'web:1'
        $server = Start-Shell @"
`$listener = [Net.HttpListener]::new()
`$port = 20000 + `$PID % 20000
`$listener.Prefixes.Add("http://127.0.0.1:`$port/")
`$listener.Start()
[Console]::Out.WriteLine(`$port)
foreach (`$round in 1..2) {
    `$context = `$listener.GetContext()
    if (`$context.Request.Url.AbsolutePath -eq '/web.tar') { `$context.Response.OutputStream.Write([IO.File]::ReadAllBytes('$store/web.tar')) } else { `$context.Response.StatusCode = 404 }
    `$context.Response.Close()
}
"@ $store
        $port = $server.StandardOutput.ReadLine()
        try {
            (Import-Image "http://127.0.0.1:$port/web.tar").Name | Should -Be 'web:1'
            $record = Get-CommandError { Import-Image "http://127.0.0.1:$port/none.tar" -Name none }
            $record.FullyQualifiedErrorId | Should -BeLike 'DownloadFailed,*'
            $record.Exception.Message | Should -BeLike '*404*'
        }
        finally {
            (Wait-Shell $server).Error | Should -BeNullOrEmpty
        }
    }

    It 'imports nothing with -WhatIf' {
        Import-Image (Get-BusyboxTar) -Name unwanted -WhatIf | Should -BeNullOrEmpty
        Get-Image unwante* | Should -BeNullOrEmpty
    }
}

Describe 'A02 Get-Image' -Tag A02 {
    BeforeAll {
        $plain = Import-Image (Get-BusyboxTar) -Name list:1 -Author first
        $later = Import-Image (Get-BusyboxTar) -Name list:2 -Author second
    }

    AfterAll {
        Get-Image list | Remove-Image
    }

    It 'finds by wildcard, digest and age' {
        (Get-Image list:?).Count | Should -Be 2
        (Get-Image "list@$($plain.Digest)").Name | Should -Be 'list:1'
        (Get-Image $plain.Digest).Name | Should -Contain 'list:1'
        (Get-Image list -Since list:1).Name | Should -Be 'list:2'
        (Get-Image list -Before $later).Name | Should -Be 'list:1'
    }

    It 'finds what has no name, and only that' {
        $null = Import-Image (Get-BusyboxTar) -Author nameless
        $nameless = Get-Image -Dangling
        $nameless.Author | Should -Contain 'nameless'
        Get-Image -Dangling:$false | Where-Object Repository -EQ $null | Should -BeNullOrEmpty
        $nameless | Remove-Image
        Get-Image -Dangling | Should -BeNullOrEmpty
    }

    It 'finds by label' {
        Get-Image -Label nosuch | Should -BeNullOrEmpty
        Get-Image -Label @{ nosuch = 1 } | Should -BeNullOrEmpty
    }

    It 'has a view with digests' {
        Get-Image list:1 | Format-Table -View ImageDigest | Out-String -Width 200 | Should -BeLike "*$($plain.Digest)*"
    }
}

Describe 'B08 Add-ImageTag' -Tag B08 {
    It 'lists the same image under both names' {
        $tagged = Tag-Image busybox hub.example/it/box:2.4
        $tagged.Name | Should -Be 'hub.example/it/box:2.4'
        $tagged.ImageId | Should -Be (Get-Image busybox).ImageId
        @(Get-Image | Where-Object ImageId -EQ $tagged.ImageId | Where-Object Repository -In 'busybox', 'hub.example/it/box').Count | Should -Be 2
        Remove-Image hub.example/it/box:2.4
        (Get-Image busybox).Tag | Should -Be 'latest'
    }

    It 'takes images from the pipeline, and several names' {
        (Get-Image busybox | Add-ImageTag -Name many:1, many).Name | Should -Be 'many:1', 'many:latest'
        Get-Image many | Remove-Image
    }

    It 'refuses what is no name, and does nothing with -WhatIf' {
        (Get-CommandError { Add-ImageTag busybox 'No Name' }).FullyQualifiedErrorId | Should -BeLike 'InvalidImageReference,*'
        (Get-CommandError { Add-ImageTag nosuch some:1 }).FullyQualifiedErrorId | Should -BeLike 'ImageNotFound,*'
        Add-ImageTag busybox some:1 -WhatIf | Should -BeNullOrEmpty
        Get-Image some* | Should -BeNullOrEmpty
    }
}

Describe 'B12 Get-ImageHistory' -Tag B12 {
    It 'tells step, size, by what and why' {
        $image = Import-Image (Get-BusyboxTar) -Name story:1 -Author me -Message 'from the tar'
        $step = Get-ImageHistory story:1
        $step.ImageId | Should -Be $image.ImageId
        $step.Size | Should -Be $image.Size
        $step.Author | Should -Be 'me'
        $step.Comment | Should -Be 'from the tar'
        $step.Names | Should -Be 'story:1'
        $image | Get-ImageHistory | Out-String -Width 150 | Should -BeLike "*$($image.ShortId)*from the tar*"
        Remove-Image story:1
    }
}

Describe 'B09 Remove-Image' -Tag B09 {
    It 'says what it has done' {
        $null = Import-Image (Get-BusyboxTar) -Name said:1 -Author said
        $null = Add-ImageTag said:1 said:2
        $id = (Get-Image said:1).ImageId
        (Remove-Image said:1 -Verbose 4>&1) -join ' ' | Should -BeLike '*Untagged: said:1'
        (Remove-Image $id.Substring(7, 16) -Verbose 4>&1) -join ' ' | Should -BeLike "*Untagged: said:2 Deleted: $id"
    }

    It 'wants -Force for an id with several names' {
        $id = (Import-Image (Get-BusyboxTar) -Name forced:1 -Author forced).ShortId
        $null = Add-ImageTag forced:1 forced:2
        (Get-CommandError { Remove-Image $id }).Exception.Message | Should -BeLike '*forced:1, forced:2*'
        Remove-Image $id -Force
        Get-Image force* | Should -BeNullOrEmpty
    }

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
