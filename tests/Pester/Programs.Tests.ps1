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

Describe 'A15 A database with a password' -Tag A15 {
    BeforeAll {
        # What the image of a database does first: without a password for its root it says so and ends.
        $entry = Join-Path $store 'entry.sh'
        Set-Content $entry @'
#!/bin/sh
if [ -z "$MYSQL_ROOT_PASSWORD" ]; then
    echo 'Database is uninitialized and password option is not specified: set MYSQL_ROOT_PASSWORD' >&2
    exit 1
fi
install -d -o mysql /run/mysqld
cat > /tmp/init.sql <<EOF
ALTER USER root@localhost IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';
CREATE USER root@'%' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';
EOF
chmod 644 /tmp/init.sql
exec mariadbd --user=mysql --init-file=/tmp/init.sql "$@"
'@
        & chmod 755 $entry
        $settings = @{ Publish = '3306'; Volume = "${entry}:/entry.sh:ro"; EntryPoint = '/entry.sh' }
    }

    It 'ends without one, and its log says why' {
        $container = Invoke-Container -Detach -Name nopassword @settings programs
        (Wait-Container $container -Timeout 90s).ExitCode | Should -Be 1
        (Get-ContainerLog nopassword).Text | Should -BeLike '*set MYSQL_ROOT_PASSWORD*'
        Remove-Container nopassword
    }

    It 'answers clients on a published port of the machine, who have to know it' {
        # Debian's MariaDB listens to its own machine alone unless told otherwise.
        $database = Invoke-Container -Detach -Name mydatabase -Environment @{ MYSQL_ROOT_PASSWORD = 'redhat' } @settings programs --bind-address=0.0.0.0
        $null = Wait-Container mydatabase -For Log -FromStart -Pattern 'ready for connections' -Timeout 120s
        $port = ($database.Ports | Where-Object { $_.HostAddress.AddressFamily -eq 'InterNetwork' }).HostPort
        $client = [Net.Sockets.TcpClient]::new('127.0.0.1', $port)
        try {
            $greeting = [byte[]]::new(256)
            $length = $client.GetStream().Read($greeting, 0, $greeting.Length)
            [Text.Encoding]::ASCII.GetString($greeting, 0, $length) | Should -BeLike '*MariaDB*'
        }
        finally {
            $client.Dispose()
        }
        # Clients that are on this machine's network, and one elsewhere that comes by the machine's address.
        $query = 'mariadb', '--protocol=tcp', "--port=$port", '--user=root', '--skip-column-names', '--execute=select 6 * 7'
        $local = $query + '--host=127.0.0.1'
        Invoke-Container -Remove -Network host programs ($local + '--password=redhat') | Should -Be '42'
        Invoke-Container -Remove -Network host programs ($local + '--password=wrong') 2>$null
        $LASTEXITCODE | Should -Not -Be 0
        $far = $query + "--host=$((Get-ContainerNetwork bridge).Subnets[0].Gateway)"
        Invoke-Container -Remove programs ($far + '--password=redhat') | Should -Be '42'
        Remove-Container mydatabase -Force
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
