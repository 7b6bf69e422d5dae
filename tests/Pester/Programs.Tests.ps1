# Programs that people run in containers, each built by Build-Image of Debian's packages (images/) and used for real: web servers, databases, a shell from afar, and
# a memory hog. A row's id is its tag.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage nginx, httpd, mysql, openssh, redis, stress-ng

    # The port of this machine that leads to a port of a container, for IPv4.
    function Get-HostPort([string] $Container, [int] $Port) {
        ((Get-Container $Container).Ports | Where-Object { $_.Port -eq $Port -and $_.HostAddress.AddressFamily -eq 'InterNetwork' }).HostPort
    }

    # A page, read by a program that is not ours.
    function Get-Page([string] $Address) {
        $output = & curl --silent --show-error --fail --max-time 60 "http://$Address" 2>&1
        if ($LASTEXITCODE -ne 0) { throw "http://$Address cannot be fetched: $output" }
        $output
    }
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'nginx' -Tag A05, A06, E03 {
    BeforeAll {
        $null = Invoke-Container -Detach -Name web -Publish 80 nginx
        (Wait-Container web -For Port -Port 80 -Timeout 120s).State | Should -Be 'Running'
        $port = Get-HostPort web 80
    }

    It 'serves its page on a published port of the machine' {
        foreach ($address in '127.0.0.1', 'localhost', '[::1]') { Get-Page "${address}:$port" | Should -Be 'Welcome to nginx' }
        Get-Page "$((Get-ContainerNetwork bridge).Subnets[0].Gateway):$port/index.html" | Should -Be 'Welcome to nginx'
    }

    It 'logs who asks, and what is refused' -Tag A13 {
        Invoke-ContainerExec web mkdir /var/www/html/closed
        { Get-Page "127.0.0.1:$port/closed/" } | Should -Throw '*403*'
        (Wait-LogLine web '*"GET /closed/ HTTP/1.1" 403*').Stream | Should -Be 'StdOut'
        (Wait-LogLine web '*directory index of "/var/www/html/closed/" is forbidden*').Stream | Should -Be 'StdErr'
    }

    It 'has the processes of nginx, which end well when it is stopped as its image says' -Tag A19, A28 {
        (Get-ContainerProcess web).Command | Where-Object { $_ -match 'worker process' } | Should -Not -BeNullOrEmpty
        Stop-Container web
        (Get-Container web).ExitCode | Should -Be 0
        { Get-Page "127.0.0.1:$port" } | Should -Throw
        Remove-Container web
    }

    It 'serves a folder of the host, whose changes are seen at once' -Tag D02 {
        $site = Join-Path $store 'site'
        $null = New-Item -ItemType Directory $site
        Set-Content "$site/index.html" 'hello from the host'
        $null = Invoke-Container -Detach -Name bound -Publish 80 -Volume "${site}:/var/www/html:ro" nginx
        $null = Wait-Container bound -For Port -Port 80 -Timeout 120s
        $port = Get-HostPort bound 80
        Get-Page "127.0.0.1:$port" | Should -Be 'hello from the host'
        Set-Content "$site/index.html" 'changed'
        Get-Page "127.0.0.1:$port" | Should -Be 'changed'
        Invoke-ContainerExec bound touch /var/www/html/no 2>$null
        $LASTEXITCODE | Should -Not -Be 0 -Because 'the folder is read-only inside'
        Remove-Container bound -Force
    }

    It 'does not run when another command is given' -Tag A10, A11 {
        Invoke-Container -Name zby101 nginx pwd | Should -Be '/'
        $ended = Get-Container zby101
        $ended.State, $ended.ExitCode | Should -Be 'Exited', 0
        $null = Invoke-Container -Detach -Interactive -Tty -Name zby102 nginx /bin/bash
        (Get-Container zby102).State | Should -Be 'Running'
        (Get-ContainerProcess zby102).Command | Should -Be '/bin/bash'
        Remove-Container zby101, zby102 -Force
    }
}

