# Pipelines and scripts as people write them: tables of containers, parallel runs, jobs, and shells without a terminal.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'Import-Csv | New-Container' {
    AfterEach { Get-Container | Remove-Container -Force }

    It 'makes a container of each row' {
        $file = Join-Path $store 'boxes.csv'
        Set-Content $file @(
            'Name,Image,Command,Memory,Environment,ReadOnly,Label,Note'
            'one,busybox,"sh -c ""echo $A; exit 4""",64MB,A=hello; B=2,true,tier=front,the first'
            'two,busybox,,,,no,,'
        )
        $made = Import-Csv $file | New-Container -User nobody -WarningVariable warnings 3>$null
        $made.Name | Should -Be 'one', 'two'
        $made[0].Command -join '|' | Should -Be 'sh|-c|echo $A; exit 4'
        $made[0].Memory | Should -Be 64MB
        $made[0].Environment | Should -Contain 'A=hello'
        $made[0].Environment | Should -Contain 'B=2'
        $made[0].Labels['tier'] | Should -Be 'front'
        $made[1].Command -join '|' | Should -Be 'sh'
        $made[1].Memory | Should -BeNullOrEmpty
        $made[1].Labels.Count | Should -Be 0
        $made.User | Should -Be 'nobody', 'nobody'
        @($warnings).Count | Should -Be 1
        "$warnings" | Should -Match 'Note'
        Start-Container one -Attach | Should -Be 'hello'
        $LASTEXITCODE | Should -Be 4
        (Get-ContainerProcess two -ErrorAction SilentlyContinue) | Should -BeNullOrEmpty
    }

    It 'goes on after a row that is wrong, and names the column' {
        $rows = @'
[ { "Name": "good", "Image": "busybox", "Environment": { "A": "1" }, "Command": ["sleep", "1 2"] },
  { "Name": "bad", "Image": "busybox", "Memory": "much" },
  { "Name": "bad", "Image": "busybox", "ReadOnly": "perhaps" },
  { "Name": "bad", "Image": "busybox", "Cpus": "two" },
  { "Name": "bad", "Image": "busybox", "Pull": "sometimes" },
  { "Name": "last", "Image": "busybox" } ]
'@ | ConvertFrom-Json
        $made = $rows | New-Container -ErrorVariable problems 2>$null
        $made.Name | Should -Be 'good', 'last'
        $made[0].Command -join '|' | Should -Be 'sleep|1 2'
        $made[0].Environment | Should -Contain 'A=1'
        $messages = @($problems | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | ForEach-Object { $_.Exception.Message } | Select-Object -Unique)
        foreach ($column in 'Memory', 'ReadOnly', 'Cpus', 'Pull') { @($messages -like "*$column*").Count | Should -Be 1 -Because $column }
    }

    It 'lets the command line say the program, and what the rows leave out' {
        [pscustomobject]@{ Name = 'typed'; Image = 'busybox' } | New-Container sleep 1h | ForEach-Object { $_.Command -join '|' } | Should -Be 'sleep|1h'
        [pscustomobject]@{ Name = 'imageless' } | New-Container busybox ls -la | ForEach-Object { $_.Command -join '|' } | Should -Be 'ls|-la'
        @(@{ n = 'first' }, @{ n = 'second' } | ForEach-Object { [pscustomobject]@{ Name = $_.n } } | New-Container -Image busybox).Count | Should -Be 2
    }

    It 'takes back what it has written' {
        $file = Join-Path $store 'round.csv'
        $null = New-Container -Name again -Environment A=1, B=2 -Label x=y -Hostname box busybox sleep 1h
        Get-Container again | Select-Object Name, Image, Command, Environment, @{ n = 'Label'; e = { $_.Labels } }, Hostname | Export-Csv $file
        Remove-Container again
        $back = Import-Csv $file | New-Container
        $back.Command -join '|' | Should -Be 'sleep|1h'
        $back.Environment | Should -Contain 'B=2'
        $back.Labels['x'] | Should -Be 'y'
        $back.Hostname | Should -Be 'box'
    }
}

