# Walkthrough section C: Build-Image.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox

    # A context of its own, with files by path, and the Dockerfile's lines.
    function New-Context {
        param([string[]] $Dockerfile, [hashtable] $Files = @{})
        $folder = Join-Path $TestDrive ([Guid]::NewGuid().ToString('N').Substring(0, 8))
        $null = New-Item -ItemType Directory $folder
        foreach ($path in $Files.Keys) {
            $null = New-Item -ItemType Directory -Force (Split-Path (Join-Path $folder $path))
            [IO.File]::WriteAllText((Join-Path $folder $path), $Files[$path])
        }
        if ($Dockerfile) { Set-Content (Join-Path $folder 'Dockerfile') $Dockerfile }
        $folder
    }

    # What a command in a container of an image says.
    function Read-Image {
        param([string] $Name, [string] $Command)
        Invoke-Container -Remove $Name -EntryPoint sh -- -c $Command
    }
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'FROM, MAINTAINER and LABEL' -Tag C01 {
    It 'builds upon an image, with author and labels' {
        $image = Build-Image (New-Context 'FROM busybox', 'MAINTAINER me', 'LABEL a=1 b="two words"') -Name c01 -Label @{ c = 3 }
        $image | Should -BeOfType ContainerPS.Image
        $image.Author | Should -Be 'me'
        $image.Labels['b'] | Should -Be 'two words'
        $image.Labels['c'] | Should -Be '3'
        $image.Layers | Should -Be (Get-Image busybox).Layers
    }

    It 'builds upon nothing' {
        $image = Build-Image (New-Context 'FROM scratch', 'COPY hello /' @{ hello = 'hi' }) -Name c01scratch
        $image.Layers.Count | Should -Be 1
        $image.Size | Should -Be 2
    }

    It 'copies from another stage, and builds only what is needed' {
        $context = New-Context 'FROM busybox AS base', 'RUN echo made > /made', 'FROM busybox AS unneeded', 'RUN exit 1', 'FROM busybox', 'COPY --from=base /made /copied', 'COPY --from=0 /made /copied2'
        $result = Build-Image $context -Name c01stages -PassThru
        $result.Steps.Stage | Should -Not -Contain 'unneeded'
        Read-Image c01stages 'cat /copied /copied2' | Should -Be 'made', 'made'
        (Build-Image $context -Target base -Name c01base).Layers.Count | Should -Be 2
    }
}

Describe 'RUN' -Tag C02 {
    It 'makes one layer each, in both forms, with continued lines and here-documents' {
        $context = New-Context 'FROM busybox', 'RUN echo shell > /1 && \', '    echo more >> /1', 'RUN ["/bin/sh", "-c", "echo exec > /2"]', 'RUN <<EOF', 'echo here > /3', 'echo document >> /3', 'EOF'
        (Build-Image $context -Name c02).Layers.Count | Should -Be 4
        Read-Image c02 'cat /1 /2 /3' | Should -Be 'shell', 'more', 'exec', 'here', 'document'
    }

    It 'leaves nothing in layers that a container has mounted' {
        $null = Build-Image (New-Context 'FROM busybox', 'RUN echo x > /x') -Name c02clean
        $container = New-Container c02clean
        $layer = ($container.LowerPath -split ':')[0]
        (Get-ChildItem $layer -Recurse).Name | Should -Be 'x'
    }

    It 'installs packages with apt-get' {
        $null = Import-TestImage debian
        $context = New-Context 'FROM debian', 'RUN apt-get -q update && apt-get -qy install --no-install-recommends hello && apt-get clean', 'CMD ["hello"]'
        $null = Build-Image $context -Name c02apt
        Invoke-Container -Remove c02apt | Should -Be 'Hello, world!'
    }
}

