# Networks, for real: packets between containers, this machine and namespaces of the test's own. A row's id is its tag.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox, debian

    # The device's addresses and routes inside, as ip(8) shows them.
    function Get-Inside {
        param([string] $Container, [string] $Command)
        (Invoke-ContainerExec $Container sh -c $Command) -join "`n"
    }

    # A web server whose page says who asks: its address as the server sees it.
    function Start-WebServer {
        param([string] $Name, [hashtable] $With = @{})
        $script = 'mkdir -p /www/cgi-bin; printf "#!/bin/sh\necho Content-Type: text/plain; echo; echo \$REMOTE_ADDR\n" > /www/cgi-bin/who; chmod 755 /www/cgi-bin/who; exec httpd -f -p 80 -h /www'
        $container = Invoke-Container -Detach -Name $Name @With busybox sh -c $script
        $null = Wait-Container $Name -For Port -Port 80 -Timeout 60s
        Get-Container $container.Id
    }

    # What that page says, fetched here or by a program that comes first on the command line.
    function Get-Visitor {
        param([string] $Address, [string[]] $From = @())
        $command = $From + 'curl', '--silent', '--show-error', '--max-time', '20', "http://$Address/cgi-bin/who"
        $output = & $command[0] $command[1..($command.Count - 1)] 2>&1
        if ($LASTEXITCODE -ne 0) { throw "http://$Address cannot be fetched: $output" }
        "$output".Trim() -replace '^\[(::ffff:)?|\]$'
    }

    # An address of this machine that is not loopback's.
    function Get-HostAddress {
        (& ip -o -4 addr show scope global | Where-Object { $_ -notmatch ' cps' } | ForEach-Object { ($_ -split '\s+')[3] -replace '/.*' } | Select-Object -First 1)
    }

    # Calls a script with a network namespace at the end of a veth pair, as a machine outside: its name, the device here, and addresses.
    function Use-Outside {
        param([scriptblock] $Script)
        $name = "cpstest$PID"
        $net = "10.$(Get-Random -Minimum 216 -Maximum 224).$(Get-Random -Maximum 256)"
        $outside = @{
            Name = $name; Device = "ct$PID"
            Host4 = "$net.1"; Near4 = "$net.2"; Far4 = "$net.3"; Host6 = 'fd00:216::1'; Near6 = 'fd00:216::2'
        }
        try {
            Invoke-Native ip -Arguments 'netns', 'add', $name
            Invoke-Native ip -Arguments 'link', 'add', "ct$PID", 'type', 'veth', 'peer', 'name', 'eth0', 'netns', $name
            foreach ($address in "$($outside.Host4)/24", "$($outside.Host6)/64") { Invoke-Native ip -Arguments (@('addr', 'add', $address, 'dev', "ct$PID") + $(if ($address.Contains(':')) { 'nodad' })) }
            foreach ($address in "$($outside.Near4)/24", "$($outside.Far4)/24", "$($outside.Near6)/64") {
                Invoke-Native ip -Arguments (@('-n', $name, 'addr', 'add', $address, 'dev', 'eth0') + $(if ($address.Contains(':')) { 'nodad' }))
            }
            Invoke-Native ip -Arguments 'link', 'set', "ct$PID", 'up'
            Invoke-Native ip -Arguments '-n', $name, 'link', 'set', 'eth0', 'up'
            & $Script $outside
        }
        finally {
            & ip netns del $name 2>$null
            & ip link del "ct$PID" 2>$null
        }
    }

    # The lines of this machine's resolv.conf that name its resolvers, but for a systemd-resolved, in whose place its own are taken.
    function Get-HostResolver {
        $lines = Get-Content /etc/resolv.conf | Where-Object { $_ -match '^nameserver ' } | Select-Object -First 3
        if ("$lines" -eq 'nameserver 127.0.0.53' -and (Test-Path /run/systemd/resolve/resolv.conf)) { $lines = Get-Content /run/systemd/resolve/resolv.conf | Where-Object { $_ -match '^nameserver ' } | Select-Object -First 3 }
        $lines
    }

    # A free subnet of the test's own.
    function Get-FreeSubnet { "10.$(Get-Random -Minimum 208 -Maximum 216).$(Get-Random -Maximum 256).0/24" }

    # The beginning of the addresses of a free /64.
    function Get-FreePrefix6 { 'fd00:{0:x}:{1:x}::' -f (Get-Random -Minimum 1 -Maximum 65536), (Get-Random -Minimum 1 -Maximum 65536) }
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'E01 Networks' -Tag E01 {
    It 'are bridge, host and none from the start' {
        (Get-ContainerNetwork).Name | Select-Object -First 3 | Should -Be bridge, host, none
        (Get-ContainerNetwork host).Driver | Should -Be host
        (Get-ContainerNetwork none).Driver | Should -Be null
        (Get-ContainerNetwork bridge).Driver | Should -Be bridge
    }

    It 'cannot be removed then, nor made again' {
        (Get-CommandError { Remove-ContainerNetwork bridge }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
        (Get-CommandError { New-ContainerNetwork host }).FullyQualifiedErrorId | Should -BeLike 'NameInUse,*'
        (Get-CommandError { Get-ContainerNetwork nosuch }).FullyQualifiedErrorId | Should -BeLike 'NetworkNotFound,*'
    }

    It 'do what -WhatIf says: nothing' {
        New-ContainerNetwork whatif -WhatIf | Should -BeNullOrEmpty
        (Get-ContainerNetwork).Name | Should -Not -Contain whatif
        $null = New-ContainerNetwork whatif
        Remove-ContainerNetwork whatif -WhatIf
        (Get-ContainerNetwork).Name | Should -Contain whatif
        Remove-ContainerNetwork whatif
    }

    It 'are cleared away when nobody uses them' {
        $null = New-ContainerNetwork used
        $null = New-ContainerNetwork unused
        $null = New-Container -Name user -Network used busybox true
        (Clear-ContainerStore -Network -Force).Name | Should -Be unused
        (Get-ContainerNetwork).Name | Should -Contain used
        Remove-Container user
        (Clear-ContainerStore -Network -Force).Name | Should -Be used
    }
}

Describe 'E02 The default bridge' -Tag E02, A05 {
    It 'gives an address, a gateway and a way out while the container runs, and nothing before and after' {
        $null = New-Container -Name one busybox sleep 1000
        $device = (Get-ContainerNetwork bridge).Device
        & ip link show $device 2>$null | Should -BeNullOrEmpty
        Start-Container one
        $container = Get-Container one
        $container.Networks | Should -Be bridge
        $network = Get-ContainerNetwork bridge
        $network.Subnets[0].Subnet.Contains($container.IPAddress) | Should -BeTrue
        $network.Containers[0].Container | Should -Be one
        Get-Inside one 'ip -4 addr show eth0' | Should -Match "inet $($container.IPAddress)/24"
        Get-Inside one 'ip link show lo' | Should -Match 'LOOPBACK,UP'
        Get-Inside one 'ip route' | Should -Match "default via $($network.Subnets[0].Gateway)"
        Get-Inside one 'cat /sys/class/net/eth0/address' | Should -Be $network.Containers[0].MacAddress
        & ip -o link show master $device | Should -Not -BeNullOrEmpty
        Get-Content /proc/sys/net/ipv4/ip_forward | Should -Be 1
        Stop-Container one -Timeout 0
        & ip link show $device 2>$null | Should -BeNullOrEmpty
        (Get-Container one).IPAddress | Should -BeNullOrEmpty
        Remove-Container one
    }

    It 'reaches the outside by masquerade: apt-get update' {
        $result = Invoke-Container -PassThru -Remove debian apt-get -q update
        ($result.Output + $result.Error) -join "`n" | Should -Match 'Reading package lists'
        $result.ExitCode | Should -Be 0
    }

    It 'takes the largest packet that the way out takes' {
        $mtu = (& ip -o route get 192.0.2.1 | ForEach-Object { [regex]::Match($_, 'dev (\S+)').Groups[1].Value } | ForEach-Object { Get-Content "/sys/class/net/$_/mtu" })
        Invoke-Container -Remove busybox cat /sys/class/net/eth0/mtu | Should -Be $mtu
    }

    It 'has no IPv6 where the network has none, and takes no advertisements of routers' {
        $output = Invoke-Container -Remove busybox sh -c 'cat /proc/sys/net/ipv6/conf/eth0/disable_ipv6 /proc/sys/net/ipv6/conf/eth0/accept_ra'
        $output | Should -Be 1, 0
    }

    It 'is measured' {
        $null = Invoke-Container -Detach -Name busy busybox sleep 1000
        $gateway = (Get-ContainerNetwork bridge).Subnets[0].Gateway
        $before = Measure-Container busy
        $null = Invoke-ContainerExec busy ping -c 3 -i 0.2 -s 1000 "$gateway"
        $after = Measure-Container busy
        $after.NetworkSent - $before.NetworkSent | Should -BeGreaterThan 3000
        $after.NetworkReceived - $before.NetworkReceived | Should -BeGreaterThan 3000
        Remove-Container busy -Force
    }
}

Describe 'E03 Published ports' -Tag E03, A15 {
    BeforeAll {
        $web = Start-WebServer web @{ Publish = '80' }
        $port = ($web.Ports | Where-Object { $_.HostAddress.AddressFamily -eq 'InterNetwork' }).HostPort
    }

    AfterAll { Get-Container web, only, udp, range, taken -ErrorAction Ignore | Remove-Container -Force }

    It 'are objects' {
        $web.Ports.Count | Should -BeGreaterOrEqual 1
        $web.Ports[0].Port | Should -Be 80
        $web.Ports[0].Protocol | Should -Be tcp
        "$($web.Ports[0])" | Should -Be "0.0.0.0:$port->80/tcp"
    }

    It 'are reached by localhost' {
        Get-Visitor "127.0.0.1:$port" | Should -Not -BeNullOrEmpty
        Get-Visitor "[::1]:$port" | Should -Not -BeNullOrEmpty
    }

    It 'are reached by the host''s address' { Get-Visitor "$(Get-HostAddress):$port" | Should -Not -BeNullOrEmpty }

    It 'are reached from another container by the host''s address, and from the container itself' {
        $address = Get-HostAddress
        Invoke-Container -Remove busybox wget -q -O - "http://${address}:$port/cgi-bin/who" | Should -Not -BeNullOrEmpty
        Invoke-ContainerExec web wget -q -O - "http://${address}:$port/cgi-bin/who" | Should -Not -BeNullOrEmpty
    }

    It 'are reached from another network namespace, whose own address the container sees' {
        Use-Outside { param($Outside) Get-Visitor "$($Outside.Host4):$port" -From ip, netns, exec, $Outside.Name | Should -Be $Outside.Near4 }
    }

    It 'are closed by the drop rules of <_>, to whom they are to be closed' -ForEach 'docs/networks.md', 'docs/ports.md' {
        $rules = [regex]::Match([IO.File]::ReadAllText("$PSScriptRoot/../../$_"), '(?ms)^table inet administrator \{\n.*?^\}$').Value
        $rules | Should -Not -BeNullOrEmpty
        $table = "cpstest$PID"
        $exitOfIPv6 = $_ -eq 'docs/networks.md' ? 28 : 0
        Use-Outside {
            param($Outside)
            # curl's exit code: 0, or 28 when it has waited in vain.
            $ask = {
                param($From, $To, $Seconds = 20)
                $null = & ip netns exec $Outside.Name curl --silent --max-time $Seconds --interface $From "http://${To}:$port/cgi-bin/who"
                $LASTEXITCODE
            }
            & $ask $Outside.Near4 $Outside.Host4 | Should -Be 0
            & $ask $Outside.Far4 $Outside.Host4 | Should -Be 0
            & $ask $Outside.Near6 "[$($Outside.Host6)]" | Should -Be 0
            $file = "$store/drop.nft"
            Set-Content $file $rules.Replace('inet administrator', "inet $table").Replace('eth0', $Outside.Device).Replace('8080', "$port").Replace('192.0.2.0/24', "$($Outside.Near4)/32")
            try {
                Invoke-Native nft -Arguments '-f', $file
                & $ask $Outside.Near4 $Outside.Host4 | Should -Be 0
                & $ask $Outside.Far4 $Outside.Host4 3 | Should -Be 28
                # A container with IPv4 alone has clients of IPv6 by the relay, whose traffic a rule at forward does not see.
                & $ask $Outside.Near6 "[$($Outside.Host6)]" ($exitOfIPv6 ? 3 : 20) | Should -Be $exitOfIPv6
            }
            finally { & nft delete table inet $table }
        }
    }

    It 'are those that ss shows' {
        $listening = & ss -Hltn | ForEach-Object { ($_ -split '\s+')[3] }
        $listening | Should -Contain "0.0.0.0:$port"
        $listening | Should -Contain "[::]:$port"
    }

    It 'are published on one address alone' {
        $only = Start-WebServer only @{ Publish = '127.0.0.1::80' }
        $only.Ports.Count | Should -Be 1
        $number = $only.Ports[0].HostPort
        Get-Visitor "127.0.0.1:$number" | Should -Not -BeNullOrEmpty
        { Get-Visitor "$(Get-HostAddress):$number" } | Should -Throw
    }

    It 'are published for UDP, with answers from the address that was asked' {
        $echo = '$s = IO::Socket::INET->new(Proto => "udp", LocalPort => 7); while ($s->recv($d, 1500)) { $s->send($d) }'
        $udp = Invoke-Container -Detach -Name udp -Publish '7/udp' debian perl -MIO::Socket::INET -e $echo
        $number = ($udp.Ports | Where-Object Protocol -eq udp)[0].HostPort
        foreach ($address in '127.0.0.1', (Get-HostAddress)) {
            $client = [Net.Sockets.UdpClient]::new()
            try {
                # Connected: an answer from another address is not received.
                $client.Connect($address, $number)
                $client.Client.ReceiveTimeout = 1000
                Wait-Until {
                    $null = $client.Send([Text.Encoding]::ASCII.GetBytes('hello'), 5)
                    $from = [Net.IPEndPoint]::new([Net.IPAddress]::Any, 0)
                    try { $script:answer = [Text.Encoding]::ASCII.GetString($client.Receive([ref] $from)); $true } catch [Net.Sockets.SocketException] { $false }
                } "an echo from $address"
                $script:answer | Should -Be hello
            }
            finally { $client.Dispose() }
        }
    }

    It 'are published in ranges' {
        $first = Get-Random -Minimum 20000 -Maximum 29000
        $null = Invoke-Container -Detach -Name range -Publish "$first-$($first + 2):80-82", "$($first + 10)-$($first + 19):90" busybox sleep 1000
        $ports = (Get-Container range).Ports | Where-Object { $_.HostAddress.AddressFamily -eq 'InterNetwork' }
        ($ports | Where-Object Port -lt 90).HostPort | Should -Be $first, ($first + 1), ($first + 2)
        ($ports | Where-Object Port -eq 90).HostPort | Should -BeIn (($first + 10)..($first + 19))
        Remove-Container range -Force
    }

    It 'are refused before the start when they are in use, naming who uses them' {
        $problem = Get-CommandError { Invoke-Container -Detach -Name taken -Publish "${port}:80" busybox sleep 1000 }
        $problem.FullyQualifiedErrorId | Should -BeLike 'PortInUse,*'
        $problem.CategoryInfo.Category | Should -Be ResourceBusy
        $problem.Exception.Message | Should -Match "'web'"
        Get-Container taken -ErrorAction Ignore | Remove-Container
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Any, 0)
        $listener.Start()
        try {
            $number = $listener.LocalEndpoint.Port
            $null = New-Container -Name taken -Publish "${number}:80" busybox sleep 1000
            $problem = Get-CommandError { Start-Container taken }
            $problem.FullyQualifiedErrorId | Should -BeLike 'PortInUse,*'
            $problem.Exception.Message | Should -Match "$PID"
            (Get-Container taken).Pid | Should -BeNullOrEmpty
        }
        finally { $listener.Stop() }
    }

    It 'stay within the host''s own rules: an administrator''s drop holds' {
        $table = "cpstest$PID"
        try {
            & nft add table inet $table
            & nft "add chain inet $table forward { type filter hook forward priority -10; }"
            & nft "add rule inet $table forward meta l4proto tcp ct original proto-dst $port drop"
            & nft "add chain inet $table input { type filter hook input priority -10; }"
            Invoke-Container -Remove busybox sh -c "timeout 3 wget -q -O - http://$(Get-HostAddress):$port/cgi-bin/who || echo blocked" | Select-Object -Last 1 | Should -Be blocked
        }
        finally { & nft delete table inet $table }
        Invoke-Container -Remove busybox wget -q -O - "http://$(Get-HostAddress):$port/cgi-bin/who" | Should -Not -BeNullOrEmpty
    }

    It 'are complete again after our rules were deleted and something started' {
        $table = Get-StoreTable $store
        Invoke-Native nft -Arguments 'delete', 'table', 'inet', $table
        Invoke-Container -Remove busybox true
        & nft list table inet $table | Should -Not -BeNullOrEmpty
        Get-Visitor "$(Get-HostAddress):$port" | Should -Not -BeNullOrEmpty
    }
}