Describe 'httpd' -Tag A06, D01 {
    BeforeAll {
        $null = Invoke-Container -Detach -Name pages -Publish 80 -Volume /usr/local/apache2/htdocs httpd
        (Wait-Container pages -For Port -Port 80 -Timeout 120s).State | Should -Be 'Running'
        $volume = (Get-Container pages).Mounts | Where-Object Target -EQ '/usr/local/apache2/htdocs'
    }

    It 'serves the image''s page from an anonymous volume, and what is written there' -Tag E03 {
        $port = Get-HostPort pages 80
        Get-Page "127.0.0.1:$port" | Should -Be 'It works'
        Get-Content "$($volume.Source)/index.html" | Should -Be 'It works'
        Set-Content "$($volume.Source)/news.html" 'written on the host'
        Get-Page "127.0.0.1:$port/news.html" | Should -Be 'written on the host'
        $null = Wait-LogLine pages '*"GET /news.html HTTP/1.1" 200*'
    }

    It 'shares its pages with another container, and leaves them when it goes' -Tag D04 {
        $null = Invoke-Container -Detach -Name mirror -Publish 80 -VolumesFrom pages httpd
        $null = Wait-Container mirror -For Port -Port 80 -Timeout 120s
        Set-Content "$($volume.Source)/both.html" 'both'
        foreach ($name in 'pages', 'mirror') { Get-Page "127.0.0.1:$(Get-HostPort $name 80)/both.html" | Should -Be 'both' }
        Stop-Container pages, mirror
        (Get-Container pages).ExitCode | Should -Be 0 -Because 'SIGWINCH lets it end well'
        Remove-Container pages, mirror
        (Get-ContainerVolume $volume.Name).Name | Should -Be $volume.Name
        Remove-ContainerVolume $volume.Name
    }
}

Describe 'A15 mysql' -Tag A15 {
    BeforeAll {
        # Clients of the machine's network, or of another container's, who have to know the password.
        function Invoke-Query([string] $Network, [string] $Server, [int] $Port, [string] $Query, [string] $Secret = 'redhat') {
            Invoke-Container -Remove -Network $Network mysql mariadb --protocol=tcp "--host=$Server" "--port=$Port" --user=root "--password=$Secret" --skip-column-names "--execute=$Query"
        }
    }

    AfterAll {
        Get-Container | Remove-Container -Force -RemoveVolume
        Get-ContainerVolume | Remove-ContainerVolume
    }

    It 'ends without a password, and its log says why' {
        $null = Invoke-Container -Detach -Name nopassword mysql
        (Wait-Container nopassword -Timeout 90s).ExitCode | Should -Be 1
        (Get-ContainerLog nopassword).Text | Should -BeLike '*set MYSQL_ROOT_PASSWORD*'
        Remove-Container nopassword -RemoveVolume
    }

    It 'answers clients on a published port of the machine, who have to know it' -Tag E03 {
        $null = Invoke-Container -Detach -Name mydatabase -Environment @{ MYSQL_ROOT_PASSWORD = 'redhat' } -Publish 3306 -Volume data:/var/lib/mysql mysql
        $null = Wait-Container mydatabase -For Log -FromStart -Pattern 'ready for connections' -Timeout 180s
        $port = Get-HostPort mydatabase 3306
        Invoke-Query host 127.0.0.1 $port 'select 6 * 7' | Should -Be '42'
        Invoke-Query bridge "$((Get-ContainerNetwork bridge).Subnets[0].Gateway)" $port 'select 6 * 7' | Should -Be '42'
        Invoke-Query host 127.0.0.1 $port 'select 1' -Secret wrong 2>$null
        $LASTEXITCODE | Should -Not -Be 0
    }

    It 'has its rows still when another container takes its volume over' -Tag D03, C08 {
        Invoke-ContainerExec mydatabase mariadb --password=redhat -e 'create database shop; create table shop.orders (id int primary key, what text); insert into shop.orders values (1, "bread"), (2, "wine")'
        $LASTEXITCODE | Should -Be 0
        Stop-Container mydatabase
        (Get-Container mydatabase).ExitCode | Should -Be 0
        Remove-Container mydatabase -RemoveVolume
        (Get-ContainerVolume data).Name | Should -Be 'data' -Because 'only anonymous volumes go with their container'

        # No password: the database is there.
        $null = Invoke-Container -Detach -Name second -Publish 3306 -Volume data:/var/lib/mysql mysql
        $null = Wait-Container second -For Log -FromStart -Pattern 'ready for connections' -Timeout 180s
        Invoke-Query host 127.0.0.1 (Get-HostPort second 3306) 'select what from shop.orders order by id' | Should -Be 'bread', 'wine'
        { Remove-ContainerVolume data -ErrorAction Stop } | Should -Throw '*second*' -Because 'it is in use'
    }
}