Describe 'ENV and ARG' -Tag C03 {
    It 'are visible to later steps, ENV at run time, too' {
        $context = New-Context 'ARG BASE=busybox', 'FROM ${BASE}', 'ARG VERSION=1', 'ENV A=a B=${VERSION}-${MISSING:-default} C=${A:+set}', 'RUN echo $VERSION $A $B > /seen', 'ARG NONE', 'RUN echo "[$NONE]" >> /seen'
        $image = Build-Image $context -Name c03 -BuildArgument @{ VERSION = 2; NONE = 'given' }
        $image.Environment | Should -Contain 'B=2-default'
        $image.Environment | Should -Not -Contain 'VERSION=2'
        Read-Image c03 'cat /seen; echo $A $VERSION' | Should -Be '2 a 2-default', '[given]', 'a'
    }

    It 'warns of an argument that nothing takes' {
        $null = Build-Image (New-Context 'FROM busybox') -BuildArgument 'UNUSED=1' -WarningVariable warnings 3>$null
        "$warnings" | Should -BeLike '*UNUSED*'
    }
}

Describe 'ADD' -Tag C04 {
    It 'adds files, folders and addresses, and unpacks archives' {
        $context = New-Context 'FROM busybox', 'ADD file /file', 'ADD folder /folder', 'ADD a.tar.gz b.tar.bz2 c.tar.xz d.tar.zst /unpacked/' @{ file = 'file'; 'folder/inner' = 'inner' }
        foreach ($name in 'a', 'b', 'c', 'd') { [IO.File]::WriteAllText("$context/$name", $name) }
        foreach ($archive in 'a.tar.gz', 'b.tar.bz2', 'c.tar.xz', 'd.tar.zst') { tar -C $context -caf "$context/$archive" $archive.Substring(0, 1) }
        $null = Build-Image $context -Name c04
        Read-Image c04 'cat /file /folder/inner /unpacked/*; ls /unpacked | wc -l' | Should -Be 'fileinnerabcd4'
    }
}

Describe 'COPY' -Tag C05 {
    It 'takes wildcards, owners and modes, and makes folders' {
        $context = New-Context 'FROM busybox', 'COPY *.txt /deep/er/', 'COPY --chown=nobody:nogroup --chmod=640 a.txt /owned', 'COPY --chown=1234 --chmod=u=rwX,go= folder /folder', 'COPY --exclude=*.log folder /without' @{ 'a.txt' = 'a'; 'b.txt' = 'b'; 'folder/x' = 'x'; 'folder/y.log' = 'y' }
        $null = Build-Image $context -Name c05
        Read-Image c05 'cat /deep/er/*; stat -c " %a %u:%g" /owned; stat -c "%a %u:%g" /folder/x; ls /without' | Should -Be 'ab 640 65534:65534', '600 1234:1234', 'x'
    }

    It 'leaves out what .dockerignore says' {
        $context = New-Context 'FROM busybox', 'COPY . /all' @{ '.dockerignore' = "*.log`n!keep.log`nsecret`n"; 'a.log' = 'a'; 'keep.log' = 'k'; 'secret/key' = 's'; 'file' = 'f' }
        $null = Build-Image $context -Name c05ignore
        Read-Image c05ignore 'ls -A /all' | Should -Be '.dockerignore', 'Dockerfile', 'file', 'keep.log'
    }

    It 'says what is missing' {
        (Get-CommandError { Build-Image (New-Context 'FROM busybox', 'COPY nothing /') }).Exception.Message | Should -BeLike "Dockerfile:2: COPY nothing /: There is no 'nothing' in the context*"
    }

    It 'follows no link out of the context' {
        $context = New-Context 'FROM busybox', 'COPY link /link' @{ 'etc/hostname' = 'of the context' }
        New-Item -ItemType SymbolicLink "$context/link" -Target /etc/hostname
        $null = Build-Image $context -Name c05link
        Read-Image c05link 'cat /link' | Should -Be 'of the context'
    }
}

