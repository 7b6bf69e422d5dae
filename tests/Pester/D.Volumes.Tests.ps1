# Walkthrough section D: volumes, and C08's part of running. A row's id is its tag.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox

    # An image of two layers as Docker saves it: busybox, and a volume /data with an owner, a mode, a link and an extended attribute of its own, and a file /file.
    $script = @'
import hashlib, io, json, sys, tarfile
base, target = sys.argv[1:]
layer = io.BytesIO()
out = tarfile.open(fileobj=layer, mode='w', format=tarfile.PAX_FORMAT)
def add(name, data=None, mode=0o644, link=None, xattr=None):
    info = tarfile.TarInfo(name)
    info.uid, info.gid, info.mode, info.mtime = 1000, 1001, mode, 1000000000
    if link: info.type, info.linkname = tarfile.SYMTYPE, link
    elif data is None: info.type = tarfile.DIRTYPE
    else: info.size = len(data)
    if xattr: info.pax_headers = {'SCHILY.xattr.user.test': xattr}
    out.addfile(info, io.BytesIO(data) if data is not None else None)
add('data', mode=0o2750)
add('data/file', b'of the image', 0o640, xattr='value')
add('data/sub', mode=0o700)
add('data/sub/deep', b'deep')
add('data/link', link='file')
add('data/out', link='/../../../../../../etc')
add('file', b'a file')
out.close()
layers = [open(base, 'rb').read(), layer.getvalue()]
config = json.dumps({'architecture': 'amd64', 'os': 'linux', 'config': {'Cmd': ['sh'], 'Volumes': {'/data': {}}},
    'rootfs': {'type': 'layers', 'diff_ids': ['sha256:' + hashlib.sha256(layer).hexdigest() for layer in layers]}}).encode()
manifest = json.dumps([{'Config': 'config.json', 'RepoTags': ['app:1'], 'Layers': ['0.tar', '1.tar']}]).encode()
with tarfile.open(target, 'w') as archive:
    for name, data in (('0.tar', layers[0]), ('1.tar', layers[1]), ('config.json', config), ('manifest.json', manifest)):
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
'@
    Invoke-Native python3 -Arguments '-c', $script, (Get-BusyboxTar), "$store/app.tar"
    $null = Import-Image "$store/app.tar"
    $canary = "$store/canary"
    $null = New-Item -ItemType Directory $canary
    Set-Content "$canary/f" 'safe'

    # Exchanges two names as fast as it can (renameat2, RENAME_EXCHANGE) until it is killed.
    function Start-Exchange([string] $One, [string] $Other) {
        $code = "import ctypes, sys`nlibc = ctypes.CDLL(None)`na, b = (x.encode() for x in sys.argv[1:])`nwhile True: libc.renameat2(-100, a, -100, b, 2)"
        $info = [Diagnostics.ProcessStartInfo]::new('python3')
        foreach ($argument in '-c', $code, $One, $Other) { $info.ArgumentList.Add($argument) }
        [Diagnostics.Process]::Start($info)
    }

    # Who owns a file, and its mode, as the machine sees them.
    function Get-Owner([string] $Path) { & stat -c '%u:%g %a' $Path }
}