Describe 'Pipelines' {
    AfterEach { Get-Container | Remove-Container -Force }

    It 'go from an image to a log' {
        Get-Image busybox | New-Container -Name piped sh -c 'echo started; exec httpd -f -p 80' | Start-Container -PassThru | Wait-Container -For Port -Port 80 | Get-ContainerLog | Select-Object -First 1 | ForEach-Object Text | Should -Be 'started'
    }

    It 'end what has ended, and ask before' {
        $null = Invoke-Container -Name done busybox true
        $null = New-Container -Name waiting busybox true
        Get-Container -State Exited | Remove-Container -WhatIf
        @(Get-Container).Count | Should -Be 2
        Get-Container -State Exited | Remove-Container
        (Get-Container).Name | Should -Be 'waiting'
    }

    It 'run side by side: ForEach-Object -Parallel' {
        $module = Get-TestModulePath
        $results = 1..20 | ForEach-Object -Parallel {
            Import-Module $using:module
            Invoke-Container -Remove busybox sh -c "echo $_; exit $_"
            if ($LASTEXITCODE -ne $_) { "wrong: $_ ended with $LASTEXITCODE" }
        } -ThrottleLimit 5
        $results | ForEach-Object { [int] $_ } | Sort-Object | Should -Be (1..20)
        Get-Container | Should -BeNullOrEmpty
    }

    It 'run in the background: Start-Job and &' {
        $module = Get-TestModulePath
        $job = Start-Job { Import-Module $using:module; Invoke-Container -Detach -Name job busybox sleep 1000; Invoke-ContainerExec job echo from the job }
        $ampersand = Import-Module $module && Invoke-Container -Remove busybox echo from the line &
        $received = $job | Receive-Job -Wait
        # Objects come from another process: what they were is in their properties.
        $received[0].Name | Should -Be 'job'
        $received[-1] | Should -Be 'from the job'
        $ampersand | Receive-Job -Wait | Should -Be 'from the line'
        $job, $ampersand | Remove-Job
        # What the job has started goes on.
        (Get-Container job).State | Should -Be 'Running'
        $received[0] | Stop-Container -Force
        (Get-Container job).State | Should -Be 'Exited'
    }
}

Describe 'A scheduled script' {
    AfterEach { Get-Container | Remove-Container -Force }

    It 'works without a terminal, with -NonInteractive, and streams redirected' {
        $script = Join-Path $store 'nightly.ps1'
        Set-Content $script @"
`$ErrorActionPreference = 'Stop'
Import-Module '$(Get-TestModulePath)'
`$made = New-Container -Name nightly busybox sh -c 'echo out; echo err >&2; exit 5'
Start-Container nightly
Wait-Container nightly | ForEach-Object { "ended with `$(`$_.ExitCode)" }
Get-ContainerLog nightly | ForEach-Object { "`$(`$_.Stream) `$(`$_.Text)" }
Invoke-Container -Remove busybox sh -c 'echo direct; exit 6'
"code `$LASTEXITCODE"
Remove-Container nightly
Get-Container nobody
'not reached'
"@
        $out = Join-Path $store 'nightly.out'
        $err = Join-Path $store 'nightly.err'
        & sh -c 'exec setsid "$0" -NoProfile -NonInteractive -File "$1" < /dev/null > "$2" 2> "$3"' ([Environment]::ProcessPath) $script $out $err
        $LASTEXITCODE | Should -Be 1
        $lines = Get-Content $out
        $lines | Should -Contain 'ended with 5'
        $lines | Should -Contain 'Stdout out'
        $lines | Should -Contain 'Stderr err'
        $lines | Should -Contain 'direct'
        $lines | Should -Contain 'code 6'
        $lines | Should -Not -Contain 'not reached'
        Get-Content $err -Raw | Should -Match "no container 'nobody'"
        (Get-Content $out -Raw) + (Get-Content $err -Raw) | Should -Not -Match '\x1b\['
    }

    It 'asks nobody: what needs an answer is an error' {
        $script = Join-Path $store 'asking.ps1'
        Set-Content $script "`$ErrorActionPreference = 'Stop'; Import-Module '$(Get-TestModulePath)'; New-Container -Confirm -Name asked busybox"
        $null = & sh -c 'exec "$0" -NoProfile -NonInteractive -File "$1" < /dev/null 2>&1' ([Environment]::ProcessPath) $script
        $LASTEXITCODE | Should -Be 1
        Get-Container asked* | Should -BeNullOrEmpty
    }
}