Describe 'WORKDIR' -Tag C06 {
    It 'adds up, is made, and is used' {
        $image = Build-Image (New-Context 'FROM busybox', 'WORKDIR /a', 'WORKDIR b', 'WORKDIR c', 'RUN pwd > /pwd') -Name c06
        $image.WorkingDirectory | Should -Be '/a/b/c'
        Read-Image c06 'cat /pwd; pwd; stat -c %a /a/b/c' | Should -Be '/a/b/c', '/a/b/c', '755'
    }
}

Describe 'USER' -Tag C07 {
    It 'is who runs, by name or number' {
        $null = Build-Image (New-Context 'FROM busybox', 'USER nobody', 'RUN id -un > /tmp/who', 'USER 1000:50', 'RUN id -u > /tmp/number; id -g >> /tmp/number', 'WORKDIR /mine') -Name c07
        Read-Image c07 'cat /tmp/who /tmp/number; id -u; stat -c %u:%g /mine' | Should -Be 'nobody', '1000', '50', '1000', '1000:50'
    }
}

Describe 'VOLUME' -Tag C08 {
    It 'gives each container one, filled from the image' {
        $image = Build-Image (New-Context 'FROM busybox', 'RUN mkdir /data && echo filled > /data/file', 'VOLUME /data /other') -Name c08
        $image.Volumes | Sort-Object | Should -Be '/data', '/other'
        $container = New-Container -Name c08 c08 true
        $mount = $container.Mounts | Where-Object Target -eq '/data'
        Get-Content (Join-Path $mount.Source 'file') | Should -Be 'filled'
        Remove-Container c08
    }
}

Describe 'EXPOSE' -Tag C09 {
    It 'names ports' {
        (Build-Image (New-Context 'FROM busybox', 'ARG P=22', 'EXPOSE $P 80 8000-8002/udp') -Name c09).ExposedPorts | Sort-Object | Should -Be '22/tcp', '80/tcp', '8000/udp', '8001/udp', '8002/udp'
    }
}

Describe 'HEALTHCHECK' -Tag C10 {
    It 'is done in containers' {
        $context = New-Context 'FROM busybox', 'HEALTHCHECK --interval=100ms --timeout=5s --retries=1 --start-period=0s CMD test -e /well', 'CMD ["sh", "-c", "touch /well; sleep 1000"]'
        $null = Build-Image $context -Name c10
        $null = Invoke-Container -Detach -Name c10 c10
        $null = Wait-Container c10 -For Healthy -Timeout 30s
        (Get-Container c10).Health | Should -Be 'Healthy'
        Remove-Container c10 -Force
    }

    It 'can be taken away' {
        $null = Build-Image (New-Context 'FROM c10', 'HEALTHCHECK NONE') -Name c10none
        $null = Invoke-Container -Detach -Name c10none c10none
        (Get-Container c10none).Health | Should -BeIn 'None', $null
        Remove-Container c10none -Force
    }
}

Describe 'CMD and ENTRYPOINT' -Tag C11 {
    It '<Lines> runs <Runs>' -ForEach @(
        @{ Lines = 'CMD ["echo", "exec"]'; Runs = 'exec' }
        @{ Lines = 'CMD echo shell $HOME'; Runs = 'shell /root' }
        @{ Lines = 'ENTRYPOINT ["echo", "entry"]'; Runs = 'entry' }
        @{ Lines = 'ENTRYPOINT ["echo", "entry"]', 'CMD ["command"]'; Runs = 'entry command' }
        @{ Lines = 'CMD ["before"]', 'ENTRYPOINT ["echo", "kept"]'; Runs = 'kept before' }
        @{ Lines = 'ENTRYPOINT echo alone', 'CMD ["ignored"]'; Runs = 'alone' }
    ) {
        $null = Build-Image (New-Context (@('FROM busybox') + $Lines)) -Name c11
        Invoke-Container -Remove c11 | Should -Be $Runs
    }

    It 'replaces the command, never the entry point' {
        $null = Build-Image (New-Context 'FROM busybox', 'ENTRYPOINT ["echo", "entry"]', 'CMD ["command"]') -Name c11both
        Invoke-Container -Remove c11both given | Should -Be 'entry given'
        Invoke-Container -Remove -EntryPoint echo c11both other | Should -Be 'other'
    }

    It 'forgets the base''s command with another entry point' {
        $null = Build-Image (New-Context 'FROM c11both', 'ENTRYPOINT ["echo", "mine"]') -Name c11child
        Invoke-Container -Remove c11child | Should -Be 'mine'
    }
}