Describe 'openssh' -Tag C02, C05, C09, E08, E09 {
    BeforeAll {
        # A user's Dockerfile: an account, its key, the host's keys.
        $context = Join-Path $store 'ssh'
        $null = New-Item -ItemType Directory $context, "$context/keys"
        foreach ($name in 'good', 'wrong') { Invoke-Container -Remove -Network none -Volume "$context/keys:/keys" openssh ssh-keygen -q -t ed25519 -N '' -f "/keys/$name" }
        Set-Content "$context/Dockerfile" @'
FROM openssh
RUN useradd --create-home --shell /bin/bash zby && echo zby:redhat | chpasswd && ssh-keygen -A
# COPY would give the folder the file's mode.
RUN install -d -m 700 -o zby -g zby /home/zby/.ssh
COPY --chown=zby:zby --chmod=600 keys/good.pub /home/zby/.ssh/authorized_keys
EXPOSE 22 80
'@
        Set-Content "$context/.dockerignore" '*', '!keys/good.pub'
        $image = Build-Image $context -Name openssh:v1.0 -ErrorAction Stop
        $null = New-ContainerNetwork back
        $null = Invoke-Container -Detach -Name gate -Network back -PublishAll openssh:v1.0
        (Wait-Container gate -For Port -Port 22 -Timeout 120s).State | Should -Be 'Running'

        # What a command says that ssh runs there, from a container on a network. It asks nobody: without the right key it fails.
        function Invoke-Ssh([string] $Network, [string] $Server, [string[]] $Command, [string] $Key = 'good', [int] $Port = 22, [string[]] $Option = @()) {
            $client = @('ssh', '-p', "$Port", '-i', "/keys/$Key", '-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR') + $Option
            Invoke-Container -Remove -Network $Network -Volume "$context/keys:/keys:ro" openssh ($client + $Server + $Command)
        }
    }

    AfterAll {
        Get-Container | Remove-Container -Force
        Remove-ContainerNetwork back
    }

    It 'lets in who has the key, from another container, by the container''s name' {
        Invoke-Ssh back zby@gate 'id -un; pwd; cat /proc/1/comm; hostname' | Should -Be 'zby', '/home/zby', 'sshd', (Get-Container gate).ShortId
        $LASTEXITCODE | Should -Be 0
        $null = Wait-LogLine gate '*Accepted publickey for zby*'
    }

    It 'gives the command''s exit code, and a terminal when one is asked for' -Tag A09 {
        $null = Invoke-Ssh back zby@gate 'exit 7'
        $LASTEXITCODE | Should -Be 7
        "$(Invoke-Ssh back zby@gate 'tty; stty size' -Option '-tt')" | Should -Match '^/dev/pts/\d+'
    }

    It 'refuses <Who>' -ForEach @(
        @{ Who = 'another key'; User = 'zby'; Key = 'wrong' }
        @{ Who = 'another user with that key'; User = 'root'; Key = 'good' }
    ) {
        Invoke-Ssh back "$User@gate" true -Key $Key 2>$null
        $LASTEXITCODE | Should -Be 255
    }

    It 'is reached by a published port, each port exposed by its image having one' -Tag E03, E04 {
        $image.ExposedPorts | Sort-Object | Should -Be '22/tcp', '80/tcp'
        ((Get-Container gate).Ports.Port | Sort-Object -Unique) | Should -Be 22, 80
        Invoke-Ssh host zby@127.0.0.1 'echo from the host' -Port (Get-HostPort gate 22) | Should -Be 'from the host'
        Invoke-Ssh host zby@127.0.0.1 true -Port (Get-HostPort gate 22) -Key wrong 2>$null
        $LASTEXITCODE | Should -Be 255
    }

    It 'takes and gives files' {
        $script = 'head -c 3000000 /dev/urandom > /sent && scp -q -i /keys/good -o StrictHostKeyChecking=no -o LogLevel=ERROR /sent zby@gate:kept && scp -q -i /keys/good -o StrictHostKeyChecking=no -o LogLevel=ERROR zby@gate:kept /back && cmp /sent /back && echo same'
        Invoke-Container -Remove -Network back -Volume "$context/keys:/keys:ro" openssh sh -c $script | Should -Be 'same'
        (Get-ContainerChange gate).Path | Should -Contain '/home/zby/kept'
    }
}

Describe 'redis' -Tag A05, C07 {
    It 'keeps and gives a value, as the user that its image says' {
        $null = Invoke-Container -Detach -Name cache -Network none redis
        $null = Wait-Container cache -For Port -Port 6379 -Timeout 120s
        Invoke-ContainerExec cache redis-cli set greeting 'hello there' | Should -Be 'OK'
        Invoke-ContainerExec cache redis-cli get greeting | Should -Be 'hello there'
        (Get-ContainerProcess cache)[0].User | Should -Not -Be 'root'
        Remove-Container cache -Force
    }
}

Describe 'stress-ng' -Tag A23 {
    It 'is killed with 200 MB when it wants 240, and runs with 300' {
        foreach ($case in @{ Memory = '200MB'; Killed = $true; Time = '60s' }, @{ Memory = '300MB'; Killed = $false; Time = '3s' }) {
            $result = Invoke-Container -PassThru -Network none -Memory $case.Memory -MemorySwap $case.Memory stress-ng --vm 1 --vm-bytes 240M --vm-keep --oomable --timeout $case.Time
            (Get-Container $result.Container.Id).OomKilled | Should -Be $case.Killed -Because "it has $($case.Memory): $($result.Error -join '; ')"
        }
        Get-Container | Remove-Container
    }
}