Describe 'C09 All exposed ports' -Tag C09, E04 {
    It 'are each published on a free port, for IPv4 and IPv6' {
        $null = Invoke-Container -Detach -Name all -Expose 22, 80, 53/udp -PublishAll busybox sleep 1000
        $ports = (Get-Container all).Ports
        foreach ($inside in '22/tcp', '80/tcp', '53/udp') {
            $both = $ports | Where-Object { "$($_.Port)/$($_.Protocol)" -eq $inside }
            $addresses = $both.HostAddress | ForEach-Object { "$_" }
            $addresses.Count | Should -Be 2
            $addresses | Should -Contain '0.0.0.0'
            $addresses | Should -Contain '::'
            ($both.HostPort | Select-Object -Unique).Count | Should -Be 1
        }
        Remove-Container all -Force
    }
}

Describe 'E05 Other networks than one''s own' -Tag E05 {
    It 'are the host''s' {
        Invoke-Container -Remove -Network host busybox readlink /proc/self/ns/net | Should -Be (& readlink /proc/self/ns/net)
    }

    It 'are none: loopback alone' {
        Invoke-Container -Remove -Network none busybox ls /sys/class/net | Where-Object { $_ -notmatch '^(ifb|tunl|sit|ip6tnl|gre|erspan|ip_vti|ip6_vti|ip6gre|teql|bond|dummy)' } | Should -Be lo
    }

    It 'have the files of a container without a network: its name at 127.0.0.1, this machine''s resolvers' {
        $output = Invoke-Container -Remove -Network none -Hostname hermit busybox sh -c 'cat /etc/hosts; echo --; cat /etc/hostname; hostname; echo --; cat /etc/resolv.conf'
        $hosts, $name, $resolver = ($output -join "`n") -split '\n?--\n'
        $hosts -split "`n" | Should -Be "127.0.0.1`tlocalhost", "::1`tlocalhost ip6-localhost ip6-loopback", "fe00::`tip6-localnet", "ff00::`tip6-mcastprefix", "ff02::1`tip6-allnodes", "ff02::2`tip6-allrouters", "127.0.0.1`thermit"
        $name -split "`n" | Should -Be hermit, hermit
        $resolver -split "`n" | Where-Object { $_ -match '^nameserver ' } | Should -Be (Get-HostResolver)
    }

    It 'have the files of this machine on its network, with the entries that were asked for' {
        $output = Invoke-Container -Remove -Network host -AddHost db:192.0.2.7 busybox sh -c 'cat /etc/hosts; echo --; cat /etc/hostname; hostname; echo --; cat /etc/resolv.conf'
        $hosts, $name, $resolver = ($output -join "`n") -split '\n?--\n'
        $hosts -split "`n" | Should -Be @(Get-Content /etc/hosts; "192.0.2.7`tdb")
        $name -split "`n" | Should -Be ([Environment]::MachineName), ([Environment]::MachineName)
        $resolver -split "`n" | Where-Object { $_ -match '^nameserver ' } | Should -Be (Get-HostResolver)
    }

    It 'are another container''s, with its name and files' {
        $null = Invoke-Container -Detach -Name owner -Hostname ownerhost busybox sleep 1000
        $null = Invoke-Container -Detach -Name guest -Network container:owner busybox sleep 1000
        Get-Inside guest 'readlink /proc/self/ns/net' | Should -Be (Get-Inside owner 'readlink /proc/self/ns/net')
        Get-Inside guest 'hostname' | Should -Be ownerhost
        Get-Inside guest 'cat /etc/hosts' | Should -Be (Get-Inside owner 'cat /etc/hosts')
        foreach ($setting in @{ Hostname = 'x' }, @{ Publish = '80' }, @{ Dns = '192.0.2.1' }, @{ AddHost = 'a:192.0.2.1' }, @{ MacAddress = '02:00:00:00:00:01' }) {
            (Get-CommandError { New-Container -Network container:owner @setting busybox true }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
        }
        # And those of one that shares another's are that other's.
        $null = Invoke-Container -Detach -Name third -Network container:guest busybox sleep 1000
        foreach ($command in 'readlink /proc/self/ns/net', 'hostname', 'cat /etc/hosts') { Get-Inside third $command | Should -Be (Get-Inside owner $command) }
        Restart-Container third -Timeout 0
        Get-Inside third 'cat /etc/hosts' | Should -Be (Get-Inside owner 'cat /etc/hosts')
        Remove-Container third, guest, owner -Force
    }

    It 'must be there' {
        (Get-CommandError { New-Container -Network nosuch busybox true }).FullyQualifiedErrorId | Should -BeLike 'NetworkNotFound,*'
        (Get-CommandError { New-Container -Network container:nosuch busybox true }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
        (Get-CommandError { New-Container -Network host, bridge busybox true }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
    }
}

Describe 'E06 Networks of one''s own' -Tag E06 {
    It 'have the subnet and gateway that were asked for' {
        $subnet = Get-FreeSubnet
        $gateway = $subnet -replace '0/24', '254'
        $network = New-ContainerNetwork asked -Subnet $subnet -Gateway $gateway -Mtu 1280 -Label owner=me
        "$($network.Subnets[0].Subnet)" | Should -Be $subnet
        "$($network.Subnets[0].Gateway)" | Should -Be $gateway
        (Get-ContainerNetwork -Label owner=me).Name | Should -Be asked
        $output = Invoke-Container -Remove -Network asked busybox sh -c 'ip route; cat /sys/class/net/eth0/mtu'
        $output | Should -Contain '1280'
        $output -join "`n" | Should -Match "default via $gateway"
        Remove-ContainerNetwork asked
    }

    It 'are refused when their subnet is another''s, with whose it is' {
        $subnet = Get-FreeSubnet
        $null = New-ContainerNetwork first -Subnet $subnet
        $problem = Get-CommandError { New-ContainerNetwork second -Subnet ($subnet -replace '0/24', '128/25') }
        $problem.FullyQualifiedErrorId | Should -BeLike 'SubnetInUse,*'
        $problem.Exception.Message | Should -Match "'first'"
        Remove-ContainerNetwork first
        $route = & ip -4 route show | Where-Object { $_ -match '^(\d+\.\d+\.\d+\.\d+/\d+) dev (?!cps)(\S+)' } | Select-Object -First 1
        $problem = Get-CommandError { New-ContainerNetwork second -Subnet ($route -split ' ')[0] }
        $problem.FullyQualifiedErrorId | Should -BeLike 'SubnetInUse,*'
        $problem.Exception.Message | Should -Match ([regex]::Match($route, 'dev (\S+)').Groups[1].Value)
    }

    It 'come from the engine''s pools' {
        $pools = (Get-ContainerEngine).AddressPools
        $network = New-ContainerNetwork pooled
        [Net.IPNetwork]::Parse(($pools[0] -replace '/\d+$')).Contains($network.Subnets[0].Gateway) | Should -BeTrue
        Remove-ContainerNetwork pooled
        (Get-CommandError { Set-ContainerEngine -AddressPool 10.0.0.0/8/4 }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
    }

    It 'are several for a container: eth0 and eth1, the way out by the first, in the short form and the long one' {
        $subnet = Get-FreeSubnet
        $prefix = $subnet -replace '0/24'
        $front = New-ContainerNetwork front
        $null = New-ContainerNetwork back -Subnet $subnet
        foreach ($network in 'front', 'back') { $null = Invoke-Container -Detach -Name "at$network" -Network $network busybox sleep 1000 }
        $null = Invoke-Container -Detach -Name both -Network front, "name=back,ip=${prefix}77,alias=seventyseven,mac-address=02:42:ac:11:00:77" busybox sleep 1000
        (Get-Container both).Networks | Should -Be front, back
        Get-Inside both 'ip -4 addr show eth0' | Should -Match "inet $((Get-Container both).IPAddress)/24"
        Get-Inside both 'ip -4 addr show eth1; cat /sys/class/net/eth1/address' | Should -Match "(?s)inet ${prefix}77/24.*02:42:ac:11:00:77"
        ((Get-Inside both 'ip route') -split "`n" -match '^default').Trim() | Should -Be "default via $($front.Subnets[0].Gateway) dev eth0"
        foreach ($name in 'atfront', 'atback') { Get-Inside both "ping -c 1 -w 20 $name" | Should -Match '1 packets received' }
        # The alias is of its network alone.
        Get-Inside atback 'ping -c 1 -w 20 seventyseven' | Should -Match "(?s)\(${prefix}77\).*1 packets received"
        Get-Inside atfront 'nslookup -type=a seventyseven 127.0.0.11 2>&1 || true' | Should -Not -Match "Address: $prefix"
        Remove-Container both, atfront, atback -Force
        Remove-ContainerNetwork front, back
    }

    It 'keep their containers apart, and send with their own addresses, where options say so' {
        $null = New-ContainerNetwork apart -Option enable_icc=false
        $null = New-ContainerNetwork plain -Option enable_ip_masquerade=false
        $null = New-ContainerNetwork usual
        foreach ($network in 'apart', 'plain', 'usual') { $null = Invoke-Container -Detach -Name "at$network" -Network $network busybox sleep 1000 }
        foreach ($network in 'apart', 'plain') {
            $said = Invoke-Container -Remove -Network $network busybox sh -c "ping -c 2 -w 2 $((Get-Container "at$network").IPAddress) || true" | Out-String
            $said | Should -Match $(if ($network -eq 'apart') { ' 0 packets received' } else { '[12] packets received' }) -Because $network
        }
        # This machine is reached all the same.
        Get-Inside atapart "ping -c 1 -w 20 $((Get-ContainerNetwork apart).Subnets[0].Gateway)" | Should -Match '1 packets received'
        $masqueraded = & nft list set inet (Get-StoreTable $store) masquerade4 | Out-String
        $masqueraded | Should -Match ([regex]::Escape("$((Get-ContainerNetwork usual).Subnets[0].Subnet)"))
        $masqueraded | Should -Match ([regex]::Escape("$((Get-ContainerNetwork apart).Subnets[0].Subnet)"))
        $masqueraded | Should -Not -Match ([regex]::Escape("$((Get-ContainerNetwork plain).Subnets[0].Subnet)"))
        Remove-Container atapart, atplain, atusual -Force
        Remove-ContainerNetwork apart, plain, usual
    }

    It 'are not removed while containers use them' {
        $null = New-ContainerNetwork inuse
        $null = Invoke-Container -Detach -Name user -Network inuse busybox sleep 1000
        $problem = Get-CommandError { Remove-ContainerNetwork inuse }
        $problem.FullyQualifiedErrorId | Should -BeLike 'NetworkInUse,*'
        $problem.Exception.Message | Should -Match 'by container user\.'
        Remove-Container user -Force
        Remove-ContainerNetwork inuse
    }

    It 'are not removed either while containers use them that do not run: the error tells so, and who is taken off lets them go' {
        $null = New-ContainerNetwork inuse
        $null = New-Container -Name sleeper -Network inuse busybox true
        $null = Invoke-Container -Detach -Name runner -Network inuse busybox sleep 1000
        $problem = Get-CommandError { Remove-ContainerNetwork inuse -Force }
        $problem.FullyQualifiedErrorId | Should -BeLike 'NetworkInUse,*'
        $problem.CategoryInfo.Category | Should -Be ResourceBusy
        $problem.Exception.Message | Should -Match 'by containers runner, sleeper \(not running\)\. .*Disconnect-ContainerNetwork.*Remove-Container'
        Disconnect-ContainerNetwork inuse runner, sleeper
        Remove-ContainerNetwork inuse
        Remove-ContainerNetwork inuse -Force
        (Get-Container sleeper).Networks | Should -BeNullOrEmpty
        Remove-Container runner, sleeper -Force
    }
}

Describe 'E07 What is told of a network' -Tag E07 {
    It 'is who is on it, with all addresses' {
        $null = New-ContainerNetwork told -IPv6
        $null = Invoke-Container -Detach -Name teller -Network told -NetworkAlias storyteller busybox sleep 1000
        $container = (Get-ContainerNetwork told).Containers
        $container.Container | Should -Be teller
        $container.Aliases | Should -Be storyteller
        $container.IPAddress | Should -Be (Get-Container teller).IPAddress
        Get-Inside teller 'ip -6 addr show eth0' | Should -Match "inet6 $($container.IPv6Address)/64"
        Get-Inside teller 'ip link show eth0' | Should -Match $container.MacAddress
        Rename-Container teller renamed
        (Get-ContainerNetwork told).Containers.Container | Should -Be renamed
        Remove-Container renamed -Force
        (Get-ContainerNetwork told).Containers | Should -BeNullOrEmpty
        Remove-ContainerNetwork told
    }

    It 'is all of it in Format-List *; the table has names alone' {
        $subnet = Get-FreeSubnet
        $null = New-ContainerNetwork listed -Subnet $subnet, fd00:209::/64
        $null = Invoke-Container -Detach -Name lister -Network listed -IPAddress ($subnet -replace '0/24', '8') -IPv6Address fd00:209::8 busybox sleep 1000
        $null = Invoke-Container -Detach -Name second -Network listed busybox sleep 1000
        $text = Get-ContainerNetwork listed | Format-List * | Out-String -Width 300
        $text | Should -Match "(?m)^Subnets +: \{$subnet \(gateway $($subnet -replace '0/24', '1')\), fd00:209::/64 \(gateway fd00:209::1\)\}"
        $text | Should -Match "(?m)^Containers +: \{lister \($($subnet -replace '0/24', '8'), fd00:209::8\), second \(\S+, fd00:209::\S+\)\}"
        $table = Get-ContainerNetwork listed | Format-Table | Out-String -Width 160
        $table | Should -Match "bridge +$subnet, fd00:209::/64 +lister, second\s*$"
        Remove-Container lister, second -Force
        Remove-ContainerNetwork listed
    }

    It 'stands for the containers and the subnets that it tells of' {
        $subnet = Get-FreeSubnet
        $null = New-ContainerNetwork meant -Subnet $subnet
        $null = Invoke-Container -Detach -Name first -Network meant busybox sleep 1000
        $null = Invoke-Container -Detach -Name second -Network meant busybox sleep 1000
        $told = Get-ContainerNetwork meant
        ($told.Containers | Get-Container).Name | Should -Be first, second
        Remove-Container $told.Containers -Force
        Remove-ContainerNetwork meant
        "$((New-ContainerNetwork meant -Subnet $told.Subnets).Subnets)" | Should -Be "$($told.Subnets)"
        Remove-ContainerNetwork meant
    }
}

Describe 'E08 Fixed addresses' -Tag E08 {
    It 'are had, again at each start, and are refused when they cannot be' {
        $subnet = Get-FreeSubnet
        $prefix = $subnet -replace '0/24'
        $prefix6 = Get-FreePrefix6
        $null = New-ContainerNetwork fixed -Subnet $subnet, "${prefix6}/64"
        $null = Invoke-Container -Detach -Name holder -Network fixed -IPAddress "${prefix}8" -IPv6Address "${prefix6}8" busybox sleep 1000
        "$((Get-Container holder).IPAddress)" | Should -Be "${prefix}8"
        Restart-Container holder -Timeout 0
        "$((Get-Container holder).IPAddress)" | Should -Be "${prefix}8"
        Get-Inside holder 'ip -6 addr show eth0' | Should -Match "${prefix6}8/64"
        $null = New-Container -Name other -Network fixed -IPAddress "${prefix}8" busybox true
        $problem = Get-CommandError { Start-Container other }
        $problem.FullyQualifiedErrorId | Should -BeLike 'AddressInUse,*'
        $problem.Exception.Message | Should -Match "'holder'"
        foreach ($address in '192.0.2.9', "${prefix}1", "${prefix}0", "${prefix}255") {
            (Get-CommandError { New-Container -Network fixed -IPAddress $address busybox true }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
        }
        (Get-CommandError { New-Container -IPAddress 10.88.0.8 busybox true }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
        Remove-Container holder, other -Force
        Remove-ContainerNetwork fixed
    }

    It 'are had by containers that are connected, whether they run or not' {
        $subnet = Get-FreeSubnet
        $prefix = $subnet -replace '0/24'
        $prefix6 = Get-FreePrefix6
        $null = New-ContainerNetwork fixed -Subnet $subnet, "${prefix6}/64"
        $null = Invoke-Container -Detach -Name running busybox sleep 1000
        $null = New-Container -Name stopped busybox sleep 1000
        Connect-ContainerNetwork fixed running -IPAddress "${prefix}8" -IPv6Address "${prefix6}8"
        Connect-ContainerNetwork fixed stopped -IPAddress "${prefix}9" -IPv6Address "${prefix6}9"
        (Get-CommandError { Connect-ContainerNetwork fixed stopped -IPAddress 192.0.2.9 }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
        Start-Container stopped
        foreach ($round in 1..2) {
            foreach ($container in @{ Name = 'running'; Last = 8 }, @{ Name = 'stopped'; Last = 9 }) {
                Get-Inside $container.Name 'ip addr show eth1' | Should -Match "(?s)inet $prefix$($container.Last)/24.*inet6 $prefix6$($container.Last)/64"
            }
            foreach ($address in "${prefix}9", "${prefix6}9") { Get-Inside running "ping -c 1 -w 20 $address" | Should -Match '1 packets received' }
            # Again at the next start.
            if ($round -eq 1) { Restart-Container running, stopped -Timeout 0 }
        }
        Remove-Container running, stopped -Force
        Remove-ContainerNetwork fixed
    }
}

Describe 'E09 Names' -Tag E09 {
    BeforeAll {
        # A server at port 53 of all addresses, UDP and TCP, that answers every query with "mine" and the query.
        function Start-DnsServer {
            param([string] $Name, [string] $Network)
            $server = 'use IO::Socket::INET; use IO::Select;
                my $u = IO::Socket::INET->new(Proto => "udp", LocalAddr => "0.0.0.0", LocalPort => 53) or die "udp: $!";
                my $t = IO::Socket::INET->new(Proto => "tcp", LocalAddr => "0.0.0.0", LocalPort => 53, Listen => 9) or die "tcp: $!";
                $| = 1; print "serves\n"; my $s = IO::Select->new($u, $t);
                while (1) { for my $r ($s->can_read) {
                    if ($r == $u) { $u->recv(my $d, 1500); $u->send("mine $d"); } else { my $c = $t->accept; sysread($c, my $d, 1500); syswrite($c, "mine $d"); close $c; }
                } }'
            $null = Invoke-Container -Detach -Name $Name -Network $Network debian perl -e $server
            (Wait-LogLine $Name serves).Text | Should -Be serves
        }

        # Asks such a server: protocol, address.
        $ask = 'use IO::Socket::INET; my $s = IO::Socket::INET->new(Proto => $ARGV[0], PeerAddr => $ARGV[1], PeerPort => 53) or die "$!"; $s->send("hello"); $s->recv(my $d, 1500); print $d'
    }

    It 'are found by all of thirty containers' {
        $null = New-ContainerNetwork names
        $names = 1..30 | ForEach-Object { "node$_" }
        foreach ($name in $names) { $null = Invoke-Container -Detach -Name $name -Network names busybox sleep 1000 }
        $script = "for n in $($names -join ' '); do nslookup -type=a `$n 127.0.0.11 | grep -A1 '^Name:' | grep -q Address || echo missing `$n; done"
        foreach ($name in $names) { Get-Inside $name $script | Should -BeNullOrEmpty }
        Remove-Container $names -Force
        Remove-ContainerNetwork names
    }

    It 'are names, aliases, short ids and addresses, and follow connects and disconnects at once' {
        $null = New-ContainerNetwork names -IPv6
        $null = Invoke-Container -Detach -Name asker -Network names busybox sleep 1000
        $server = Invoke-Container -Detach -Name server -Network names -NetworkAlias www busybox sleep 1000
        foreach ($name in 'server', 'www', $server.ShortId, 'server.names') { Get-Inside asker "nslookup -type=a $name 127.0.0.11" | Should -Match "Address: $($server.IPAddress)" }
        Get-Inside asker "nslookup $($server.IPAddress) 127.0.0.11" | Should -Match 'name = server.names'
        Get-Inside asker 'ping -c 1 -w 20 www' | Should -Match '1 packets received'
        Disconnect-ContainerNetwork names server
        Get-Inside asker 'nslookup -type=a www 127.0.0.11 || true' | Should -Not -Match "Address: $($server.IPAddress)"
        Connect-ContainerNetwork names server -Alias again
        $address = (Get-ContainerNetwork names).Containers.Where({ $_.Container -eq 'server' }).IPAddress
        Get-Inside asker 'nslookup -type=a again 127.0.0.11' | Should -Match "Address: $address"
        Remove-Container asker, server -Force
        Remove-ContainerNetwork names
    }

    It 'are known, and forgotten, by another container within 100 ms of a connect and a disconnect' {
        # On an internal network what is not known is not asked of others.
        $null = New-ContainerNetwork names -Internal
        # It asks all the time, and prints when an answer is another than the one before. Without an answer it asks again.
        $watch = 'use IO::Socket::INET; use IO::Select; use Time::HiRes "time"; $| = 1; my $last = "";
            my $s = IO::Socket::INET->new(Proto => "udp", PeerAddr => "127.0.0.11", PeerPort => 53) or die "$!"; my $r = IO::Select->new($s);
            for (my $id = 1;; $id = $id % 65535 + 1) {
                $s->send(pack("n6", $id, 256, 1, 0, 0, 0) . "\x06server\x00" . pack("n2", 1, 1));
                my $d; next unless $r->can_read(0.01) && defined $s->recv($d, 512) && unpack("n", $d) == $id;
                my $now = unpack("x6n", $d) ? "known" : "gone";
                printf "%s %d\n", $now, time * 1000 if $now ne $last; $last = $now; select undef, undef, undef, 0.002;
            }'
        $null = Invoke-Container -Detach -Name asker -Network names debian perl -e $watch
        $null = Invoke-Container -Detach -Name server busybox sleep 1000
        $null = Wait-LogLine asker 'gone*'
        $returns = foreach ($round in 1..5) {
            Connect-ContainerNetwork names server
            [DateTimeOffset]::UtcNow.ToUnixTimeMilliseconds()
            $null = Wait-Until { @((Get-ContainerLog asker).Text -like 'known*').Count -eq $round } 'the name is known'
            Disconnect-ContainerNetwork names server
            [DateTimeOffset]::UtcNow.ToUnixTimeMilliseconds()
            $null = Wait-Until { @((Get-ContainerLog asker).Text -like 'gone*').Count -eq $round + 1 } 'the name is gone'
        }
        $seen = (Get-ContainerLog asker).Text | Select-Object -Skip 1 | ForEach-Object { [long]($_ -split ' ')[1] }
        $lags = 0..9 | ForEach-Object { $seen[$_] - $returns[$_] } | Sort-Object
        $lags[5] | Should -BeLessOrEqual 100 -Because "the lags are $lags"
        Remove-Container asker, server -Force
        Remove-ContainerNetwork names
    }

    It 'are served beside a DNS server of the container''s own: port 53 is its, at all its addresses, UDP and TCP' {
        $null = New-ContainerNetwork names
        $null = Invoke-Container -Detach -Name other -Network names busybox sleep 1000
        Start-DnsServer dns names
        $null = Wait-Container dns -For Port -Port 53 -Timeout 60s
        foreach ($protocol in 'udp', 'tcp') {
            Invoke-ContainerExec dns perl -e $ask $protocol 127.0.0.1 | Should -Be 'mine hello'
            Invoke-Container -Remove -Network names debian perl -e $ask $protocol "$((Get-Container dns).IPAddress)" | Should -Be 'mine hello'
        }
        # Names are still found by the usual way, for which resolv.conf names 127.0.0.11; by TCP as well.
        $found = "^$([regex]::Escape("$((Get-Container other).IPAddress)")) "
        Invoke-ContainerExec dns getent ahostsv4 other | Select-Object -First 1 | Should -Match $found
        Invoke-ContainerExec dns sh -c 'echo options use-vc >> /etc/resolv.conf; getent ahostsv4 other' | Select-Object -First 1 | Should -Match $found
        Remove-Container other, dns -Force
        Remove-ContainerNetwork names
    }

    It 'are served to a container with a DNS server of its own that is put on the network while it runs' {
        $null = New-ContainerNetwork names
        $null = Invoke-Container -Detach -Name other -Network names busybox sleep 1000
        Start-DnsServer dns bridge
        Connect-ContainerNetwork names dns
        $found = "^$([regex]::Escape("$((Get-Container other).IPAddress)")) "
        Invoke-ContainerExec dns getent ahostsv4 other | Select-Object -First 1 | Should -Match $found
        foreach ($protocol in 'udp', 'tcp') { Invoke-ContainerExec dns perl -e $ask $protocol 127.0.0.1 | Should -Be 'mine hello' }
        Remove-Container other, dns -Force
        Remove-ContainerNetwork names
    }

    It 'of the outside are asked of the servers that are given from within the container, at its loopback as elsewhere, and never of this machine''s loopback' {
        # Answers each question about an address with 10.9.9.9, at the addresses that it is given.
        $answer = 'use IO::Socket::INET; use IO::Select;
            sub answer { my $q = shift; my $e = index($q, "\0", 12) + 5; substr($q, 0, 2) . "\x81\x80\0\1\0\1\0\0\0\0" . substr($q, 12, $e - 12) . "\xc0\x0c\0\1\0\1\0\0\0\5\0\4\x0a\x09\x09\x09" }
            my $s = IO::Select->new;
            for my $a (@ARGV) { for my $p (["udp"], ["tcp", Listen => 9]) { my ($n, @l) = @$p; $s->add(IO::Socket::INET->new(Proto => $n, LocalAddr => $a, LocalPort => 53, @l) or die "$n $a: $!"); } }
            $| = 1; print "serves\n";
            while (1) { for my $r ($s->can_read) {
                if ($r->socktype == SOCK_DGRAM) { $r->recv(my $d, 1500); $r->send(answer($d)); }
                else { my $c = $r->accept; sysread($c, my $n, 2); sysread($c, my $d, unpack("n", $n)); my $a = answer($d); syswrite($c, pack("n", length $a) . $a); close $c; }
            } }'
        # An address of the loopback device that is nobody else's, on this machine and inside.
        $loopback = "127.77.$(Get-Random -Maximum 256).9"
        $udp = [Net.Sockets.UdpClient]::new([Net.IPEndPoint]::new([Net.IPAddress]::Parse($loopback), 53))
        $tcp = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Parse($loopback), 53)
        $tcp.Start()
        try {
            $subnet = Get-FreeSubnet
            $address = $subnet -replace '0/24', '53'
            $null = New-ContainerNetwork names
            $null = New-ContainerNetwork vault -Internal -Subnet $subnet
            $null = Invoke-Container -Detach -Name resolver -Network names, "name=vault,ip=$address" -Dns $loopback debian perl -e $answer $loopback $address
            (Wait-LogLine resolver serves).Text | Should -Be serves
            # From inside an internal network, too, as far as that reaches.
            $null = Invoke-Container -Detach -Name inner -Network vault -Dns $address debian sleep 1000
            foreach ($name in 'resolver', 'inner') {
                Get-Inside $name 'cat /etc/resolv.conf' | Should -Match 'nameserver 127.0.0.11'
                Get-Inside $name 'getent ahostsv4 outside.example' | Should -Match '^10\.9\.9\.9 '
                Get-Inside $name 'echo options use-vc >> /etc/resolv.conf; getent ahostsv4 outside.example' | Should -Match '^10\.9\.9\.9 '
            }
            # Where nobody listens nobody answers.
            Invoke-Container -Remove -Network names -Dns $loopback debian sh -c 'getent ahostsv4 outside.example || echo nobody' | Should -Be nobody
            $udp.Available | Should -Be 0
            $tcp.Pending() | Should -BeFalse
        }
        finally {
            $udp.Dispose()
            $tcp.Stop()
        }
        Remove-Container resolver, inner -Force
        Remove-ContainerNetwork names, vault
    }

    It 'are not on the default bridge' {
        $null = Invoke-Container -Detach -Name lonely busybox sleep 1000
        Invoke-Container -Remove busybox nslookup lonely 2>&1 | Out-String | Should -Not -Match "Address: $((Get-Container lonely).IPAddress)"
        (Get-CommandError { New-Container -NetworkAlias x busybox true }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
        Remove-Container lonely -Force
    }
}

Describe 'E10 Isolation' -Tag E10 {
    It 'keeps networks apart' {
        $null = New-ContainerNetwork left
        $null = New-ContainerNetwork right
        $left = Start-WebServer leftweb @{ Network = 'left' }
        Invoke-Container -Remove -Network right busybox sh -c "timeout 3 wget -q -O - http://$($left.IPAddress)/cgi-bin/who || echo blocked" | Select-Object -Last 1 | Should -Be blocked
        Invoke-Container -Remove -Network left busybox wget -q -O - "http://$($left.IPAddress)/cgi-bin/who" | Should -Not -BeNullOrEmpty
        Remove-Container leftweb -Force
        Remove-ContainerNetwork left, right
    }

    It 'lets nothing out of an internal network' {
        $null = New-ContainerNetwork vault -Internal
        $null = Invoke-Container -Detach -Name kept -Network vault busybox sleep 1000
        $null = Invoke-Container -Detach -Name keeper -Network vault busybox sleep 1000
        Get-Inside keeper 'ping -c 1 -w 20 kept' | Should -Match '1 packets received'
        Get-Inside keeper 'ip route' | Should -Not -Match default
        # Not even with a route that the container makes itself.
        $gateway = (Get-ContainerNetwork vault).Subnets[0].Gateway
        Remove-Container keeper -Force
        $null = Invoke-Container -Detach -Name keeper -Network vault -CapabilityAdd NET_ADMIN busybox sleep 1000
        Get-Inside keeper "ip route add default via $gateway; ping -c 1 -w 2 $(& ip -4 route show default | ForEach-Object { ($_ -split ' ')[2] }) || echo blocked" | Should -Match 'blocked|Operation not permitted'
        Remove-Container kept, keeper -Force
        Remove-ContainerNetwork vault
    }

    It 'keeps containers from sending what is not theirs, and from the host''s loopback' {
        $null = New-ContainerNetwork honest -Subnet (Get-FreeSubnet)
        $victim = Invoke-Container -Detach -Name victim -Network honest busybox sleep 1000
        $null = Invoke-Container -Detach -Name liar -Network honest -CapabilityAdd NET_ADMIN, NET_RAW busybox sleep 1000
        $false4 = "$($victim.IPAddress)" -replace '\d+$', '77'
        # With an address that is not its own it is not heard.
        Get-Inside liar "ip addr add $false4/24 dev eth0; ping -c 2 -w 2 -I $false4 $($victim.IPAddress) | grep received" | Should -Match ' 0 packets received'
        # With another hardware address neither.
        Get-Inside liar "ip addr del $false4/24 dev eth0; ip link set eth0 address 02:00:00:00:00:99; ping -c 2 -w 2 $($victim.IPAddress) | grep received" | Should -Match ' 0 packets received'
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        try {
            $number = $listener.LocalEndpoint.Port
            $gateway = (Get-ContainerNetwork honest).Subnets[0].Gateway
            foreach ($address in "$gateway", '127.0.0.1') {
                Get-Inside victim "nc -w 2 $address $number < /dev/null && echo reached || echo blocked" | Should -Match blocked
            }
        }
        finally { $listener.Stop() }
        Remove-Container victim, liar -Force
        Remove-ContainerNetwork honest
    }

    It 'connects and disconnects containers while traffic runs' {
        $null = New-ContainerNetwork traffic
        $null = New-ContainerNetwork extra
        $target = Invoke-Container -Detach -Name target -Network traffic busybox sleep 1000
        $null = Invoke-Container -Detach -Name sender -Network traffic busybox sh -c "ping -i 0.1 $($target.IPAddress) > /tmp/ping; sleep 1000"
        foreach ($round in 1..5) {
            Connect-ContainerNetwork extra sender
            Get-Inside sender 'ls /sys/class/net' | Should -Match eth1
            (Get-Container sender).Networks | Should -Be traffic, extra
            Disconnect-ContainerNetwork extra sender
            Get-Inside sender 'ls /sys/class/net' | Should -Not -Match eth1
        }
        Get-Inside sender 'kill -INT $(pidof ping); while pidof ping > /dev/null; do :; done; tail -3 /tmp/ping' | Should -Match ' 0% packet loss'
        Remove-Container target, sender -Force
        Remove-ContainerNetwork traffic, extra
    }

    It 'says what went wrong inside while the network was being made, and leaves nothing of it' {
        $null = New-ContainerNetwork halfway
        $null = New-Container -Name half -Network halfway -Publish 80 -Volume /etc/passwd:/bin busybox sleep 1000
        foreach ($i in 1..5) {
            $problem = Get-CommandError { Start-Container half }
            $problem.FullyQualifiedErrorId | Should -BeLike 'RuntimeStepFailed,*'
            $problem.Exception.Message | Should -Match "'/bin'.* nor a file on a directory"
        }
        "/sys/class/net/$((Get-ContainerNetwork halfway).Device)" | Should -Not -Exist
        (Get-ContainerNetwork halfway).Containers | Should -BeNullOrEmpty
        Remove-Container half
        Remove-ContainerNetwork halfway
    }

    It 'tells all on a network who has an address that another has had' {
        $subnet = Get-FreeSubnet
        $null = New-ContainerNetwork heirs -Subnet $subnet -IPRange ($subnet -replace '0/24', '8/30')
        $null = Invoke-Container -Detach -Name watcher -Network heirs busybox sleep 1000
        # Four addresses: the first heir's comes again.
        $seen = [ordered]@{}
        while ($true) {
            $heir = Invoke-Container -Detach -Name heir -Network heirs busybox sleep 1000
            $address, $mac = $heir.IPAddress, (Get-Inside heir 'cat /sys/class/net/eth0/address')
            if ($seen.Contains($address)) { break }
            $seen[$address] = $mac
            Get-Inside watcher "ping -c 1 -w 5 $address" | Should -Match ' 0% packet loss'
            Get-Inside watcher 'cat /proc/net/arp' | Should -Match "(?m)^$([regex]::Escape($address)) .* $mac "
            Remove-Container heir -Force
        }
        $seen.Count | Should -Be 3
        $mac | Should -Not -Be $seen[$address]
        Get-Inside watcher 'cat /proc/net/arp' | Should -Match "(?m)^$([regex]::Escape($address)) .* $mac "
        Remove-Container heir -Force
        $null = Invoke-Container -Detach -Name heir -Network heirs -IPAddress $address busybox sleep 1000
        Get-Inside watcher 'cat /proc/net/arp' | Should -Match "(?m)^$([regex]::Escape($address)) .* $(Get-Inside heir 'cat /sys/class/net/eth0/address') "
        Remove-Container heir, watcher -Force
        Remove-ContainerNetwork heirs
    }

    It 'gives a container from the default bridge names, and moves its published ports, when its networks change' {
        $null = New-ContainerNetwork newhome
        $null = Invoke-Container -Detach -Name neighbour -Network newhome busybox sleep 1000
        $mover = Start-WebServer mover @{ Publish = '80' }
        $port = $mover.Ports[0].HostPort
        Connect-ContainerNetwork newhome mover
        Get-Inside mover 'cat /etc/resolv.conf' | Should -Match 'nameserver 127.0.0.11'
        Get-Inside mover 'nslookup -type=a neighbour' | Should -Match "Address: $((Get-Container neighbour).IPAddress)"
        Disconnect-ContainerNetwork bridge mover
        (Get-Container mover).Ports[0].HostPort | Should -Be $port
        Get-Visitor "$(Get-HostAddress):$port" | Should -Not -BeNullOrEmpty
        Get-Visitor "127.0.0.1:$port" | Should -Not -BeNullOrEmpty
        Remove-Container mover, neighbour -Force
        Remove-ContainerNetwork newhome
    }

    It 'publishes ports with the first network that can, and lets them go with the last' {
        $null = New-ContainerNetwork vault -Internal
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Any, 0)
        $listener.Start()
        try {
            $port = $listener.LocalEndpoint.Port
            # A port that is never published may be in use.
            $held = Start-WebServer held @{ Publish = "${port}:80"; Network = 'vault' }
            $held.Ports.HostPort | Should -BeNullOrEmpty
            $problem = Get-CommandError { Connect-ContainerNetwork bridge held }
            $problem.FullyQualifiedErrorId | Should -BeLike 'PortInUse,*'
            $problem.CategoryInfo.Category | Should -Be ResourceBusy
            $problem.Exception.Message | Should -Match "process $PID"
            (Get-Container held).Networks | Should -Be vault
            Get-Inside held 'ls /sys/class/net' | Should -Not -Match eth1
            (Get-ContainerNetwork bridge).Containers.Container | Should -Not -Contain held
        }
        finally { $listener.Stop() }
        Connect-ContainerNetwork bridge held
        (Get-Container held).Networks | Should -Be vault, bridge
        (Get-Container held).Ports.HostPort | Select-Object -Unique | Should -Be $port
        Get-Visitor "$(Get-HostAddress):$port" | Should -Not -BeNullOrEmpty
        Get-Visitor "127.0.0.1:$port" | Should -Not -BeNullOrEmpty
        $problem = Get-CommandError { Invoke-Container -Detach -Name rival -Publish "${port}:80" busybox sleep 1000 }
        $problem.FullyQualifiedErrorId | Should -BeLike 'PortInUse,*'
        $problem.Exception.Message | Should -Match "'held'"
        Disconnect-ContainerNetwork bridge held
        (Get-Container held).Ports.HostPort | Should -BeNullOrEmpty
        Start-Container rival
        # Now it is the other's.
        (Get-CommandError { Connect-ContainerNetwork bridge held }).Exception.Message | Should -Match "'rival'"
        Remove-Container rival -Force
        Connect-ContainerNetwork bridge held
        Restart-Container held -Timeout 0
        $null = Wait-Container held -For Port -Port 80 -Timeout 60s
        Get-Visitor "127.0.0.1:$port" | Should -Not -BeNullOrEmpty
        Remove-Container held -Force
        Remove-ContainerNetwork vault
    }

    It 'lets ports go again when a connect fails after it has taken them' {
        $null = New-ContainerNetwork vault -Internal
        $null = New-ContainerNetwork open
        $null = Invoke-Container -Detach -Name first -Network open -MacAddress 02:00:00:00:00:08 busybox sleep 1000
        $second = Invoke-Container -Detach -Name second -Network vault -Publish 80 busybox sleep 1000
        # As a shell leaves it that was killed while it waited.
        Set-Content "$store/run/$($second.Id)/ports.sock" ''
        $problem = Get-CommandError { Connect-ContainerNetwork open second -MacAddress 02:00:00:00:00:08 }
        $problem.FullyQualifiedErrorId | Should -BeLike 'AddressInUse,*'
        Test-Path "$store/run/$($second.Id)/ports.sock" | Should -BeFalse
        $monitor = [IO.File]::ReadAllText("$store/run/$($second.Id)/monitor.json") | ConvertFrom-Json
        & ss -Hltnp | Where-Object { $_ -match "pid=$($monitor.monitorPid)," } | Should -BeNullOrEmpty
        Connect-ContainerNetwork open second
        & ss -Hltnp | Where-Object { $_ -match "pid=$($monitor.monitorPid)," } | Should -Not -BeNullOrEmpty
        Remove-Container first, second -Force
        Remove-ContainerNetwork vault, open
    }

    It 'connects containers that do not run' {
        $null = New-ContainerNetwork later
        $null = New-Container -Name sleeper busybox sleep 1000
        Connect-ContainerNetwork later sleeper -Alias dozer
        (Get-CommandError { Connect-ContainerNetwork later sleeper }).FullyQualifiedErrorId | Should -BeLike 'AlreadyConnected,*'
        Start-Container sleeper
        (Get-Container sleeper).Networks | Should -Be bridge, later
        Disconnect-ContainerNetwork bridge sleeper
        (Get-CommandError { Disconnect-ContainerNetwork bridge sleeper }).FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
        Disconnect-ContainerNetwork bridge sleeper -Force
        Get-Inside sleeper 'ip route' | Should -Match 'default via .* dev eth1'
        Restart-Container sleeper -Timeout 0
        (Get-Container sleeper).Networks | Should -Be later
        Get-Inside sleeper 'ip route' | Should -Match 'default via .* dev eth0'
        Remove-Container sleeper -Force
        Remove-ContainerNetwork later
    }
}

Describe 'A network whose record is gone' -Tag E10 {
    It 'is forgotten by a container that still names it, when that is forced' {
        $null = New-ContainerNetwork gone
        $null = New-Container -Name left -Network gone busybox sleep 1000
        Remove-Item "$env:CONTAINERPS_ROOT/networks/gone.json"
        (Get-CommandError { Start-Container left }).FullyQualifiedErrorId | Should -BeLike 'NetworkNotFound,*'
        (Get-CommandError { Disconnect-ContainerNetwork gone left }).FullyQualifiedErrorId | Should -BeLike 'NetworkNotFound,*'
        (Get-CommandError { Disconnect-ContainerNetwork nosuch left -Force }).FullyQualifiedErrorId | Should -BeLike 'NetworkNotFound,*'
        Disconnect-ContainerNetwork gone left -Force
        (Get-Container left).Networks | Should -BeNullOrEmpty
        Connect-ContainerNetwork bridge left
        Start-Container left
        (Get-Container left).Networks | Should -Be bridge
        Remove-Container left -Force
    }
}

Describe 'E11 Settings' -Tag E11 {
    It 'are in resolv.conf, hosts and the device' {
        $output = Invoke-Container -Remove -Dns 192.0.2.53 -DnsSearch example.com -DnsOption ndots:2 -Hostname my_host -AddHost db:192.0.2.7, up:host-gateway -MacAddress 02:42:ac:11:00:99 busybox sh -c 'cat /etc/resolv.conf; cat /etc/hosts; hostname; cat /sys/class/net/eth0/address'
        $output | Should -Contain 'nameserver 192.0.2.53'
        $output | Should -Contain 'search example.com'
        $output | Should -Contain 'options ndots:2'
        $output | Should -Contain "192.0.2.7`tdb"
        $output | Should -Contain "$((Get-ContainerNetwork bridge).Subnets[0].Gateway)`tup"
        $output | Where-Object { $_ -match "^\d.*`tmy_host$" } | Should -Not -BeNullOrEmpty
        $output[-2] | Should -Be my_host
        $output[-1] | Should -Be 02:42:ac:11:00:99
    }

    It 'lead host-gateway to this machine on every network, and never leave it out' {
        $bridge = (Get-ContainerNetwork bridge).Subnets[0].Gateway
        $vault = New-ContainerNetwork vault -Internal
        $own = New-ContainerNetwork own
        foreach ($network in $vault, $own) {
            # An echo from this machine: the address is one that is reached.
            $output = Invoke-Container -Remove -Network $network.Name -AddHost up:host-gateway busybox sh -c 'grep up$ /etc/hosts; ping -c 1 -w 20 up'
            $output | Should -Contain "$($network.Subnets[0].Gateway)`tup"
            $output | Out-String | Should -Match '1 packets received'
        }
        Invoke-Container -Remove -Network none -AddHost up:host-gateway busybox grep 'up$' /etc/hosts | Should -Be "$bridge`tup"
        Invoke-Container -Remove -Network host -AddHost up:host-gateway busybox grep 'up$' /etc/hosts | Should -Be "127.0.0.1`tup"
        Remove-ContainerNetwork vault, own
    }

    It 'come from the engine''s settings where the container says nothing, each kind for itself' {
        $engine = Set-ContainerEngine -Dns 192.0.2.53, 2001:db8::53 -DnsSearch example.com -DnsOption ndots:3, timeout:1 -PassThru
        try {
            $engine.Dns | Should -Be 192.0.2.53, 2001:db8::53
            $engine.DnsSearch | Should -Be example.com
            $engine.DnsOptions | Should -Be ndots:3, timeout:1
            Invoke-Container -Remove busybox cat /etc/resolv.conf | Should -Be 'nameserver 192.0.2.53', 'nameserver 2001:db8::53', 'search example.com', 'options ndots:3 timeout:1'
            Invoke-Container -Remove -Dns 192.0.2.54 -DnsSearch . busybox cat /etc/resolv.conf | Should -Be 'nameserver 192.0.2.54', 'options ndots:3 timeout:1'
            foreach ($setting in @{ Dns = 'ns' }, @{ DnsSearch = '-' }, @{ DnsOption = 'a b' }) {
                (Get-CommandError { Set-ContainerEngine @setting }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*'
            }
            (Get-ContainerEngine).Dns | Should -Be 192.0.2.53, 2001:db8::53
        }
        finally { $engine = Set-ContainerEngine -Dns @() -DnsSearch @() -DnsOption @() -PassThru }
        @($engine.Dns; $engine.DnsSearch; $engine.DnsOptions) | Should -BeNullOrEmpty
    }

    It 'name the name service on a network of one''s own' {
        $null = New-ContainerNetwork files
        $output = Invoke-Container -Remove -Network files busybox cat /etc/resolv.conf
        $output | Should -Contain 'nameserver 127.0.0.11'
        $output | Should -Contain 'options ndots:0'
        Remove-ContainerNetwork files
    }

    It 'stay away from files that the user has changed' {
        $null = Invoke-Container -Detach -Name changed busybox sleep 1000
        Get-Inside changed 'echo 192.0.2.8 mine >> /etc/hosts; cp /etc/resolv.conf /tmp/before' | Out-Null
        Restart-Container changed -Timeout 0
        Get-Inside changed 'cat /etc/hosts' | Should -Match '192.0.2.8 mine'
        Get-Inside changed 'cmp /etc/resolv.conf /tmp/before && echo same' | Should -Match same
        Remove-Container changed -Force
    }

    It 'are refused when they are wrong' {
        foreach ($setting in @{ Publish = 'x' }, @{ Dns = 'ns' }, @{ DnsSearch = '-' }, @{ AddHost = 'x' }, @{ MacAddress = '1' }, @{ IPAddress = 'x' }, @{ Expose = '80:80' }, @{ DnsOption = 'a b' }) {
            (Get-CommandError { New-Container @setting busybox true }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting,*' -Because ($setting.Keys -join '')
        }
    }
}

Describe 'IPv6' -Tag E02, E03 {
    It 'works inside, between containers and published' {
        $null = New-ContainerNetwork six -IPv6
        $web = Start-WebServer sixweb @{ Network = 'six'; Publish = '80' }
        $address = (Get-ContainerNetwork six).Containers[0].IPv6Address
        Get-Inside sixweb 'ip -6 addr show eth0' | Should -Not -Match 'tentative'
        Get-Inside sixweb 'cat /proc/sys/net/ipv6/conf/eth0/accept_ra' | Should -Be 0
        Invoke-Container -Remove -Network six busybox wget -q -O - "http://[$address]/cgi-bin/who" | Should -Match ':'
        $port = ($web.Ports | Where-Object { $_.HostAddress.AddressFamily -eq 'InterNetworkV6' }).HostPort
        Get-Visitor "[::1]:$port" | Should -Not -BeNullOrEmpty
        $own = & ip -o -6 addr show scope global | Where-Object { $_ -notmatch ' cps' } | ForEach-Object { ($_ -split '\s+')[3] -replace '/.*' } | Select-Object -First 1
        if ($own) { Get-Visitor "[$own]:$port" | Should -Not -BeNullOrEmpty }
        $device = (Get-ContainerNetwork six).Device
        Get-Content "/proc/sys/net/ipv6/conf/$device/accept_ra" | Should -Be 0
        Remove-Container sixweb -Force
        Remove-ContainerNetwork six
    }
}

Describe 'Other drivers' -Tag E06 {
    BeforeAll {
        # True when the kernel makes devices of a type on another device.
        function Test-DeviceType {
            param([string] $Type, [string] $Parent)
            & ip link add link $Parent name "cpt$PID" type $Type 2>$null
            $made = $LASTEXITCODE -eq 0
            if ($made) { Invoke-Native ip -Arguments 'link', 'del', "cpt$PID" }
            $made
        }

        # Two containers on the wire of a device, whose other end is in a namespace: all reach each other.
        function Test-Wire {
            param([string] $Driver, [string[]] $Option)
            $parent = "cpw$PID"
            $subnet = Get-FreeSubnet
            $prefix = $subnet -replace '0/24'
            $name = "cpswire$PID"
            try {
                Invoke-Native ip -Arguments 'netns', 'add', $name
                Invoke-Native ip -Arguments 'link', 'add', $parent, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', $name
                Invoke-Native ip -Arguments 'link', 'set', $parent, 'up'
                Invoke-Native ip -Arguments '-n', $name, 'addr', 'add', "${prefix}1/24", 'dev', 'eth0'
                Invoke-Native ip -Arguments '-n', $name, 'link', 'set', 'eth0', 'up'
                $null = New-ContainerNetwork wire -Driver $Driver -Subnet $subnet -Option (@("parent=$parent") + $Option)
                if (-not (Test-DeviceType $Driver $parent)) {
                    $feature = "CONFIG_$($Driver.ToUpperInvariant())"
                    $problem = Get-CommandError { Invoke-Container -Remove -Network wire busybox true }
                    $problem.FullyQualifiedErrorId | Should -BeLike 'DriverNotSupported,*'
                    $problem.Exception.Message | Should -Match $feature
                    Remove-ContainerNetwork wire
                    return $feature
                }
                $null = Invoke-Container -Detach -Name near -Network wire -IPAddress "${prefix}9" busybox sleep 1000
                foreach ($address in "${prefix}1", "${prefix}9") {
                    Invoke-Container -Remove -Network wire busybox ping -c 1 -w 20 $address | Out-String | Should -Match '1 packets received'
                }
                # Names are served there as on a bridge.
                Invoke-Container -Remove -Network wire busybox ping -c 1 -w 20 near | Out-String | Should -Match '1 packets received'
                Remove-Container near -Force
                Remove-ContainerNetwork wire
            }
            finally {
                & ip netns del $name 2>$null
                & ip link del $parent 2>$null
            }
        }
    }

    It 'put containers on a device''s wire, or say what the kernel lacks: <Driver> <Option>' -ForEach @(
        @{ Driver = 'macvlan'; Option = @() }
        @{ Driver = 'macvlan'; Option = @('macvlan_mode=bridge') }
        @{ Driver = 'ipvlan'; Option = @() }
        @{ Driver = 'ipvlan'; Option = @('ipvlan_mode=l2') }
    ) {
        $lacking = Test-Wire $Driver $Option
        if ($lacking) { Set-ItResult -Skipped -Because "this kernel is built without $lacking" }
    }

    It 'need the device when a container starts' {
        $null = New-ContainerNetwork wire -Driver macvlan -Subnet (Get-FreeSubnet) -Option "parent=nosuch$PID"
        $problem = Get-CommandError { Invoke-Container -Remove -Network wire busybox true }
        $problem.FullyQualifiedErrorId | Should -BeLike 'ParentNotFound,*'
        $problem.Exception.Message | Should -Match "nosuch$PID"
        Remove-ContainerNetwork wire
    }
}

Describe 'A host without nft' -Tag E02, E03, E09 {
    It 'has all but masquerade and rules, and says so once in a shell' {
        $hide = 'mkdir "$0" && mount -t tmpfs tmpfs "$0" && mkdir "$0/upper" "$0/work" && mount -t overlay overlay -o "lowerdir=/usr/sbin,upperdir=$0/upper,workdir=$0/work" /usr/sbin && rm /usr/sbin/nft && exec "$@"'
        $result = Invoke-Shell @'
            $null = New-ContainerNetwork plain
            $serve = 'mkdir /www; echo here > /www/index.html; exec httpd -f -p 80 -h /www'
            $server = Invoke-Container -Detach -Name plainserver -Network plain -Publish 80 -WarningAction SilentlyContinue -WarningVariable +told busybox sh -c $serve
            $server = Wait-Container plainserver -For Port -Port 80 -Timeout 60s
            "by name: $(Invoke-Container -Remove -Network plain -WarningAction SilentlyContinue -WarningVariable +told busybox wget -q -O - http://plainserver/)"
            "by its address: $(& curl --silent --max-time 20 "http://$($server.IPAddress)/")"
            "published: $(& curl --silent --max-time 20 "http://127.0.0.1:$($server.Ports[0].HostPort)/")"
            $null = New-Container -Name plainbridge -WarningAction SilentlyContinue -WarningVariable +told busybox true
            Start-Container plainbridge -WarningAction SilentlyContinue -WarningVariable +told
            "ended with: $((Wait-Container plainbridge).ExitCode)"
            Get-Container plain* | Remove-Container -Force
            Remove-ContainerNetwork plain
            $told | ForEach-Object { "told: $_" }
'@ $store -Within unshare, '--mount', '--', sh, '-c', $hide, "$store/hidden"
        $result.ExitCode | Should -Be 0 -Because $result.Error
        $lines = $result.Output -split "`n"
        $lines[0..3] | Should -Be 'by name: here', 'by its address: here', 'published: here', 'ended with: 0'
        $lines.Count | Should -Be 5
        $lines[4] | Should -BeLike "told: *'nft'*nothing outside*nftables*"
        $result.Error | Should -BeNullOrEmpty
    }
}

Describe 'What the machine passes on' -Tag E02 {
    It 'is turned on by whoever needs it, which -Verbose tells, and by no other' {
        $name = "cpspass$PID"
        $off = 'for s in ipv4/ip_forward ipv6/conf/all/forwarding; do echo 0 > /proc/sys/net/$s; done; exec "$@"'
        Invoke-Native ip -Arguments 'netns', 'add', $name
        try {
            $result = Invoke-Shell @"
                `$env:CONTAINERPS_ROOT, `$env:CONTAINERPS_RUN = '$store/pass/root', '$store/pass/run'
                `$null = Import-Image '$(Get-BusyboxTar)' -Name busybox -Command sh
                try {
                    `$null = New-ContainerNetwork inside -Internal
                    `$null = New-ContainerNetwork six -IPv6
                    function Write-Told([string] `$What, [scriptblock] `$Command) {
                        `$told = & `$Command 4>&1 | Where-Object { `$_ -is [Management.Automation.VerboseRecord] } | ForEach-Object { [regex]::Match("`$_", 'net\.ipv\S+').Value } | Where-Object { `$_ }
                        "`${What}: `$(Get-Content /proc/sys/net/ipv4/ip_forward)`$(Get-Content /proc/sys/net/ipv6/conf/all/forwarding) `$told"
                    }
                    foreach (`$network in 'none', 'host', 'inside', 'bridge', 'bridge', 'six', 'six') {
                        Write-Told `$network { Invoke-Container -Remove -Verbose -Network `$network busybox true }
                    }
                    & sh -c 'echo 0 > /proc/sys/net/ipv4/ip_forward'
                    `$null = Invoke-Container -Detach -Name late -Network inside busybox sleep 1000
                    Write-Told connected { Connect-ContainerNetwork bridge late -Verbose }
                    & sh -c 'echo 0 > /proc/sys/net/ipv4/ip_forward'
                    Write-Told beside { Invoke-Container -Remove -Verbose busybox true }
                    & sh -c 'echo 0 > /proc/sys/net/ipv4/ip_forward'
                    Remove-Container late -Force
                    Write-Told copied { "FROM busybox``nWORKDIR /w" | Build-Image -File - -Path - -Verbose }
                    Write-Told built { "FROM busybox``nRUN true" | Build-Image -File - -Path - -Verbose }
                }
                finally { Get-Container | Remove-Container -Force }
"@ $store -Within nsenter, "--net=/run/netns/$name", '--', sh, '-c', $off, sh
        }
        finally {
            & ip netns del $name 2>$null
        }
        $result.ExitCode | Should -Be 0 -Because $result.Error
        ($result.Output -split "`n").Trim() | Should -Be 'none: 00', 'host: 00', 'inside: 00', 'bridge: 10 net.ipv4.ip_forward', 'bridge: 10', 'six: 11 net.ipv6.conf.all.forwarding', 'six: 11', 'connected: 11 net.ipv4.ip_forward', 'beside: 11 net.ipv4.ip_forward', 'copied: 01', 'built: 11 net.ipv4.ip_forward'
    }
}

Describe 'The monitor of a container on a network' -Tag E02, E03 {
    It 'does without OpenSSL, which would take a megabyte and some milliseconds of each' {
        $null = New-ContainerNetwork slim -Subnet (Get-FreeSubnet)
        $null = Invoke-Container -Detach -Name slim -Network slim -Publish 80 busybox sleep 1000
        $null = Invoke-ContainerExec slim nslookup slim
        $record = Get-Content "$env:CONTAINERPS_RUN/$((Get-Container slim).Id)/monitor.json" -Raw | ConvertFrom-Json
        $maps = Get-Content "/proc/$($record.monitorPid)/maps"
        "$maps" | Should -Match 'libc\.so'
        "$maps" | Should -Not -Match 'libcrypto|libssl'
        Remove-Container slim -Force
        Remove-ContainerNetwork slim
    }
}

Describe 'Many at once' -Tag E02, E03 {
    It 'have addresses, ports and hardware addresses of their own: 50 containers from 4 shells' {
        $null = New-ContainerNetwork crowd -Subnet (Get-FreeSubnet)
        $shells = 1..4 | ForEach-Object {
            $count = if ($_ -le 2) { 13 } else { 12 }
            Start-Shell "foreach (`$n in 1..$count) { `$null = Invoke-Container -Detach -Name s$_-`$n -Network crowd -Publish 80 busybox sleep 1000 }" $store
        }
        foreach ($shell in $shells) {
            $result = Wait-Shell $shell
            $result.ExitCode | Should -Be 0 -Because $result.Error
        }
        $endpoints = (Get-ContainerNetwork crowd).Containers
        $endpoints.Count | Should -Be 50
        ($endpoints.IPAddress | ForEach-Object { "$_" } | Select-Object -Unique).Count | Should -Be 50
        ($endpoints.MacAddress | Select-Object -Unique).Count | Should -Be 50
        $ports = (Get-Container s?-*).Ports | Where-Object { $_.HostAddress.AddressFamily -eq 'InterNetwork' }
        ($ports.HostPort | Select-Object -Unique).Count | Should -Be 50
        Get-Container s?-* | Remove-Container -Force
        (Get-ContainerNetwork crowd).Containers | Should -BeNullOrEmpty
        Remove-ContainerNetwork crowd
    }
}

Describe 'Events' {
    It 'tell of networks' {
        $null = New-ContainerNetwork eventful
        $null = New-Container -Name visitor busybox true
        Connect-ContainerNetwork eventful visitor
        Disconnect-ContainerNetwork eventful visitor
        Remove-ContainerNetwork eventful
        $events = Get-ContainerEvent | Where-Object { $_.Type -eq 'Network' -and $_.Name -eq 'eventful' }
        $events.Action | Should -Be create, connect, disconnect, destroy
        $events[1].Attributes['name'] | Should -Be visitor
        Remove-Container visitor
    }
}

Describe 'Waiting for the ports of a container' {
    It 'means all that it publishes, and can end a pipeline' {
        $lines = New-Container -Name waits -Publish 80 busybox sh -c 'echo begins; exec httpd -f -p 80' |
            Start-Container -PassThru | Wait-Container -For Port -Timeout 60s | Get-ContainerLog
        "$lines" | Should -Be 'begins'
        & curl --silent --output /dev/null --max-time 20 "http://127.0.0.1:$((Get-Container waits).Ports[0].HostPort)/"
        $LASTEXITCODE | Should -Be 0
        Remove-Container waits -Force
    }
}