Describe 'ONBUILD' -Tag C12 {
    It 'is carried out in the child''s build, once' {
        $null = Build-Image (New-Context 'FROM busybox', 'ONBUILD COPY file /onbuild', 'ONBUILD RUN echo done >> /onbuild') -Name c12
        @((Get-ImageHistory c12).CreatedBy | Where-Object { $_ -like '*done*' }).Count | Should -Be 0
        $null = Build-Image (New-Context 'FROM c12' @{ file = 'copied ' }) -Name c12child
        Read-Image c12child 'cat /onbuild' | Should -Be 'copied done'
        $null = Build-Image (New-Context 'FROM c12child') -Name c12grandchild
        Read-Image c12grandchild 'cat /onbuild' | Should -Be 'copied done'
    }
}

Describe 'SHELL, STOPSIGNAL, directives and comments' -Tag C13 {
    It 'are as Docker''s reference says' {
        $context = New-Context '# escape=`', '# a comment', 'FROM busybox', '# another', 'SHELL ["/bin/sh", "-xc"]', 'RUN echo a `', '# between', '  b > /ab', 'STOPSIGNAL SIGQUIT'
        $image = Build-Image $context -Name c13 -PassThru
        $image.Image.StopSignal | Should -Be 'SIGQUIT'
        Read-Image c13 'cat /ab' | Should -Be 'a b'
        (Get-ImageHistory c13).CreatedBy | Should -Contain 'SHELL [/bin/sh -xc]'
    }
}

Describe 'The cache' -Tag C14 {
    It 'takes over what has not changed' {
        $context = New-Context 'FROM busybox', 'RUN cat /proc/sys/kernel/random/uuid > /first', 'COPY file /file', 'RUN cat /proc/sys/kernel/random/uuid > /second' @{ file = '1' }
        $first = Build-Image $context -Name c14 -PassThru
        $first.CacheHits | Should -Be 0
        $second = Build-Image $context -Name c14 -PassThru
        $second.CacheHits | Should -Be 3
        $second.Image.ImageId | Should -Be $first.Image.ImageId
        (Get-Item "$context/file").LastWriteTime = (Get-Date).AddDays(-1)
        (Build-Image $context -PassThru).CacheHits | Should -Be 3
        [IO.File]::WriteAllText("$context/file", '2')
        $third = Build-Image $context -Name c14changed -PassThru
        $third.Steps.IsCached | Should -Be $true, $true, $false, $false
        (Read-Image c14 'cat /first') | Should -Be (Read-Image c14changed 'cat /first')
        (Read-Image c14 'cat /second') | Should -Not -Be (Read-Image c14changed 'cat /second')
    }

    It 'is shown by Measure-ContainerStore, not used with -NoCache, and cleared' {
        $context = New-Context 'FROM busybox', 'RUN echo c14 > /c14'
        $null = Build-Image $context -Name c14clear
        (Measure-ContainerStore | Where-Object Type -eq BuildCache).Count | Should -BeGreaterThan 0
        (Build-Image $context -NoCache -PassThru).CacheHits | Should -Be 0
        (Clear-ContainerStore -BuildCache -Force).Type | Should -Be 'BuildCache'
        (Measure-ContainerStore | Where-Object Type -eq BuildCache).Count | Should -Be 0
        (Build-Image $context -PassThru).CacheHits | Should -Be 0
    }

    It 'outlives the image, and image and cache go each for themselves' {
        $context = New-Context 'FROM busybox', 'RUN echo kept > /kept'
        $null = Build-Image $context -Name c14kept
        Remove-Image c14kept
        (Build-Image $context -Name c14kept -PassThru).CacheHits | Should -Be 1
        Read-Image c14kept 'cat /kept' | Should -Be 'kept'
        $null = Clear-ContainerStore -BuildCache -Force
        Read-Image c14kept 'cat /kept' | Should -Be 'kept'
        Test-ContainerStore | Where-Object Kind -ne Unreferenced | Should -BeNullOrEmpty
    }

    It 'is given to other machines, and taken from them' {
        $context = New-Context 'FROM busybox', 'RUN cat /proc/sys/kernel/random/uuid > /given'
        Push-Location $TestDrive
        try {
            $null = Build-Image $context -Name c14given -CacheTo ./given
            $null = Clear-ContainerStore -BuildCache -Force
            $taken = Build-Image $context -Name c14taken -CacheFrom ./nothing, ./given -PassThru -WarningVariable warnings -WarningAction SilentlyContinue
        }
        finally {
            Pop-Location
        }
        $taken.CacheHits | Should -Be 1
        $warnings | Should -HaveCount 1
        "$warnings" | Should -BeLike "*CacheUnavailable*/nothing*"
        Read-Image c14taken 'cat /given' | Should -Be (Read-Image c14given 'cat /given')
    }

    It 'keeps within its limit' {
        (Set-ContainerEngine -BuildCacheLimit 3GB -PassThru).BuildCacheLimit | Should -Be 3GB
        (Get-CommandError { Set-ContainerEngine -BuildCacheLimit much }).Exception.Message | Should -BeLike '*much*'
        Set-ContainerEngine -BuildCacheLimit 20GB
    }
}

