# The store as a whole: how much there is (A28), what nobody uses, whether all is as it should be.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'A28 Measure-ContainerStore' -Tag A28 {
    It 'counts images and containers, and what could go' {
        $null = New-Container -Name counted busybox true
        Invoke-Container -Name writer busybox sh -c 'dd if=/dev/zero of=/file bs=1024 count=100 2>/dev/null'
        $usage = Measure-ContainerStore
        $usage.Type | Should -Be 'Image', 'Container', 'Volume', 'Content', 'BuildCache'
        $usage[0].Count | Should -Be 1
        $usage[0].Active | Should -Be 1
        $usage[0].Size | Should -BeGreaterThan (Get-Image busybox).Size
        $usage[0].Reclaimable | Should -Be 0
        $usage[1].Count | Should -Be 2
        $usage[1].Active | Should -Be 0
        $usage[1].Size | Should -BeGreaterOrEqual 100KB
        $usage[1].Reclaimable | Should -Be $usage[1].Size
        $usage[2].Count | Should -Be 0
        $usage[3].Size | Should -Be 0
        $usage | Out-String | Should -BeLike '*Reclaimable*'
        Remove-Container counted, writer
        (Measure-ContainerStore)[0].Reclaimable | Should -Be $usage[0].Size
    }

    It 'tells what each takes, and what it shares' {
        $null = Import-Image (Get-BusyboxTar) -Name sharing -Author other
        $items = Measure-ContainerStore -Detailed
        $items.Count | Should -Be 2
        $items[0].SharedSize | Should -BeGreaterThan 1MB
        $items[0].UniqueSize | Should -BeLessThan 10KB
        $items | Out-String -Width 150 | Should -BeLike '*sharing:latest*'
        Remove-Image sharing
    }
}

Describe 'A28 Clear-ContainerStore' -Tag A28 {
    It 'shows with -WhatIf, and removes nothing' {
        $null = New-Container -Name idle busybox true
        Clear-ContainerStore -WhatIf | Should -BeNullOrEmpty
        Clear-ContainerStore -WhatIf -Force | Should -BeNullOrEmpty
        (Get-Container idle).Name | Should -Be 'idle'
    }

    It 'removes stopped containers, and no running ones' {
        $null = Invoke-Container -Detach -Name busy busybox sleep 1000
        $gone = Clear-ContainerStore -Container -Force
        $gone.Name | Should -Be 'idle'
        $gone.Type | Should -Be 'Container'
        (Get-Container).Name | Should -Be 'busy'
        Remove-Container busy -Force
    }

    It 'removes images without a name, with -All also others, but none that is used' {
        $null = Import-Image (Get-BusyboxTar) -Author nameless
        $null = Import-Image (Get-BusyboxTar) -Name unused:1 -Author unused
        $null = New-Container -Name user busybox true
        $gone = Clear-ContainerStore -Image -Force
        $gone.Count | Should -Be 1
        $gone.Size | Should -BeGreaterThan 0
        Get-Image -Dangling | Should -BeNullOrEmpty
        (Clear-ContainerStore -Image -All -Force).Name | Should -Be 'unused:1'
        (Get-Image).Name | Should -Be 'busybox:latest'
        Remove-Container user
    }

    It 'leaves alone what is younger than -Until' {
        $null = New-Container -Name young busybox true
        Clear-ContainerStore -Container -Until 1h -Force | Should -BeNullOrEmpty
        (Clear-ContainerStore -Container -Until ([TimeSpan]::Zero) -Force).Name | Should -Be 'young'
    }

    It 'removes what nothing refers to' {
        $blobs = "$env:CONTAINERPS_ROOT/images/blobs/sha256"
        Set-Content "$blobs/$('a' * 64)" 'left'
        (Measure-ContainerStore)[3].Count | Should -Be 1
        (Clear-ContainerStore -Image -Force).Type | Should -Be 'Content'
        Test-Path "$blobs/$('a' * 64)" | Should -BeFalse
        Get-Image busybox | Should -Not -BeNullOrEmpty
    }
}

Describe 'Test-ContainerStore' -Tag Store {
    It 'finds nothing in a store that is well' {
        Test-ContainerStore | Should -BeNullOrEmpty
    }

    It 'finds a changed file in a layer, and unpacks the layer again' {
        $layer = [IO.Directory]::GetDirectories("$env:CONTAINERPS_ROOT/layers") | Where-Object { $_ -notlike '*ingest' }
        [IO.File]::WriteAllText("$layer/diff/etc/passwd", 'changed')
        $problem = Test-ContainerStore
        $problem.Kind | Should -Be 'LayerDamaged'
        $problem.IsHarmless | Should -BeFalse
        $problem.UsedBy | Should -Be 'busybox:latest'
        $problem.Message | Should -BeLike "*etc/passwd*"
        $problem | Out-String -Width 150 | Should -BeLike '*LayerDamaged*'
        (Test-ContainerStore -Repair -WhatIf).IsRepaired | Should -BeFalse
        (Test-ContainerStore -Repair).IsRepaired | Should -BeTrue
        Test-ContainerStore | Should -BeNullOrEmpty
        Invoke-Container -Remove busybox cat /etc/group | Should -Contain 'root:x:0:'
    }

    It 'says what has to come again when a blob is damaged' {
        $config = "$env:CONTAINERPS_ROOT/images/blobs/sha256/$((Get-Image busybox).ImageId.Substring(7))"
        $file = (Save-Image busybox (Join-Path $TestDrive 'good.tar')).FullName
        [IO.File]::WriteAllText($config, [IO.File]::ReadAllText($config).Replace('amd64', 'amd46'))
        $problem = Test-ContainerStore -Repair | Where-Object Kind -EQ BlobDamaged
        $problem.IsRepaired | Should -BeFalse
        $problem.Advice | Should -BeLike '*busybox:latest*'
        $null = Import-Image $file
        Test-ContainerStore | Should -BeNullOrEmpty
        Invoke-Container -Remove busybox echo works | Should -Be 'works'
    }

    It 'says which volume cannot be read, and which is not there' {
        $null = New-ContainerVolume damaged
        $null = New-Container -Name without -Volume lost:/x busybox true
        Set-Content "$env:CONTAINERPS_ROOT/volumes/damaged/volume.json" '{'
        Remove-Item -Recurse "$env:CONTAINERPS_ROOT/volumes/lost"
        $problems = Test-ContainerStore
        $problems.Kind | Should -Be 'Volume', 'Volume'
        $problems | ForEach-Object Item | Should -Be 'damaged', 'lost'
        $problems[1].UsedBy | Should -Be 'without'
        $problems.IsHarmless | Should -Not -Contain $true
        $usage = Measure-ContainerStore -ErrorVariable unread -ErrorAction SilentlyContinue
        $usage.Count | Should -Be 5
        $unread[0].Exception.Message | Should -BeLike "*'damaged'*"
        Remove-Container without
        Remove-ContainerVolume damaged
        Test-ContainerStore | Should -BeNullOrEmpty
    }

    It 'says which container cannot be read' {
        $container = New-Container -Name broken busybox true
        $record = "$env:CONTAINERPS_ROOT/containers/$($container.Id)/container.json"
        $text = [IO.File]::ReadAllText($record)
        [IO.File]::WriteAllText($record, '{')
        (Test-ContainerStore -Repair).Kind | Should -Be 'Container'
        [IO.File]::WriteAllText($record, $text)
        Test-ContainerStore | Should -BeNullOrEmpty
        Remove-Container broken
    }
}