AfterAll {
    Get-Container | Remove-Container -Force -RemoveVolume
    Get-ContainerVolume | Remove-ContainerVolume
    Get-ContainerVolume | Should -BeNullOrEmpty
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'D01 anonymous volumes' -Tag D01, C08 {
    It 'are filled from the image, with owner, mode, time, links and attributes' {
        $container = New-Container -Name d01 app:1 cat /data/file
        $mount = $container.Mounts[0]
        $mount.Type | Should -Be 'volume'
        $mount.Target | Should -Be '/data'
        $mount.Name | Should -Match '^[0-9a-f]{64}$'
        Get-Owner $mount.Source | Should -Be '1000:1001 2750'
        Get-Owner "$($mount.Source)/file" | Should -Be '1000:1001 640'
        (Get-Item "$($mount.Source)/link").LinkTarget | Should -Be 'file'
        & stat -c %Y "$($mount.Source)/file" | Should -Be '1000000000'
        & getfattr --only-values -n user.test "$($mount.Source)/file" 2>$null | Should -Be 'value'
        Start-Container d01
        (Wait-Container d01).ExitCode | Should -Be 0
        (Get-ContainerLog d01).Text | Should -Be 'of the image'
        (Get-ContainerVolume $mount.Name).IsAnonymous | Should -BeTrue
        (Get-ContainerVolume $mount.Name).UsedBy | Should -Be 'd01'
    }

    It 'outlive the container, unless -RemoveVolume takes them along' {
        $first = (Get-Container d01).Mounts[0]
        Remove-Container d01
        Get-Content "$($first.Source)/sub/deep" | Should -Be 'deep'
        (Get-ContainerVolume $first.Name).UsedBy | Should -BeNullOrEmpty
        Remove-ContainerVolume $first.Name
        $second = (New-Container -Name d01 -Volume /mine, named01:/named app:1).Mounts
        $second.Count | Should -Be 3
        Remove-Container d01 -RemoveVolume
        Get-ContainerVolume | Select-Object -ExpandProperty Name | Should -Be 'named01'
        Remove-ContainerVolume named01
    }

    It 'are asked for by -Volume with a path inside alone, and made for each container' {
        $one, $other = 1..2 | ForEach-Object { New-Container -Volume /data, /usr/local/htdocs/ app:1 }
        $one.Mounts.Target | Sort-Object | Should -Be '/data', '/usr/local/htdocs'
        Compare-Object $one.Mounts.Name $other.Mounts.Name -IncludeEqual -ExcludeDifferent | Should -BeNullOrEmpty
        $one, $other | Remove-Container -RemoveVolume
    }

    It 'go with a container that goes when it ends, shell or no shell' {
        Invoke-Container -Remove -Volume /v, kept:/k app:1 sh -c 'ls /data; echo x > /k/x' | Should -Be 'file', 'link', 'out', 'sub'
        (Get-ContainerVolume).Name | Should -Be 'kept'
        $left = Invoke-Shell "`$c = Invoke-Container -Detach -Remove -Name a20 app:1 sleep 0.3; `$c.Mounts[0].Name" $store
        $left.ExitCode | Should -Be 0
        $null = Get-Container a20* | Wait-Container
        Get-ContainerVolume $left.Output -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Remove-ContainerVolume kept
    }

    It 'are removed by the next command when the monitor of such a container was killed' {
        $container = Invoke-Container -Detach -Remove app:1 sleep 1000
        $monitor = Get-Content "$env:CONTAINERPS_RUN/$($container.Id)/monitor.json" | ConvertFrom-Json
        Invoke-Native kill -Arguments '-9', $monitor.monitorPid
        Remove-Container $container -Force
        Get-ContainerVolume | Should -BeNullOrEmpty
    }

    It 'cannot be mounted over a file, and nothing is left of the attempt' {
        (Get-CommandError { New-Container -Name never -Volume /file app:1 }).Exception.Message | Should -BeLike "*'/file'*file there*"
        Get-Container never* | Should -BeNullOrEmpty
        Get-ContainerVolume | Should -BeNullOrEmpty
    }

    It 'are not made where a tmpfs or a bind mount is asked for' {
        $container = New-Container -Tmpfs /data app:1
        $container.Mounts.Type | Should -Be 'tmpfs'
        Remove-Container $container
        Get-ContainerVolume | Should -BeNullOrEmpty
    }
}

Describe 'D02 bind mounts' -Tag D02 {
    BeforeAll {
        $host02 = "$store/host"
        $null = New-Item -ItemType Directory $host02
        Set-Content "$host02/f" 'of the host'
    }

    It 'show changes at once, both ways' {
        $null = Invoke-Container -Detach -Name d02 -Volume "${host02}:/path" busybox sleep 1000
        Invoke-ContainerExec d02 cat /path/f | Should -Be 'of the host'
        Set-Content "$host02/f" 'changed'
        Invoke-ContainerExec d02 cat /path/f | Should -Be 'changed'
        Invoke-ContainerExec d02 sh -c 'echo inside > /path/new'
        Get-Content "$host02/new" | Should -Be 'inside'
        $mount = (Get-Container d02).Mounts[0]
        $mount.Type, $mount.Source, $mount.Target, $mount.ReadOnly | Should -Be 'bind', $host02, '/path', $false
        Remove-Container d02 -Force
    }

    It 'refuse writes with :ro, also to what is mounted below' {
        Invoke-Native mkdir -Arguments '-p', "$host02/below"
        Invoke-Native mount -Arguments '-t', 'tmpfs', 'tmpfs', "$host02/below"
        try {
            Invoke-Container -Remove -Volume "${host02}:/path:ro" busybox sh -c 'cat /path/f; touch /path/no /path/below/no 2>&1 | wc -l' | Should -Be 'changed', '2'
            Invoke-Container -Remove -Mount "type=bind,src=$host02,dst=/path,ro,bind-recursive=writable" busybox sh -c 'touch /path/no 2>/dev/null || touch /path/below/yes && ls /path/below' | Should -Be 'yes'
            Invoke-Container -Remove -Mount @{ type = 'bind'; source = $host02; target = '/path'; 'bind-recursive' = 'disabled' } busybox ls /path/below | Should -BeNullOrEmpty
        }
        finally {
            Invoke-Native umount -Arguments "$host02/below"
        }
    }

    It 'take files, relative paths and home' {
        Push-Location $store
        try {
            Invoke-Container -Remove -Volume ./host/f:/etc/one, "./host:/two" busybox cat /etc/one /two/f | Should -Be 'changed', 'changed'
        }
        finally {
            Pop-Location
        }
    }

    It 'make a missing folder in the short form, and refuse it in the long one' {
        Invoke-Container -Remove -Volume "$store/made/here:/x" busybox touch /x/f
        Test-Path "$store/made/here/f" | Should -BeTrue
        Get-Owner "$store/made/here" | Should -Be '0:0 755'
        $wrong = Get-CommandError { New-Container -Name never -Mount "type=bind,src=$store/nowhere,dst=/x" busybox }
        $wrong.FullyQualifiedErrorId | Should -BeLike 'InvalidSetting*'
        $wrong.Exception.Message | Should -BeLike "Mount:*'$store/nowhere' does not exist*"
        Get-Container never* | Should -BeNullOrEmpty
        Test-Path "$store/nowhere" | Should -BeFalse
    }

    It 'are mounted on targets that the image does not have, outer ones first' {
        $container = New-Container -Volume "${host02}:/new/outer", inner02:/new/outer/inner busybox sh -c 'ls /new/outer; echo x > /new/outer/inner/x'
        Start-Container $container
        (Wait-Container $container).ExitCode | Should -Be 0
        Test-Path "$($container.UpperPath)/new/outer" | Should -BeTrue
        Get-Content "$((Get-ContainerVolume inner02).Mountpoint)/x" | Should -Be 'x'
        Test-Path "$host02/inner" | Should -BeTrue
        Remove-Container $container
        Remove-ContainerVolume inner02
    }

    It 'take the place of the engine''s own files' {
        Set-Content "$store/hosts" '10.0.0.1 mine'
        Invoke-Container -Remove -Volume "$store/hosts:/etc/hosts:ro" busybox cat /etc/hosts | Should -Be '10.0.0.1 mine'
    }

    It 'refuse two at one target' {
        (Get-CommandError { New-Container -Name never -Volume "${host02}:/x", data:/x/ busybox }).Exception.Message | Should -BeLike "*'/x'*"
        (Get-CommandError { New-Container -Name never -Volume "${host02}:/x" -Tmpfs /x busybox }).Exception.Message | Should -BeLike "*'/x'*"
        Get-ContainerVolume | Should -BeNullOrEmpty
    }
}

Describe 'D03 named volumes' -Tag D03 {
    It 'are made, listed and removed' {
        $volume = New-ContainerVolume -Name d03 -Label owner=me, other
        $volume.Driver | Should -Be 'local'
        $volume.Created | Should -BeOfType [DateTimeOffset]
        $volume.Mountpoint | Should -Be "$env:CONTAINERPS_ROOT/volumes/d03/data"
        $volume.Labels['owner'] | Should -Be 'me'
        Get-Owner $volume.Mountpoint | Should -Be '0:0 755'
        (New-ContainerVolume d03).Created | Should -Be $volume.Created
        (New-ContainerVolume).IsAnonymous | Should -BeTrue
        (Get-ContainerVolume d0*).Name | Should -Be 'd03'
        (Get-ContainerVolume -Label owner=me).Name | Should -Be 'd03'
        Get-ContainerVolume -Label owner=you | Should -BeNullOrEmpty
        @(Get-ContainerVolume -Dangling).Count | Should -Be 2
        Set-Content "$($volume.Mountpoint)/f" ('x' * 5000)
        (Get-ContainerVolume d03 -Size).Size | Should -Be 5001
        (Get-ContainerVolume d03).Size | Should -BeNullOrEmpty
        (Get-ContainerVolume d03 -Size | Out-String -Width 120).Trim() -split '\r?\n' | Select-Object -First 1 | Should -Match '^Driver +Name +Created +Size +UsedBy$'
        Get-ContainerVolume | Remove-ContainerVolume -WhatIf
        @(Get-ContainerVolume).Count | Should -Be 2
        (Get-ContainerVolume | Remove-ContainerVolume -PassThru).Name | Should -Contain 'd03'
        (Get-CommandError { Get-ContainerVolume d03 }).FullyQualifiedErrorId | Should -BeLike 'VolumeNotFound*'
        (Get-CommandError { Remove-ContainerVolume d03 }).FullyQualifiedErrorId | Should -BeLike 'VolumeNotFound*'
        Get-CommandError { Remove-ContainerVolume d03 -Force } | Should -BeNullOrEmpty
    }

    It 'are made by a container that names them, filled when empty, and left alone when not' {
        $null = New-Container -Name one -Volume shared03:/data app:1
        $folder = (Get-ContainerVolume shared03).Mountpoint
        Get-Content "$folder/file" | Should -Be 'of the image'
        Set-Content "$folder/file" 'mine'
        $null = New-ContainerVolume empty03
        $null = New-Container -Name two -Volume shared03:/data, empty03:/copy:nocopy app:1
        Get-Content "$folder/file" | Should -Be 'mine'
        Get-ChildItem (Get-ContainerVolume empty03).Mountpoint | Should -BeNullOrEmpty
        $null = New-Container -Name three -Volume empty03:/data app:1
        Get-Owner (Get-ContainerVolume empty03).Mountpoint | Should -Be '1000:1001 2750'
        (Get-ContainerVolume shared03).UsedBy | Should -Be 'one', 'two'
    }

    It 'are not removed while containers use them, running or not' {
        $wrong = Get-CommandError { Remove-ContainerVolume shared03 -Force }
        $wrong.FullyQualifiedErrorId | Should -BeLike 'VolumeInUse*'
        $wrong.Exception.Message | Should -BeLike '*one, two*'
        Remove-Container one, two, three -RemoveVolume
        (Get-ContainerVolume).Name | Should -Be 'empty03', 'shared03'
        Remove-ContainerVolume shared03, empty03
    }

    It 'keep what containers write' {
        Invoke-Container -Remove -Volume kept03:/v busybox sh -c 'echo kept > /v/f'
        Invoke-Container -Remove -Volume kept03:/w:ro busybox sh -c 'cat /w/f; touch /w/no 2>/dev/null || echo refused' | Should -Be 'kept', 'refused'
        Remove-ContainerVolume kept03
    }

    It 'are copied to and from, whether the container runs or not' {
        $null = New-Container -Name copied03 -Volume copied03:/data, "$store/host:/home" app:1
        Copy-ContainerItem copied03:/data/file "$store/copied"
        Get-Content "$store/copied" | Should -Be 'of the image'
        Copy-ContainerItem "$canary/f" copied03:/data/in
        Get-Content "$((Get-ContainerVolume copied03).Mountpoint)/in" | Should -Be 'safe'
        Copy-ContainerItem "$canary/f" copied03:/home/copied
        Get-Content "$store/host/copied" | Should -Be 'safe'
        Remove-Container copied03
        Remove-ContainerVolume copied03
    }

    It 'are refused under names that are paths' {
        foreach ($name in '../x', '..', 'a/b', 'x', '-x') {
            (Get-CommandError { New-ContainerVolume -Name $name }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting*'
        }

        (Get-CommandError { Remove-ContainerVolume '../root' }).FullyQualifiedErrorId | Should -BeLike 'VolumeNotFound*'
        (Get-CommandError { New-Container -Volume 'a*b:/x' busybox }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting*'
    }

    It 'complete their names' {
        $null = New-ContainerVolume complete03
        (TabExpansion2 'Remove-ContainerVolume comp' 27).CompletionMatches.CompletionText | Should -Be 'complete03'
        (TabExpansion2 'New-Container -Volume comp' 26).CompletionMatches.CompletionText | Should -Be 'complete03:'
        Remove-ContainerVolume complete03
    }

    It 'tell of a damaged record, and list the others' {
        $null = New-ContainerVolume good03
        $null = New-ContainerVolume bad03
        Set-Content "$env:CONTAINERPS_ROOT/volumes/bad03/volume.json" '{'
        $volumes = Get-ContainerVolume -ErrorVariable problems -ErrorAction SilentlyContinue
        $volumes.Name | Should -Be 'good03'
        $problems[0].Exception.Message | Should -BeLike '*bad03*damaged*'
        Remove-ContainerVolume good03, bad03
        Get-ContainerVolume | Should -BeNullOrEmpty
    }
}

Describe 'D04 volumes of other containers' -Tag D04 {
    It 'are shared, for reading alone with :ro, and stay until the last goes' {
        $web = New-Container -Name web -Volume "$store/host:/host", named04:/named app:1
        $null = Invoke-Container -Detach -Name helper -VolumesFrom web busybox sh -c 'echo helped > /data/new; sleep 1000'
        $null = Invoke-Container -Detach -Name reader -VolumesFrom "$($web.ShortId):ro" busybox sleep 1000
        (Get-Container helper).Mounts.Target | Sort-Object | Should -Be '/data', '/host', '/named'
        (Get-Container reader).Mounts.ReadOnly | Should -Be $true, $true, $true
        Invoke-ContainerExec reader sh -c 'cat /data/file; echo; touch /data/no 2>/dev/null || echo refused' | Should -Be 'of the image', 'refused'
        $anonymous = $web.Mounts | Where-Object Target -eq '/data'
        Remove-Container web -RemoveVolume
        (Get-ContainerVolume $anonymous.Name).UsedBy | Should -Be 'helper', 'reader'
        Remove-Container reader -Force -RemoveVolume
        Get-Content "$($anonymous.Source)/new" | Should -Be 'helped'
        Remove-Container helper -Force -RemoveVolume
        (Get-ContainerVolume).Name | Should -Be 'named04'
        Remove-ContainerVolume named04
    }

    It 'give way to what is asked for' {
        $null = New-Container -Name from app:1
        $container = New-Container -VolumesFrom from -Volume "$store/host:/data" busybox
        $container.Mounts.Type | Should -Be 'bind'
        $container, 'from' | Remove-Container -RemoveVolume
    }

    It 'need a container that is there, and a mode that is one' {
        (Get-CommandError { New-Container -VolumesFrom nobody busybox }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound*'
        (Get-CommandError { New-Container -VolumesFrom x:rx busybox }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting*'
    }
}

Describe 'D05 tmpfs and -Mount' -Tag D05 {
    It 'makes a tmpfs of a size and a mode' {
        $output = Invoke-Container -Remove -Mount @{ type = 'tmpfs'; target = '/t'; 'tmpfs-size' = '1m'; 'tmpfs-mode' = '0700' } -Tmpfs '/u:size=64k,uid=5' busybox sh -c 'grep -E " /[tu] " /proc/mounts | sort; stat -c %a /t; stat -c %u /u'
        $output[0] | Should -BeLike 'tmpfs /t tmpfs rw,nosuid,nodev,noexec*size=1024k*'
        $output[1] | Should -BeLike '*size=64k*'
        $output[2..3] | Should -Be '700', '5'
        Invoke-Container -Remove -Mount type=tmpfs,dst=/t,ro busybox sh -c 'touch /t/x 2>/dev/null || echo refused' | Should -Be 'refused'
    }

    It 'mounts a part of a volume, which must be there' {
        $folder = (New-ContainerVolume d05).Mountpoint
        $null = New-Item -ItemType Directory "$folder/site/deep" -Force
        Set-Content "$folder/site/f" 'part'
        $mount = 'type=volume,source=d05,target=/m,volume-subpath=site'
        Invoke-Container -Remove -Mount $mount busybox sh -c 'ls /m' | Should -Be 'deep', 'f'
        Invoke-Container -Remove -Mount 'source=d05,dst=/f,volume-subpath=site/f' busybox cat /f | Should -Be 'part'
        (Get-CommandError { Invoke-Container -Remove -Mount 'source=d05,target=/m,volume-subpath=none' busybox true }).Exception.Message | Should -BeLike "*'d05' has no 'none'*"
        (Get-CommandError { New-Container -Mount 'source=d05,target=/m,volume-subpath=../x' busybox true }).Exception.Message | Should -BeLike '*volume-subpath*'
        Remove-ContainerVolume d05
    }

    It 'takes what is not quoted, which PowerShell cuts at the commas' {
        Invoke-Container -Remove -Mount type=tmpfs,target=/t,tmpfs-size=1m busybox grep -c ' /t tmpfs ' /proc/mounts | Should -Be '1'
        $container = New-Container -Mount dst=/a, dst=/b busybox
        $container.Mounts.Target | Sort-Object | Should -Be '/a', '/b'
        Remove-Container $container -RemoveVolume
    }

    It 'makes volumes with labels and options' {
        $container = New-Container -Mount @{ source = 'labelled'; target = '/m'; readonly = $true; 'volume-label' = @{ a = 'b' }; 'volume-nocopy' = $true } busybox
        (Get-ContainerVolume labelled).Labels['a'] | Should -Be 'b'
        $container.Mounts[0].ReadOnly | Should -BeTrue
        Remove-Container $container
        Remove-ContainerVolume labelled
    }

    It 'mounts an image of <Layers> layers, or a part of it, for reading alone' -TestCases @(
        @{ Layers = 1; Image = 'busybox'; File = 'etc/passwd'; Folder = 'etc'; Text = 'root:x:0:0*' }
        @{ Layers = 2; Image = 'app:1'; File = 'data/file'; Folder = 'data'; Text = 'of the image' }
    ) {
        $output = Invoke-Container -Remove -Mount "type=image,source=$Image,target=/image" busybox sh -c "touch /image/$File 2>/dev/null || echo refused; head -n 1 /image/$File"
        $output[0] | Should -Be 'refused'
        $output[1] | Should -BeLike $Text
        Invoke-Container -Remove -Mount "type=image,src=$Image,dst=/part,image-subpath=$Folder" busybox sh -c "head -n 1 /part/$(Split-Path -Leaf $File)" | Should -BeLike $Text
        $container = New-Container -Mount "type=image,src=$Image,dst=/file,image-subpath=$File" busybox head -n 1 /file
        Start-Container $container
        (Wait-Container $container).ExitCode | Should -Be 0
        (Get-ContainerLog $container).Text | Should -BeLike $Text
        $container.Mounts[0].Type, $container.Mounts[0].Name, $container.Mounts[0].ReadOnly | Should -Be 'image', $Image, $true
        (Get-CommandError { Remove-Image $Image }).FullyQualifiedErrorId | Should -BeLike 'ImageInUse*'
        (Measure-ContainerStore)[0].Active | Should -Be $Layers
        Remove-Container $container
        Invoke-Container -Remove -Mount 'type=image,src=app:1,dst=/part,image-subpath=data/out' busybox ls -d /part/passwd 2>$null | Should -Be '/part/passwd'
        (Get-CommandError { New-Container -Mount type=image,src=nothing,dst=/x busybox }).FullyQualifiedErrorId | Should -BeLike 'ImageNotFound*'
    }

    It 'lets mounts through as its propagation says' {
        $shared = "$store/shared"
        $null = New-Item -ItemType Directory $shared, "$shared/in", "$shared/out"
        Invoke-Native mount -Arguments '-t', 'tmpfs', 'tmpfs', $shared
        Invoke-Native mount -Arguments '--make-private', $shared
        $null = New-Item -ItemType Directory "$shared/in", "$shared/out"
        try {
            (Get-CommandError { New-Container -Volume "${shared}:/p:rshared" busybox }).Exception.Message | Should -BeLike '*private*make-shared*'
            Invoke-Native mount -Arguments '--make-shared', $shared
            $null = Invoke-Container -Detach -Privileged -Name both -Volume "${shared}:/p:rshared" busybox sleep 1000
            $null = Invoke-Container -Detach -Name slave -Mount "type=bind,src=$shared,dst=/p,bind-propagation=rslave" busybox sleep 1000
            $null = Invoke-Container -Detach -Name alone -Volume "${shared}:/p" busybox sleep 1000
            Invoke-ContainerExec both mount -t tmpfs inner /p/in
            Invoke-Native mount -Arguments '-t', 'tmpfs', 'outer', "$shared/out"
            [IO.File]::ReadAllText('/proc/self/mounts') | Should -Match "inner $shared/in"
            Invoke-ContainerExec both grep -c '^inner\|^outer' /proc/mounts | Should -Be '2'
            Invoke-ContainerExec slave grep -c '^inner\|^outer' /proc/mounts | Should -Be '2'
            Invoke-ContainerExec alone grep -c '^inner\|^outer' /proc/mounts | Should -Be '0'
            (Get-Container both).Mounts[0].Propagation | Should -Be 'rshared'
        }
        finally {
            Remove-Container both, slave, alone -Force -ErrorAction SilentlyContinue
            & umount -R $shared
        }
    }

    It 'refuses <Text>' -TestCases @(
        @{ Text = 'type=wrong,dst=/x'; Says = '*wrong*' }
        @{ Text = 'type=bind,src=/tmp'; Says = '*no target*' }
        @{ Text = 'type=tmpfs,src=/tmp,dst=/x'; Says = '*tmpfs*' }
        @{ Text = 'type=bind,src=/tmp,dst=/x,volume-nocopy'; Says = '*volume*bind*' }
        @{ Text = 'src=x1,dst=/x,volume-driver=other'; Says = "*'other'*local*" }
        @{ Text = 'src=x1,dst=/x,volume-opt=size=5g'; Says = '*quota*' }
        @{ Text = 'src=x1,dst=/x,volume-opt=type=tmpfs'; Says = '*device*' }
        @{ Text = 'src=x1,dst=/'; Says = "*'/'*" }
    ) {
        (Get-CommandError { New-Container -Name never -Mount $Text busybox }).Exception.Message | Should -BeLike $Says
        Get-Container never* | Should -BeNullOrEmpty
        Get-ContainerVolume | Should -BeNullOrEmpty
    }
}

Describe 'Driver options' -Tag D03 {
    It 'bind a folder while a container runs, and leave its content when the volume goes' {
        $volume = New-ContainerVolume bound -Driver local -Option @{ type = 'none'; o = 'bind'; device = $canary }
        $volume.Options['device'] | Should -Be $canary
        Invoke-Container -Remove -Volume bound:/b busybox cat /b/f | Should -Be 'safe'
        $null = Invoke-Container -Detach -Name binder -Volume bound:/b busybox sleep 1000
        Get-Content "$($volume.Mountpoint)/f" | Should -Be 'safe'
        Remove-Container binder -Force
        Test-Path "$($volume.Mountpoint)/f" | Should -BeFalse
        Remove-ContainerVolume bound
        Get-Content "$canary/f" | Should -Be 'safe'
    }

    It 'share a tmpfs between containers until the last has ended' {
        $null = New-ContainerVolume memory -Option type=tmpfs, device=tmpfs, o=size=1m
        $null = Invoke-Container -Detach -Name first -Volume memory:/data app:1 sh -c 'echo shared > /data/s; sleep 1000'
        Invoke-Container -Name second -Volume memory:/data app:1 sh -c 'while [ ! -s /data/s ]; do :; done; cat /data/s; df -k /data | tail -n 1' | Select-Object -First 1 | Should -Be 'shared'
        Stop-Container first -Timeout 0
        [IO.File]::ReadAllText('/proc/self/mounts') | Should -Not -Match '/volumes/memory/'
        Remove-Container first, second
        Remove-ContainerVolume memory
    }

    It 'mount ext4 from a device' {
        Invoke-Native truncate -Arguments '-s', '8M', "$store/disk"
        Invoke-Native mkfs.ext4 -Arguments '-q', "$store/disk"
        $device = & losetup --find --show "$store/disk"
        try {
            $null = New-ContainerVolume disk -Option @{ type = 'ext4'; device = $device }
            Invoke-Container -Remove -Volume disk:/d busybox sh -c 'echo kept > /d/f; grep " /d " /proc/mounts' | Should -BeLike "$device /d ext4 rw*"
            Invoke-Container -Remove -Volume disk:/e busybox cat /e/f | Should -Be 'kept'
            Remove-ContainerVolume disk
        }
        finally {
            Invoke-Native losetup -Arguments '-d', $device
        }
    }

    It 'stay mounted while a container is started again by its policy' {
        $null = New-ContainerVolume again -Option type=tmpfs, device=tmpfs
        $null = Invoke-Container -Detach -Name again -Restart on-failure:2 -Volume again:/t busybox sh -c 'echo x >> /t/f; wc -l < /t/f; exit 1'
        $null = Wait-Container again
        (Get-ContainerLog again).Text | Should -Be '1', '2', '3'
        [IO.File]::ReadAllText('/proc/self/mounts') | Should -Not -Match '/volumes/again/'
        Remove-Container again
        Remove-ContainerVolume again
    }

    It 'that the kernel refuses fail the start with its words, and leave nothing mounted' {
        $null = New-ContainerVolume broken -Option @{ type = 'tmpfs'; device = 'tmpfs'; o = 'sise=1m' }
        $wrong = Get-CommandError { Invoke-Container -Remove -Volume broken:/x:nocopy busybox true }
        $wrong.FullyQualifiedErrorId | Should -BeLike 'VolumeFailed*'
        $wrong.Exception.Message | Should -BeLike "*'broken'*sise*"
        $null = New-ContainerVolume nowhere -Option @{ o = 'bind'; device = "$store/nowhere" }
        (Get-CommandError { Invoke-Container -Remove -Volume nowhere:/x:nocopy busybox true }).Exception.Message | Should -BeLike '*ENOENT*'
        Get-Container | Should -BeNullOrEmpty
        Remove-ContainerVolume broken, nowhere
    }

    It 'are wrong when they say too little or too much' {
        (Get-CommandError { New-ContainerVolume bad -Option type=tmpfs }).Exception.Message | Should -BeLike '*device*'
        (Get-CommandError { New-ContainerVolume bad -Option colour=red }).Exception.Message | Should -BeLike "*'colour'*type, device and o*"
        (Get-CommandError { New-ContainerVolume bad -Driver flocker }).Exception.Message | Should -BeLike "*'flocker'*"
        $null = New-ContainerVolume once
        (Get-CommandError { New-ContainerVolume once -Option @{ type = 'tmpfs'; device = 'tmpfs' } }).FullyQualifiedErrorId | Should -BeLike 'VolumeExists*'
        Remove-ContainerVolume once
    }

    It 'are unmounted by the next command when the monitor was killed' {
        $null = New-ContainerVolume lost -Option type=tmpfs, device=tmpfs
        $container = Invoke-Container -Detach -Volume lost:/x busybox sleep 1000
        $monitor = Get-Content "$env:CONTAINERPS_RUN/$($container.Id)/monitor.json" | ConvertFrom-Json
        Invoke-Native kill -Arguments '-9', $monitor.monitorPid
        Remove-Container $container -Force
        [IO.File]::ReadAllText('/proc/self/mounts') | Should -Not -Match '/volumes/lost/'
        Remove-ContainerVolume lost
    }
}

Describe 'Attacks by way of volumes' -Tag Security {
    It 'fills no volume through links that are planted in it (CVE-2025-9566)' {
        $folder = (New-ContainerVolume planted).Mountpoint
        $null = New-Item -ItemType SymbolicLink "$folder/file" -Target "$canary/f"
        $null = New-Item -ItemType SymbolicLink "$folder/sub" -Target $canary
        $container = New-Container -Volume planted:/data app:1
        Get-Content "$canary/f" | Should -Be 'safe'
        Remove-Container $container
        (Get-ChildItem $canary).Name | Should -Be 'f'
        Remove-ContainerVolume planted
    }

    It 'mounts nothing outside the container below a volume whose folders are exchanged with links (CVE-2021-30465, CVE-2024-45310)' {
        $folder = (New-ContainerVolume raced).Mountpoint
        $null = New-Item -ItemType Directory "$folder/a"
        $null = New-Item -ItemType SymbolicLink "$folder/b" -Target $canary
        $racer = Start-Exchange "$folder/a" "$folder/b"
        try {
            # Each start works, or fails because its way was barred.
            foreach ($round in 1..300) { $null = Get-CommandError { Invoke-Container -Remove -Volume raced:/v, below:/v/a/made -Mount type=tmpfs,dst=/v/b busybox true } }
        }
        finally { $racer.Kill(); $racer.WaitForExit(); $racer.Dispose() }
        (Get-ChildItem $canary).Name | Should -Be 'f'
        [IO.File]::ReadAllLines('/proc/self/mountinfo') | Where-Object { $_.Contains("$store/") } | Should -BeNullOrEmpty
        Remove-ContainerVolume raced, below
    }

    It 'mounts no part of the machine for a part of a volume (volume-subpath)' {
        $folder = (New-ContainerVolume part).Mountpoint
        $null = New-Item -ItemType Directory "$folder/a"
        $null = New-Item -ItemType SymbolicLink "$folder/b" -Target $canary
        $null = New-Item -ItemType SymbolicLink "$folder/up" -Target '../../../../../../../../..'
        (Get-CommandError { Invoke-Container -Remove -Mount src=part,dst=/m,volume-subpath=b busybox ls /m }).Exception.Message | Should -BeLike "*has no 'b'*"
        Invoke-Container -Remove -Mount src=part,dst=/m,volume-subpath=up busybox ls /m | Should -Be 'a', 'b', 'up'
        $racer = Start-Exchange "$folder/a" "$folder/b"
        try {
            foreach ($round in 1..300) {
                try { Invoke-Container -Remove -Mount src=part,dst=/m,volume-subpath=a busybox ls /m | Should -BeNullOrEmpty }
                catch [ContainerPS.ContainerEngineException] { $_.Exception.Message | Should -BeLike '*volume*part*' }
            }
        }
        finally { $racer.Kill(); $racer.WaitForExit(); $racer.Dispose() }
        Remove-ContainerVolume part
    }

    It 'keeps volumes from other users of the machine' {
        Get-Owner "$env:CONTAINERPS_ROOT/volumes" | Should -BeLike '0:0 700'
        $null = New-ContainerVolume closed
        Get-Owner "$env:CONTAINERPS_ROOT/volumes/closed" | Should -Be '0:0 700'
        Remove-ContainerVolume closed
    }
}

Describe 'Volumes in the store' -Tag A28 {
    It 'tell what happens to them' {
        $since = [DateTimeOffset]::Now
        Invoke-Container -Remove -Volume told28:/t:ro busybox true
        Remove-ContainerVolume told28
        $events = Get-ContainerEvent -Type Volume -Since $since | Where-Object Name -eq told28
        $events.Action | Should -Be 'create', 'mount', 'unmount', 'destroy'
        $events[1].Attributes['destination'] | Should -Be '/t'
        $events[1].Attributes['read/write'] | Should -Be 'false'
    }

    It 'that have something mounted in them stay when their container goes' {
        $container = New-Container -Volume /v busybox true
        $folder = $container.Mounts[0].Source
        $null = New-Item -ItemType Directory "$folder/in"
        Invoke-Native mount -Arguments '--bind', $canary, "$folder/in"
        try {
            Remove-Container $container -RemoveVolume
            (Get-CommandError { Get-ContainerVolume | Remove-ContainerVolume }).Exception.Message | Should -BeLike '*mounted*Unmount*'
            Get-Content "$canary/f" | Should -Be 'safe'
        }
        finally {
            Invoke-Native umount -Arguments "$folder/in"
        }
        Get-ContainerVolume | Remove-ContainerVolume
        Get-Content "$canary/f" | Should -Be 'safe'
    }

    It 'are counted, and cleared when asked for' {
        $null = New-ContainerVolume named28
        $used = New-Container -Name user28 app:1
        $null = New-Container -Name gone28 app:1 | Remove-Container
        $usage = Measure-ContainerStore | Where-Object Type -eq Volume
        $usage.Count, $usage.Active | Should -Be 3, 1
        $usage.Size | Should -BeGreaterThan $usage.Reclaimable
        (Measure-ContainerStore -Detailed | Where-Object Type -eq Volume).Count | Should -Be 3
        Clear-ContainerStore -Volume -WhatIf
        (Clear-ContainerStore -Volume -Force).Type | Should -Be 'Volume'
        (Get-ContainerVolume -Dangling).Name | Should -Be 'named28'
        (Clear-ContainerStore -Volume -All -Force).Name | Should -Be 'named28'
        @(Clear-ContainerStore -Container -Volume -Force).Type | Should -Be 'Container', 'Volume'
        Get-ContainerVolume | Should -BeNullOrEmpty
    }

    It 'are sixty at once, made and removed by several shells' {
        $shells = 1..3 | ForEach-Object {
            Start-Shell "foreach (`$i in 1..20) { `$c = New-Container -Volume `"many`${i}:/data`", /other app:1; Remove-Container `$c -RemoveVolume; Remove-ContainerVolume `"many`$i`" -Force -ErrorAction SilentlyContinue }" $store
        }
        $shells | ForEach-Object { (Wait-Shell $_).Error | Should -BeNullOrEmpty }
        Get-ContainerVolume many* | Remove-ContainerVolume
        Get-ContainerVolume | Should -BeNullOrEmpty
        Get-ChildItem "$env:CONTAINERPS_ROOT/volumes" | Should -BeNullOrEmpty
    }
}