Describe 'Errors' -Tag C15 {
    It 'refuses a wrong Dockerfile with file and line' {
        $record = Get-CommandError { Build-Image (New-Context 'FROM busybox', 'RUM true') }
        $record.FullyQualifiedErrorId | Should -BeLike 'InvalidDockerfile*'
        $record.Exception.Message | Should -BeLike "Dockerfile:2: There is no instruction 'RUM'*RUN*"
    }

    It 'shows output and exit code of a command that fails, and leaves nothing behind' {
        $cgroups = @(& find /sys/fs/cgroup -type d -path '*/containerps/build-*' -prune 2>$null).Count
        $record = Get-CommandError { Build-Image (New-Context 'FROM busybox', 'RUN echo before; echo wrong >&2; exit 3') -Name c15 }
        $record.FullyQualifiedErrorId | Should -BeLike 'BuildStepFailed*'
        $record.Exception.ExitCode | Should -Be 3
        $record.Exception.Output | Should -Be 'before', 'wrong'
        $record.Exception.Message | Should -BeLike 'Dockerfile:2: RUN echo before*exit code 3*wrong*'
        Get-Image c15 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Get-Container | Where-Object Image -like 'c15*' | Should -BeNullOrEmpty
        Get-ChildItem "$env:CONTAINERPS_ROOT/layers/ingest", "$env:CONTAINERPS_ROOT/images/ingest", "$env:CONTAINERPS_ROOT/build-cache/ingest" | Should -BeNullOrEmpty
        @(& find /sys/fs/cgroup -type d -path '*/containerps/build-*' -prune 2>$null).Count | Should -BeLessOrEqual $cgroups
    }

    It 'says that there is no Dockerfile, no such image, no such stage' {
        (Get-CommandError { Build-Image (New-Context) }).FullyQualifiedErrorId | Should -BeLike 'DockerfileNotFound*'
        (Get-CommandError { Build-Image (New-Context 'FROM localhost:1/nothing') }).Exception.Message | Should -BeLike "There is no image 'localhost:1/nothing' in the store*"
        (Get-CommandError { Build-Image (New-Context 'FROM busybox AS one') -Target two }).Exception.Message | Should -BeLike "*-Target 'two' is refused*"
    }

    It 'refuses privileges that are not allowed' {
        (Get-CommandError { Build-Image (New-Context 'FROM busybox', 'RUN --security=insecure true') }).Exception.Message | Should -BeLike '*--security=insecure is not allowed*'
        (Get-CommandError { Build-Image (New-Context 'FROM busybox', 'RUN --network=host true') }).Exception.Message | Should -BeLike '*--network=host is not allowed*'
        $null = Build-Image (New-Context 'FROM busybox', 'RUN --network=host true') -Allow network.host
    }
}

