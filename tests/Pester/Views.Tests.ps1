# What objects look like: tables within 100 columns, lists, wide views, colours, and what sorting, filters, CSV and JSON make of them.
BeforeDiscovery {
    $views = @(
        @{ Type = 'Container'; Get = { Get-Container }; Shows = 'web-frontend', 'busybox', 'Exited (3)', 'Created' }
        @{ Type = 'Container#Size'; Get = { Get-Container -Size }; Shows = 'web-frontend' }
        @{ Type = 'Image'; Get = { Get-Image }; Shows = 'busybox', 'latest', 'ago' }
        @{ Type = 'ImageHistoryEntry'; Get = { Get-ImageHistory busybox }; Shows = 'ago' }
        @{ Type = 'ContainerVolume'; Get = { Get-ContainerVolume }; Shows = 'local', 'data', 'web-frontend' }
        @{ Type = 'ContainerNetwork'; Get = { Get-ContainerNetwork }; Shows = 'bridge', 'running' }
        @{ Type = 'ContainerEvent'; Get = { Get-ContainerEvent -Since 1h }; Shows = 'create', 'web-frontend' }
        @{ Type = 'ContainerLogLine'; Get = { Get-ContainerLog failed }; Shows = 'out' }
        @{ Type = 'ContainerProcess'; Get = { Get-ContainerProcess running }; Shows = 'running', 'sleep 1000' }
        @{ Type = 'ContainerStatistics'; Get = { Measure-Container -Interval 0.1 }; Shows = 'running', '/ 105 MB' }
        @{ Type = 'ContainerChange'; Get = { Get-ContainerChange failed }; Shows = 'Added', '/new' }
        @{ Type = 'ContainerResult'; Get = { Invoke-Container -PassThru -Remove busybox sh -c 'echo hi; exit 3' }; Shows = 'hi', '3' }
        @{ Type = 'ContainerEngine'; Get = { Get-ContainerEngine }; Shows = 'Linux|[56]\.\d' }
        @{ Type = 'StoreUsage'; Get = { Measure-ContainerStore }; Shows = 'Image', 'Container' }
        @{ Type = 'StoreItemUsage'; Get = { Measure-ContainerStore -Detailed }; Shows = 'busybox', 'web-frontend' }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox
    $null = New-Container -Name web-frontend -Label tier=front -Environment A=1, B=2 -Memory 2GB -Volume data:/data -Restart always busybox sh -c 'while true; do date; sleep 1; done'
    $null = New-Container -Name small -Memory 64MB busybox true
    $null = Invoke-Container -Name failed busybox sh -c 'echo out; touch /new; exit 3'
    $null = Invoke-Container -Name fine busybox true
    $null = Invoke-Container -Detach -Name running -Memory 100MB busybox sleep 1000

    # As on a terminal of 100 columns, without colours.
    function Get-Text { @($input) | Out-String -Width 100 | ForEach-Object { $_ -replace '\x1b\[[\d;]*m' } }
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'Views' {
    It 'show <Type> as a table within 100 columns, as a list and wide' -ForEach $views {
        $objects = @(& $Get)
        $objects.Count | Should -BeGreaterThan 0
        $objects[0].PSTypeNames | Should -Contain "ContainerPS.$Type"
        $table = $objects | Format-Table | Get-Text
        $lines = @($table -split '\r?\n')
        @($lines | Where-Object Length -GT 100) | Should -BeNullOrEmpty
        # Nothing is left out: a column that found no place, a value that was cut.
        $table | Should -Not -Match '…\s*$|\.\.\.\s*$'
        foreach ($text in $Shows) { ($table -replace '\s+', ' ') | Should -Match ($text -replace '[()]', '\$0') }

        $list = $objects | Format-List | Get-Text
        $list | Should -Match '(?m)^\w+\s+: '
        $list | Should -Not -Match 'System\.Collections|ReadableList|ReadableMap'
        ($objects | Format-Wide | Get-Text).Trim() | Should -Not -BeNullOrEmpty
    }

    It 'have a table and a wide view for every type that a cmdlet returns' {
        $format = [xml][IO.File]::ReadAllText((Join-Path (Split-Path (Get-TestModulePath)) 'ContainerPS.format.ps1xml'))
        $types = Get-Command -Module ContainerPS -CommandType Cmdlet | ForEach-Object { $_.OutputType.Name } | Where-Object { $_ -like 'ContainerPS.*' } | Select-Object -Unique
        @($types).Count | Should -BeGreaterThan 10
        foreach ($type in $types) {
            $own = $format.Configuration.ViewDefinitions.View | Where-Object { $_.ViewSelectedBy.TypeName -contains $type }
            @($own | Where-Object { $_['TableControl'] }).Count | Should -BeGreaterThan 0 -Because "$type is a table"
            @($own | Where-Object { $_['WideControl'] }).Count | Should -BeGreaterThan 0 -Because "$type is wide"
        }
    }

    It 'keep long names whole' {
        $name = 'a-container-with-a-name-that-is-rather-long'
        $null = New-Container -Name $name busybox sh -c 'a command that is longer than any column that there is'
        $table = Get-Container $name | Format-Table | Get-Text
        ($table -replace '\s+') | Should -Match '^Id.*Name'
        # A long name goes on in the next line of its column.
        ((($table -split '\r?\n' | Where-Object Length -GT 85 | ForEach-Object { $_.Substring(86).Trim() }) -join '') -replace '^Name-*') | Should -Be $name
        Remove-Container $name
    }
}

Describe 'Copies of objects' {
    # What comes of Receive-Job, Invoke-Command and Import-Clixml.
    It 'look as the objects do' {
        foreach ($get in { Get-Container failed }, { Get-Container running }, { Get-Image busybox }, { Get-ImageHistory busybox }, { Get-ContainerNetwork bridge }) {
            $objects = @(& $get)
            $copies = @([System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($objects, 2)))
            $copies[0].PSTypeNames | Should -Contain "Deserialized.$($objects[0].GetType().FullName)"
            # Time goes on between the two.
            ($copies | Format-Table | Get-Text) -replace '\d+ (second|minute)s' | Should -Be (($objects | Format-Table | Get-Text) -replace '\d+ (second|minute)s')
        }
    }
}

Describe 'Colours' {
    It 'tell states where the host has colours, and are not there where it has none' {
        $rendering = $PSStyle.OutputRendering
        try {
            $PSStyle.OutputRendering = 'Ansi'
            $coloured = Get-Container | Format-Table | Out-String -Width 100
            $coloured.Contains($PSStyle.Foreground.Green + 'Up') | Should -BeTrue
            $coloured.Contains($PSStyle.Foreground.Red + 'Exited') | Should -BeTrue
            (Get-Container running | Format-List | Out-String).Contains($PSStyle.Foreground.Green + 'Up') | Should -BeTrue
            (Get-ContainerChange failed | Out-String).Contains($PSStyle.Foreground.Green + 'Added') | Should -BeTrue
            $PSStyle.OutputRendering = 'PlainText'
            Get-Container | Format-Table | Out-String -Width 100 | Should -Not -Match '\x1b'
            Get-ContainerChange failed | Out-String | Should -Not -Match '\x1b'
        }
        finally {
            $PSStyle.OutputRendering = $rendering
        }
    }
}

Describe 'Objects in pipelines' {
    It 'are sorted by what they are' {
        (Get-Container | Sort-Object Created).Name | Should -Be 'web-frontend', 'small', 'failed', 'fine', 'running'
        (Get-Container | Sort-Object Memory -Descending | Select-Object -First 1).Name | Should -Be 'web-frontend'
        (Get-Image | Sort-Object Size)[0].Size | Should -BeOfType long
    }

    It 'are found by what they are' {
        (Get-Container | Where-Object Memory -GT 1GB).Name | Should -Be 'web-frontend'
        (Get-Container | Where-Object State -EQ Exited | Where-Object ExitCode -NE 0).Name | Should -Be 'failed'
        (Get-Container | Where-Object Created -GT (Get-Date).AddHours(-1)).Count | Should -Be 5
        (Get-Container | Where-Object { $_.Labels['tier'] -eq 'front' }).Name | Should -Be 'web-frontend'
    }

    It 'are readable as CSV' {
        $row = Get-Container web-frontend | ConvertTo-Csv | ConvertFrom-Csv
        $row.Name | Should -Be 'web-frontend'
        $row.State | Should -Be 'Created'
        $row.Command | Should -Be 'sh -c while true; do date; sleep 1; done'
        $row.Environment | Should -BeLike '*A=1; B=2*'
        $row.Labels | Should -Be 'tier=front'
        $row.Mounts | Should -BeLike '*:/data'
        $row.Limits | Should -BeLike 'Memory 2*GB*'
        foreach ($type in { Get-Container }, { Get-Image }, { Get-ContainerVolume }, { Get-ContainerEngine }, { Get-ContainerEvent -Since 1h }) {
            & $type | ConvertTo-Csv | Should -Not -Match 'System\.|ContainerPS\.'
        }
        $file = Join-Path $store 'containers.csv'
        Get-Container | Export-Csv $file
        (Import-Csv $file).Count | Should -Be 5
    }

    It 'are whole as JSON' {
        $json = Get-Container web-frontend | ConvertTo-Json -Depth 8 | ConvertFrom-Json
        $json.Name | Should -Be 'web-frontend'
        $json.Command | Should -Be 'sh', '-c', 'while true; do date; sleep 1; done'
        $json.Labels.tier | Should -Be 'front'
        $json.Limits.Memory | Should -Be 2GB
        $json.Mounts[0].Target | Should -Be '/data'
        (Get-Image busybox | ConvertTo-Json -Depth 8 | ConvertFrom-Json).Repository | Should -Be 'busybox'
    }
}
