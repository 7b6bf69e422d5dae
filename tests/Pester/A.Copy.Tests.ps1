# A18, A28: files from and to containers, exports, and what was changed.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox
    $folder = (New-Item -ItemType Directory "$store/files").FullName
    $null = Invoke-Container -Detach -Name web4 -Network none busybox sleep 1000
    $null = New-Container -Name still -Network none busybox sh
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'A18 Copy-ContainerItem' -Tag A18 {
    BeforeEach {
        $here = (New-Item -ItemType Directory "$folder/$([Guid]::NewGuid().ToString('N').Substring(0, 8))").FullName
        Push-Location $here
    }

    AfterEach { Pop-Location }

    It 'copies a file there and back' -ForEach @(@{ Name = 'web4' }, @{ Name = 'still' }) {
        Copy-ContainerItem /etc/passwd "${Name}:/"
        Copy-ContainerItem "${Name}:/passwd" . | Should -BeNullOrEmpty
        [IO.File]::ReadAllText("$here/passwd") | Should -Be ([IO.File]::ReadAllText('/etc/passwd'))
        (Get-Item "$here/passwd").LastWriteTimeUtc | Should -Be (Get-Item /etc/passwd).LastWriteTimeUtc
        (Copy-ContainerItem "${Name}:passwd" again -PassThru).FullName | Should -Be "$here/again"
        Copy-ContainerItem again "${Name}:/tmp" -PassThru | Should -Be "${Name}:/tmp/again"
    }

    It 'copies what is in a folder, several things, wildcards and files from the pipeline' {
        $null = New-Item -ItemType Directory site/css -Force
        Set-Content site/index.html welcome
        Set-Content site/css/a.css body
        Set-Content one.conf 1
        Set-Content two.conf 2
        Copy-ContainerItem site web4:/root/site
        Copy-ContainerItem ./site/. web4:/root
        Copy-ContainerItem *.conf web4:/home
        Get-ChildItem -Filter *.conf | Copy-ContainerItem -Destination web4:/root/site
        'one.conf', 'site' | Copy-ContainerItem -Destination web4:/home
        Invoke-ContainerExec web4 sh -c 'cd /root; cat index.html css/a.css site/index.html site/css/a.css site/one.conf site/two.conf /home/*.conf /home/site/index.html' |
            Should -Be 'welcome', 'body', 'welcome', 'body', '1', '2', '1', '2', 'welcome'
        Copy-ContainerItem web4:/root/site/., web4:/home/one.conf $here
        Get-Content css/a.css | Should -Be body
        (Get-CommandError { Copy-ContainerItem *.conf web4:/none -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'DirectoryNotFound,*'
        (Get-CommandError { Copy-ContainerItem *.none web4:/ -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
    }

    It 'tells what is wrong' {
        $failure = Get-CommandError { Copy-ContainerItem web4:/none . -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        "$failure" | Should -BeLike "*'web4:/none'*"
        (Get-CommandError { Copy-ContainerItem nowhere:/etc/passwd . -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
        (Get-CommandError { Copy-ContainerItem /etc/passwd . -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
        (Get-CommandError { Copy-ContainerItem /etc web4:/etc/passwd -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'NotDirectory,*'
        (Get-CommandError { Copy-ContainerItem /etc/passwd/ web4:/ -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'NotDirectory,*'
        Copy-ContainerItem /etc/passwd web4:/whatif -WhatIf
        (Get-CommandError { Copy-ContainerItem web4:/whatif . -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
        Copy-ContainerItem web4:/none, web4:/etc/group $here -ErrorAction SilentlyContinue
        Test-Path group | Should -BeTrue
    }

    It 'takes names with colons and spaces' {
        Set-Content './a:b c' x
        Copy-ContainerItem './a:b c' 'web4:/tmp/d:e f'
        Copy-ContainerItem 'web4:/tmp/d:e f' ./back
        Get-Content back | Should -Be x
        Copy-ContainerItem -LiteralPath './a:b c' -Destination 'web4:/tmp/[x]'
        Copy-ContainerItem 'web4:/tmp/[x]' .
        Test-Path -LiteralPath '[x]' | Should -BeTrue
    }

    It 'writes and takes tars' -ForEach @(@{ Name = 'web4' }, @{ Name = 'still' }) {
        Copy-ContainerItem "${Name}:/etc" -AsByteStream | Set-Content -AsByteStream etc.tar
        & tar -tf etc.tar | Should -Contain 'etc/passwd'
        & gzip etc.tar
        Get-Content -AsByteStream -ReadCount 0 etc.tar.gz | Copy-ContainerItem -Destination "${Name}:/tmp"
        Copy-ContainerItem "${Name}:/tmp/etc/passwd" .
        Test-Path passwd | Should -BeTrue
        (Get-CommandError { Get-Content -AsByteStream -ReadCount 0 passwd | Copy-ContainerItem -Destination "${Name}:/tmp" -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'InvalidContent,*'
    }

    It 'completes paths in containers' {
        $line = 'Copy-ContainerItem web4:/et'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'web4:/etc/'
        $line = 'Copy-ContainerItem /etc/passwd sti'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'still:/'
    }
}

Describe 'A28 Export-Container and Get-ContainerChange' -Tag A28, B10 {
    BeforeAll {
        Invoke-Container -Name changed -Network none busybox sh -c 'echo new > /root/new; rm /etc/group; echo more >> /etc/passwd'
    }

    It 'tells what was changed' {
        Get-ContainerChange changed | ForEach-Object { "$_" } | Should -Be 'C /etc', 'D /etc/group', 'C /etc/passwd', 'C /root', 'A /root/new'
        (Get-ContainerChange changed -Kind Added).Path | Should -Be '/root/new'
        (Get-Container changed | Get-ContainerChange -Kind Deleted).Kind | Should -Be 'Deleted'
        Get-ContainerChange changed | Out-String | Should -BeLike '*Deleted*/etc/group*'
        $null = New-Container -Name unchanged -Network none busybox sh
        Get-ContainerChange unchanged | Should -BeNullOrEmpty
    }

    It 'exports what becomes an image' {
        $file = Export-Container changed "$folder/changed.tar.gz"
        $file.Length | Should -BeGreaterThan 100KB
        $null = Import-Image $file.FullName -Name flat -Command sh
        Invoke-Container -Remove -Network none flat sh -c 'cat /root/new; test -e /etc/group || echo gone' | Should -Be 'new', 'gone'
        Remove-Image flat
        Export-Container changed -AsByteStream | Set-Content -AsByteStream "$folder/stream.tar"
        & tar -tf "$folder/stream.tar" | Should -Contain 'root/new'
        (Get-CommandError { Export-Container changed "$folder/stream.tar" -NoClobber -ErrorAction Stop }).FullyQualifiedErrorId | Should -BeLike 'FileExists,*'
        Export-Container changed "$folder/whatif.tar" -WhatIf
        Test-Path "$folder/whatif.tar" | Should -BeFalse
    }
}