Describe 'Another Dockerfile' -Tag C16 {
    It 'has paths relative to the context' {
        $context = New-Context -Files @{ 'file' = 'of the context'; 'other/Dockerfile' = "FROM busybox`nCOPY file /file`n"; 'other/file' = 'beside' }
        $null = Build-Image $context -File "$context/other/Dockerfile" -Name c16
        Read-Image c16 'cat /file' | Should -Be 'of the context'
    }

    It 'comes from the pipeline' {
        $null = 'FROM busybox', 'RUN echo piped > /piped' | Build-Image - -Name c16piped
        Read-Image c16piped 'cat /piped' | Should -Be 'piped'
        $context = New-Context -Files @{ file = 'f' }
        $null = 'FROM busybox', 'COPY file /file' | Build-Image $context -File - -Name c16both
        Read-Image c16both 'cat /file' | Should -Be 'f'
    }

    It 'lies in an archive' {
        $context = New-Context 'FROM busybox', 'COPY file /file' @{ file = 'archived' }
        tar -C $context -czf "$TestDrive/context.tar.gz" .
        $null = Build-Image "$TestDrive/context.tar.gz" -Name c16archive
        Read-Image c16archive 'cat /file' | Should -Be 'archived'
    }
}

Describe 'Mounts of RUN, and stages side by side' -Tag C17 {
    It 'mounts caches, contexts, memory and secrets' {
        $value = [Guid]::NewGuid().ToString('N')
        [IO.File]::WriteAllText("$TestDrive/secret", $value)
        $context = New-Context @(
            'FROM busybox AS other', 'RUN echo other > /other', 'FROM busybox'
            'RUN --mount=type=cache,target=/cache,id=c17 echo x >> /cache/count; wc -l < /cache/count > /count'
            'RUN --mount=type=bind,target=/context cat /context/file > /file; touch /context/x 2>/dev/null || echo readonly >> /file'
            'RUN --mount=type=bind,from=other,source=/other,target=/o cat /o > /o-copy'
            'RUN --mount=type=bind,target=/context,rw echo changed > /context/file; cat /context/file >> /file'
            'RUN --mount=type=tmpfs,target=/mem,size=1m echo m > /mem/m; grep -c " /mem tmpfs" /proc/mounts > /mem-count'
            'RUN --mount=type=secret,id=token wc -c < /run/secrets/token > /secret-size; stat -c %a /run/secrets/token >> /secret-size'
            'RUN --mount=type=secret,id=token,env=TOKEN echo ${#TOKEN} > /secret-env'
        ) @{ file = "original`n" }
        $null = Build-Image $context -Name c17 -Secret "id=token,src=$TestDrive/secret"
        Read-Image c17 'cat /count /file /o-copy /mem-count /secret-size /secret-env; ls /cache /context /mem /o /run 2>&1 | grep -vc "No such"' |
            Should -Be '1', 'original', 'readonly', 'changed', 'other', '1', '32', '400', '32', '0'
        Get-Content -Raw "$context/file" | Should -Be "original`n"
        $null = Build-Image $context -Name c17again -Secret "id=token,src=$TestDrive/secret" -NoCache
        Read-Image c17again 'cat /count' | Should -Be '2'
        & grep -rl $value "$env:CONTAINERPS_ROOT" "$env:CONTAINERPS_RUN" | Should -BeNullOrEmpty
    }

    It 'builds stages side by side' {
        # Each waits for the other: one after the other they would wait for ever.
        $script = 'touch /shared/{0}; i=0; while ! test -e /shared/{1}; do i=$((i+1)); test $i -lt 3000 || exit 1; usleep 20000; done; echo {0} > /{0}'
        $context = New-Context @(
            'FROM busybox AS one', "RUN --mount=type=cache,id=c17-side,target=/shared $($script -f 'one', 'two')"
            'FROM busybox AS two', "RUN --mount=type=cache,id=c17-side,target=/shared $($script -f 'two', 'one')"
            'FROM busybox', 'COPY --from=one /one /', 'COPY --from=two /two /'
        )
        $null = Build-Image $context -Name c17side
        Read-Image c17side 'cat /one /two' | Should -Be 'one', 'two'
    }

    It 'requires what is required' {
        (Get-CommandError { Build-Image (New-Context 'FROM busybox', 'RUN --mount=type=secret,id=none,required=true true') }).Exception.Message | Should -BeLike "*no secret 'none'*"
        $null = Build-Image (New-Context 'FROM busybox', 'RUN --mount=type=secret,id=none test ! -e /run/secrets/none')
    }
}

