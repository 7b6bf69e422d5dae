# Items, content, paths, locations and processes, held to what PowerShell documents and does.
BeforeAll {
    $work = Join-Path ([IO.Path]::GetTempPath()) "host-items-$PID"
    $null = New-Item -ItemType Directory -Path $work
    Push-Location $work
}

AfterAll {
    Pop-Location
    Remove-Item -LiteralPath $work -Recurse -Force
}

Describe 'Content' {
    It 'writes, adds, reads and clears' {
        'a', 'b', 'c' | Set-Content x.txt
        Get-Content x.txt | Should -Be a, b, c
        (Get-Content x.txt -Raw).Length | Should -Be 6
        Get-Content x.txt -TotalCount 1 | Should -Be a
        Get-Content x.txt -Tail 1 | Should -Be c
        'd' | Add-Content x.txt
        (Get-Content x.txt -ReadCount 0).Count | Should -Be 4
        Clear-Content x.txt | Should -BeNullOrEmpty
        (Get-Item x.txt).Length | Should -Be 0
    }

    It 'knows encodings and bytes' {
        Set-Content y.txt q -NoNewline
        (Get-Item y.txt).Length | Should -Be 1
        Set-Content z.bin ([byte[]] (1, 2, 255)) -AsByteStream
        Get-Content z.bin -AsByteStream | Should -Be 1, 2, 255
        'é' | Set-Content u.txt -Encoding utf8BOM
        (Get-Item u.txt).Length | Should -Be 6
    }

    It 'reports a missing file' {
        { Get-Content missing -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,Microsoft.PowerShell.Commands.GetContentCommand'
    }
}

Describe 'Items' {
    BeforeAll {
        $null = New-Item -ItemType Directory d1/d2
        $null = New-Item d1/f.txt -Value hello
        $null = New-Item -ItemType SymbolicLink -Path link -Target d1
    }

    It 'lists' {
        (Get-ChildItem d1 -File).Name | Should -Be f.txt
        (Get-ChildItem d1 -Directory).Name | Should -Be d2
        Get-ChildItem d1 -Name | Sort-Object | Should -Be d2, f.txt
        (Get-ChildItem . -Recurse -Filter f.txt).Name | Should -Be f.txt
        (Get-Item link).LinkTarget | Should -Be d1
        { Get-ChildItem missing -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*'
    }

    It 'copies, moves, renames and removes' {
        Copy-Item d1 d3 -Recurse
        'd3/f.txt' | Should -Exist
        Move-Item d3/f.txt d3/g.txt
        (Rename-Item d3/g.txt h.txt -PassThru).Name | Should -Be h.txt
        Remove-Item d3 -Recurse -WhatIf
        'd3' | Should -Exist
        Remove-Item d3 -Recurse
        'd3' | Should -Not -Exist
        { Remove-Item missing -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*'
        { New-Item d1/f.txt -ErrorAction Stop } | Should -Throw -ErrorId 'NewItemIOError,*'
    }

    It 'removes a link and not what it points to' {
        $null = New-Item -ItemType SymbolicLink -Path second -Target d1
        Remove-Item second
        'd1/f.txt' | Should -Exist
    }

    It 'reaches other providers' {
        $env:CPS_HOST_TEST = 'v'
        (Get-Item Env:CPS_HOST_TEST).Value | Should -Be v
        Remove-Item Env:CPS_HOST_TEST
        Test-Path Env:CPS_HOST_TEST | Should -BeFalse
        Test-Path Variable:nosuch | Should -BeFalse
    }
}

Describe 'Paths' {
    It 'tests <path> as <type>: <expected>' -ForEach @(
        @{ Path = '/etc'; Type = 'Container'; Expected = $true }
        @{ Path = '/etc'; Type = 'Leaf'; Expected = $false }
        @{ Path = '/etc/pass*'; Type = 'Any'; Expected = $true }
        @{ Path = '/no/such'; Type = 'Any'; Expected = $false }
        @{ Path = 'nodrive:/x'; Type = 'Any'; Expected = $false }
    ) {
        Test-Path $path -PathType $type | Should -Be $expected
    }

    It 'joins and splits' {
        Join-Path a b c | Should -Be a/b/c
        Join-Path a/ /b | Should -Be a/b
        Split-Path /a/b/c.tar.gz | Should -Be /a/b
        Split-Path /a/b/c.tar.gz -Leaf | Should -Be c.tar.gz
        Split-Path /a/b/c.tar.gz -LeafBase | Should -Be c.tar
        Split-Path /a/b/c.tar.gz -Extension | Should -Be .gz
        Split-Path a -IsAbsolute | Should -BeFalse
    }

    It 'resolves and goes' {
        (Resolve-Path /etc/passwd).Path | Should -Be /etc/passwd
        Resolve-Path /etc/passwd -Relative -RelativeBasePath /etc | Should -Be ./passwd
        Convert-Path /etc/. | Should -Match '^/etc'
        { Resolve-Path /no/such -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*'
        Push-Location /etc
        (Get-Location).Path | Should -Be /etc
        Pop-Location
        (Get-Location).Path | Should -Be $work
        { Set-Location /no/such -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*'
    }
}

Describe 'Processes' {
    It 'starts and stops' {
        $process = Start-Process sleep 100 -PassThru
        $process.HasExited | Should -BeFalse
        (Get-Process -Id $process.Id).Id | Should -Be $process.Id
        Stop-Process $process
        $process.WaitForExit()
        $process.ExitCode | Should -Be 137
        { Get-Process -Id $process.Id -ErrorAction Stop } | Should -Throw -ErrorId 'NoProcessFoundForGivenId,*'
    }

    It 'waits and redirects' {
        $process = Start-Process sh -ArgumentList '-c', '"echo out; echo err >&2; exit 3"' -Wait -PassThru -RedirectStandardOutput o.txt -RedirectStandardError e.txt
        $process.ExitCode | Should -Be 3
        Get-Content o.txt, e.txt | Should -Be out, err
    }
}
