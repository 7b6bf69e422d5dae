# Programs that people run in containers, each used for real: a web server, a key-value store, a database on a volume, and a memory hog.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-Image (Get-ProgramTar) -Name programs -Command bash

    # What a program in a container answers on one of its ports.
    function Get-Answer([string] $Container, [int] $Port, [string] $Request) {
        (Invoke-ContainerExec $Container bash -c "exec 3<>/dev/tcp/127.0.0.1/$Port; printf '$Request' >&3; cat <&3") -join "`n"
    }
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'nginx' -Tag A05, D02 {
    It 'serves a page from a folder of the host' {
        $site = Join-Path $store 'site'
        $null = New-Item -ItemType Directory $site
        Set-Content "$site/index.html" 'hello from the host'
        $null = Invoke-Container -Detach -Name web -Network none -Volume "${site}:/var/www/html:ro" programs nginx -g 'daemon off;'
        (Wait-Container web -For Port -Port 80 -Timeout 120s).State | Should -Be 'Running'
        Get-Answer web 80 'GET / HTTP/1.0\r\n\r\n' | Should -Match '(?s)^HTTP/1.1 200 OK.*hello from the host'

        Set-Content "$site/index.html" 'changed'
        Get-Answer web 80 'GET / HTTP/1.0\r\n\r\n' | Should -Match 'changed'
        Invoke-ContainerExec web touch /var/www/html/no 2>$null
        $LASTEXITCODE | Should -Not -Be 0 -Because 'the folder is read-only inside'

        (Get-ContainerProcess web).Command | Where-Object { $_ -match 'worker process' } | Should -Not -BeNullOrEmpty
        Stop-Container web
        (Get-Container web).ExitCode | Should -Be 0 -Because 'nginx ends well when it is asked to'
        Remove-Container web
    }
}

Describe 'redis' -Tag A05 {
    It 'keeps and gives a value' {
        $null = Invoke-Container -Detach -Name cache -Network none programs redis-server --save ''
        $null = Wait-Container cache -For Port -Port 6379 -Timeout 120s
        Invoke-ContainerExec cache redis-cli set greeting 'hello there' | Should -Be 'OK'
        Invoke-ContainerExec cache redis-cli get greeting | Should -Be 'hello there'
        Remove-Container cache -Force
    }
}

Describe 'mariadb' -Tag D01, D03 {
    BeforeAll {
        function Start-Database([string] $Name) {
            $null = Invoke-Container -Detach -Name $Name -Network none -Volume data:/var/lib/mysql programs sh -c 'install -d -o mysql /run/mysqld; exec mariadbd --user=mysql'
            $null = Wait-Container $Name -For Log -FromStart -Pattern 'ready for connections' -Timeout 120s
        }
    }

    It 'has its rows still when another container takes its volume over' {
        Start-Database first
        Invoke-ContainerExec first mariadb -e 'create database shop; create table shop.orders (id int primary key, what text); insert into shop.orders values (1, "bread"), (2, "wine")'
        $LASTEXITCODE | Should -Be 0
        Stop-Container first
        Remove-Container first
        (Get-ContainerVolume data).Name | Should -Be 'data'

        Start-Database second
        Invoke-ContainerExec second mariadb -N -e 'select what from shop.orders order by id' | Should -Be 'bread', 'wine'
        { Remove-ContainerVolume data -ErrorAction Stop } | Should -Throw '*second*' -Because 'it is in use'
        Remove-Container second -Force
        Remove-ContainerVolume data
        Get-ContainerVolume | Should -BeNullOrEmpty
    }
}

Describe 'stress-ng' -Tag A23 {
    It 'is killed with 200 MB when it wants 240, and runs with 300' {
        foreach ($case in @{ Memory = '200MB'; Killed = $true; Time = '60s' }, @{ Memory = '300MB'; Killed = $false; Time = '3s' }) {
            $result = Invoke-Container -PassThru -Network none -Memory $case.Memory -MemorySwap $case.Memory programs stress-ng --vm 1 --vm-bytes 240M --vm-keep --oomable --timeout $case.Time
            (Get-Container $result.Container.Id).OomKilled | Should -Be $case.Killed -Because "it has $($case.Memory): $($result.Error -join '; ')"
        }
        Get-Container | Remove-Container
    }
}