Describe 'Results' -Tag C14 {
    It 'goes to a folder, a tar or an archive of the image' {
        $context = New-Context 'FROM scratch', 'COPY file /inner/file' @{ file = 'result' }
        (Build-Image $context -Output "$TestDrive/folder").FullName | Should -Be "$TestDrive/folder"
        Get-Content "$TestDrive/folder/inner/file" | Should -Be 'result'
        $null = Build-Image $context -Output "$TestDrive/files.tar"
        tar -tf "$TestDrive/files.tar" | Should -Contain 'inner/file'
        $null = Build-Image $context -Output "type=oci,dest=$TestDrive/image.tar"
        (Import-Image "$TestDrive/image.tar" -Name fromoci).Size | Should -Be 6
    }

    It 'is the same, bit by bit, with SOURCE_DATE_EPOCH' {
        $context = New-Context 'FROM busybox', 'RUN mkdir /d && cat /proc/sys/kernel/random/uuid > /d/time && echo fixed > /d/time', 'COPY file /file', 'ENV A=1' @{ file = 'f' }
        $one = Build-Image $context -NoCache -BuildArgument SOURCE_DATE_EPOCH=1000000000
        $two = Build-Image $context -NoCache -BuildArgument SOURCE_DATE_EPOCH=1000000000
        $two.Digest | Should -Be $one.Digest
        $one.Created | Should -Be ([DateTimeOffset]::FromUnixTimeSeconds(1000000000))
    }

    It 'does nothing with -WhatIf' {
        Build-Image (New-Context 'FROM busybox') -Name whatif -WhatIf | Should -BeNullOrEmpty
        Get-Image whatif -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'shows again what goes on when a step has no news, since a host may have missed it' {
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$(Get-TestModulePath)'; Build-Image '$(New-Context 'FROM busybox', 'RUN sleep 2')' -NoCache").Invoke()
        $shell.Streams.Error | Should -BeNullOrEmpty
        $records = @($shell.Streams.Progress | Where-Object Activity -EQ '[2/2] RUN sleep 2')
        @($records | Where-Object RecordType -EQ 'Processing').Count | Should -BeGreaterOrEqual 2
        $records[-1].RecordType | Should -Be 'Completed'
        $shell.Dispose()
    }

    It 'prints lines with -Progress Plain' {
        $lines = Build-Image (New-Context 'FROM busybox', 'RUN echo visible') -NoCache -Progress Plain 6>&1 | Where-Object { $_ -is [Management.Automation.InformationRecord] } | ForEach-Object { "$_" }
        ($lines -join "`n") | Should -BeLike '*#2 `[2/2`] RUN echo visible*#2 | visible*#2 DONE*'
    }
}
