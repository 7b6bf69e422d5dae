# Walkthrough section A at a real terminal: keys, size, detaching, several at once, and the terminal's state afterwards.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Terminal.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox, debian
    $terminal = New-ShellTerminal
}

AfterAll {
    Remove-Terminal $terminal
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'A09 Invoke-Container -Interactive -Tty at a terminal' -Tag A09 {
    BeforeEach { Clear-Screen $terminal }

    It 'gives the program the terminal: keys, size, its changes, the exit code' {
        Send-Line $terminal 'Invoke-Container -Interactive -Tty -Name a09 busybox sh'
        $null = Wait-Screen $terminal '(?m)^/ #$'
        Send-Line $terminal 'echo size $(stty size)'
        $null = Wait-Screen $terminal '(?m)^size 30 100'
        $null = Invoke-Tmux $terminal resize-window -x 120 -y 40
        # The program is told by a signal, which comes when it comes.
        Send-Line $terminal 'while [ "$(stty size)" != "40 120" ]; do sleep 0.1; done; echo si""ze2'
        $null = Wait-Screen $terminal '(?m)^size2'
        $null = Invoke-Tmux $terminal resize-window -x 100 -y 30
        Send-Line $terminal 'echo sl""eeping; sleep 1000'
        $null = Wait-Screen $terminal '(?m)^sleeping'
        Send-Key $terminal C-c
        Send-Line $terminal 'echo a""live'
        $null = Wait-Screen $terminal '(?m)^alive'
        Send-Line $terminal 'exit 7'
        $null = Wait-Screen $terminal '(?m)^PS>$'
        Send-Line $terminal '"code $LASTEXITCODE"'
        $null = Wait-Screen $terminal '(?m)^code 7'
        $null = Wait-Screen $terminal '(?m)^PS>$'
        (Get-Container a09).ExitCode | Should -Be 7
    }

    It 'has colours and line editing of bash, job control too' {
        Send-Line $terminal 'Invoke-Container -it -Remove debian bash'
        $null = Wait-Screen $terminal '(?m)^root@.*#$'
        Send-Line $terminal 'echo sl""eeping; sleep 1000'
        $null = Wait-Screen $terminal '(?m)^sleeping'
        Send-Key $terminal C-z
        $null = Wait-Screen $terminal 'Stopped .*sleep 1000'
        Send-Line $terminal 'kill %1; fg; exit 0'
        $null = Wait-Screen $terminal '(?m)^PS>$'
    }

    It 'lets go by Ctrl+P Ctrl+Q, and the container goes on; Connect-Container comes back' {
        Send-Line $terminal 'Invoke-Container -it -Name a09detach busybox sh'
        $null = Wait-Screen $terminal '(?m)^/ #$'
        # Keys are pressed once there is a prompt: the shell asks the terminal where it stands, and the answer must not come between them.
        Send-Line $terminal 'x=ke""pt; echo $x'
        $null = Wait-Screen $terminal '(?m)^kept\n/ #$'
        Send-Key $terminal C-p, C-q
        $null = Wait-Screen $terminal '(?m)^PS>$'
        (Get-Container a09detach).State | Should -Be 'Running'
        Clear-Screen $terminal
        Send-Line $terminal 'Connect-Container a09detach -DetachKeys "ctrl-x,d"'
        $null = Wait-Screen $terminal '(?m)^/ #$'
        Send-Line $terminal 'echo still-$x'
        $null = Wait-Screen $terminal '(?m)^still-kept\n/ #$'
        Send-Key $terminal C-x, d
        $null = Wait-Screen $terminal '(?m)^PS>$'
        (Get-Container a09detach).State | Should -Be 'Running'
    }

    It 'lets go by the keys that are set for good' {
        Set-ContainerEngine -DetachKeys 'ctrl-a,q'
        (Get-ContainerEngine).DetachKeys | Should -Be 'ctrl-a,q'
        try {
            Send-Line $terminal 'Connect-Container a09detach'
            $null = Wait-Screen $terminal '(?m)^/ #$'
            Send-Key $terminal C-a, q
            $null = Wait-Screen $terminal '(?m)^PS>$'
        }
        finally {
            Set-ContainerEngine -DetachKeys ''
        }
        (Get-ContainerEngine).DetachKeys | Should -Be 'ctrl-p,ctrl-q'
    }

    It 'joins several to one container' {
        $second = New-ShellTerminal
        try {
            foreach ($one in $terminal, $second) {
                Send-Line $one 'Connect-Container a09detach'
                $null = Wait-Screen $one '(?m)^/ #$'
            }
            Send-Line $terminal 'echo from-$((1 + 0))'
            foreach ($one in $terminal, $second) { $null = Wait-Screen $one '(?m)^from-1' }
            Send-Line $second 'echo from-$((1 + 1))'
            foreach ($one in $terminal, $second) { $null = Wait-Screen $one '(?m)^from-2\n/ #$' }
            Send-Key $second C-p, C-q
            $null = Wait-Screen $second '(?m)^PS>$'
        }
        finally {
            Remove-Terminal $second
        }
        Send-Line $terminal 'exit 3'
        $null = Wait-Screen $terminal '(?m)^PS>$'
        (Get-Container a09detach).ExitCode | Should -Be 3
    }

    It 'starts a container and stays with it' {
        Send-Line $terminal 'Start-Container a09detach -Attach -Interactive'
        $null = Wait-Screen $terminal '(?m)^/ #$'
        Send-Line $terminal 'exit 4'
        $null = Wait-Screen $terminal '(?m)^PS>$'
        (Get-Container a09detach).ExitCode | Should -Be 4
    }

    It 'gives a program without a terminal what is typed, line by line, to Ctrl+D' {
        Send-Line $terminal 'Invoke-Container -Remove -Interactive busybox sh -c "echo ready; while read x; do echo got-`$x; done; echo ended"'
        $null = Wait-Screen $terminal '(?m)^ready'
        Send-Line $terminal 'one'
        $null = Wait-Screen $terminal '(?m)^got-one'
        Send-Key $terminal C-d
        $null = Wait-Screen $terminal '(?m)^ended\n'
        $null = Wait-Screen $terminal '(?m)^PS>$'
    }

    It 'shows what a command prints' -Tag A10 {
        Send-Line $terminal 'Invoke-Container -Interactive -Tty -Name zby101 busybox pwd'
        $null = Wait-Screen $terminal '(?m)^/$'
        $null = Wait-Screen $terminal '(?m)^PS>$'
        (Wait-Container zby101).ExitCode | Should -Be 0
        (Get-Container zby101).Tty | Should -BeTrue
    }

    It 'gives its lines to the next command in the pipeline' {
        Send-Line $terminal 'Invoke-Container -Remove -it busybox echo one two | ForEach-Object { "<$_>" }'
        $null = Wait-Screen $terminal '(?m)^<one two>'
        $null = Wait-Screen $terminal '(?m)^PS>$'
    }
}

Describe 'A08 Ctrl+C at a terminal' -Tag A08 {
    BeforeEach { Clear-Screen $terminal }

    It 'stops what was run, and leaves nothing with -Remove' -ForEach 'Invoke-Container', 'Invoke-Container -Interactive' {
        Send-Line $terminal "$_ -Remove -Name a08 busybox sh -c 'trap `"exit 5`" INT; echo re`"`"ady; while true; do sleep 0.1; done'"
        $null = Wait-Screen $terminal '(?m)^ready'
        Send-Key $terminal C-c
        $null = Wait-Screen $terminal '(?m)^PS>$'
        Get-Container | Where-Object Name -eq a08 | Should -BeNullOrEmpty
    }

    It 'is handed on to a container that was joined, unless that is not wanted' {
        $null = Invoke-Container -Detach -Name a08joined busybox sh -c 'trap "exit 5" INT; while true; do echo tick; sleep 0.1; done'
        Send-Line $terminal 'Connect-Container a08joined -SignalProxy $false'
        $null = Wait-Screen $terminal '(?m)^tick'
        Send-Key $terminal C-c
        $null = Wait-Screen $terminal '(?m)^PS>$'
        (Get-Container a08joined).State | Should -Be 'Running'
        Clear-Screen $terminal
        Send-Line $terminal 'Connect-Container a08joined'
        $null = Wait-Screen $terminal '(?m)^tick'
        Send-Key $terminal C-c
        $null = Wait-Screen $terminal '(?m)^PS>$'
        (Wait-Container a08joined -Timeout 90s).ExitCode | Should -Be 5
    }
}

Describe 'A16 Exec at a terminal' -Tag A16 {
    BeforeAll { $null = Invoke-Container -Detach -Name a16 debian sleep 1000 }

    BeforeEach { Clear-Screen $terminal }

    It 'gives the program the terminal' {
        Send-Line $terminal 'Invoke-ContainerExec a16 -Interactive -Tty bash --norc'
        $null = Wait-Screen $terminal '(?m)^bash-[\d.]+#$'
        Send-Line $terminal 'echo size $(stty size)'
        $null = Wait-Screen $terminal '(?m)^size 30 100'
        $null = Invoke-Tmux $terminal resize-window -x 120 -y 40
        Send-Line $terminal 'while [ "$(stty size)" != "40 120" ]; do sleep 0.1; done; echo si""ze2; exit 5'
        $null = Wait-Screen $terminal '(?m)^size2'
        $null = Invoke-Tmux $terminal resize-window -x 100 -y 30
        $null = Wait-Screen $terminal '(?m)^PS>$'
        Send-Line $terminal '"code $LASTEXITCODE"'
        $null = Wait-Screen $terminal '(?m)^code 5'
        $null = Wait-Screen $terminal '(?m)^PS>$'
    }

    It 'lets go of a program, which goes on' {
        Send-Line $terminal 'Invoke-ContainerExec -it a16 sh -c "while ! test -e /tmp/go; do echo alive; sleep 0.1; done; echo end > /tmp/ended"'
        $null = Wait-Screen $terminal '(?m)^alive'
        Send-Key $terminal C-p, C-q
        $null = Wait-Screen $terminal '(?m)^PS>$'
        Invoke-ContainerExec a16 sh -c 'touch /tmp/go; while ! test -s /tmp/ended; do sleep 0.1; done; cat /tmp/ended' | Should -Be 'end'
    }

    It 'enters a container: the shell of the user, or the one there is' {
        Send-Line $terminal 'Enter-Container a16 -WorkingDirectory /var -Environment @{ A09 = "x y" }'
        $null = Wait-Screen $terminal '(?m)/var#$'
        Send-Line $terminal 'echo $0 $A09; exit'
        $null = Wait-Screen $terminal '(?m)^/bin/bash x y'
        $null = Wait-Screen $terminal '(?m)^PS>$'
        $null = Invoke-Container -Detach -Name a16small busybox sleep 1000
        Send-Line $terminal 'Enter-Container a16small -User 1000'
        $null = Wait-Screen $terminal '(?m)^[/~] \$$'
        Send-Line $terminal 'id -u; exit'
        $null = Wait-Screen $terminal '(?m)^1000'
        $null = Wait-Screen $terminal '(?m)^PS>$'
    }
}

Describe 'The terminal afterwards' -Tag A09 {
    BeforeAll {
        $shell = New-Terminal
        $folder = (Get-Item $env:CONTAINERPS_ROOT).Parent.FullName
        # Runs a script in a shell of its own at the terminal, up to where the container's prompt is there.
        function Start-AtTerminal([string] $Script) {
            Set-Content "$folder/at-terminal.ps1" ("Import-Module '$(Get-TestModulePath)'`n" + $Script)
            Clear-Screen $shell
            Send-Line $shell "sh -c 'echo `$`$ > $folder/pid; exec $([Environment]::ProcessPath) -NoLogo -NoProfile -File $folder/at-terminal.ps1'"
            $null = Wait-Screen $shell '(?m)^/ #$'
            Get-TerminalMode $shell | Should -Not -Be $before
        }
    }

    AfterAll { Remove-Terminal $shell }

    BeforeEach {
        $null = Invoke-Tmux $shell respawn-pane -k
        $null = Wait-Screen $shell '(?m)^#$'
        $before = Get-TerminalMode $shell
    }

    It 'is as it was when <What>' -ForEach @(
        @{ What = 'the program ends'; End = { Send-Line $shell 'exit' } }
        @{ What = 'the user lets go'; End = { Send-Key $shell C-p, C-q } }
        @{ What = 'the container is killed'; End = { Get-Container -State Running | Where-Object Tty | Stop-Container -Force } }
    ) {
        Start-AtTerminal 'Invoke-Container -it busybox sh; "it is over"; Start-Sleep -Seconds 1000'
        & $End
        $null = Wait-Screen $shell 'it is over'
        Get-TerminalMode $shell | Should -Be $before
    }

    It 'is as it was when the shell gets <_>' -ForEach 'TERM', 'HUP', 'INT' {
        Start-AtTerminal 'Invoke-Container -it busybox sh'
        & kill "-$_" (Get-Content "$folder/pid")
        Wait-Until { (Get-TerminalMode $shell) -eq $before } 'the terminal is as it was'
    }
}

Describe 'Input and output byte for byte' -Tag A07 {
    BeforeAll {
        $bytes = [byte[]]::new(300000)
        [Random]::new(7).NextBytes($bytes)
        $file = Join-Path $store 'bytes.bin'
        [IO.File]::WriteAllBytes($file, $bytes)
        $hash = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($bytes)).ToLowerInvariant()
        # Byte arrays, put together.
        function Join-Byte { begin { $all = [IO.MemoryStream]::new() } process { $all.Write($_, 0, $_.Length) } end { , $all.ToArray() } }
    }

    It 'gives a program byte arrays, and returns byte arrays' {
        $output = , $bytes | Invoke-Container -Remove -Interactive -AsByteStream busybox cat | Join-Byte
        [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($output)) | Should -Be $hash
    }

    It 'gives a program single bytes, streams and files' {
        [byte[]](97, 98, 10) | Invoke-Container -Remove -Interactive busybox cat | Should -Be 'ab'
        , [IO.MemoryStream]::new($bytes) | Invoke-Container -Remove -Interactive busybox sha256sum | Should -BeLike "$hash*"
        [IO.FileInfo]::new($file) | Invoke-Container -Remove -Interactive -AsByteStream busybox sha256sum | Join-Byte |
            ForEach-Object { [Text.Encoding]::ASCII.GetString($_) } | Should -BeLike "$hash*"
        [IO.FileInfo]::new($file) | Invoke-Container -Remove -Interactive busybox cat | Should -Be $file
    }

    It 'says which file cannot be read' {
        $problem = Get-CommandError { [IO.FileInfo]::new("$store/missing") | Invoke-Container -Remove -Interactive -AsByteStream busybox cat }
        $problem.FullyQualifiedErrorId | Should -BeLike 'InputUnreadable*'
        $problem.Exception.Message | Should -BeLike '*missing*'
    }

    It 'does so with exec, and keeps errors apart' {
        $null = Invoke-Container -Detach -Name bytes busybox sleep 1000
        $output = , $bytes | Invoke-ContainerExec -Interactive -AsByteStream bytes sh -c 'echo oops >&2; cat' 2>&1
        $errors, $output = $output.Where({ $_ -is [Management.Automation.ErrorRecord] }, 'Split')
        "$errors" | Should -Be 'oops'
        [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData(($output | Join-Byte))) | Should -Be $hash
    }

    It 'writes output to a file' {
        , $bytes | Invoke-Container -Remove -Interactive -OutFile "$store/out.bin" busybox cat | Should -BeNullOrEmpty
        [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([IO.File]::ReadAllBytes("$store/out.bin"))) | Should -Be $hash
        Invoke-ContainerExec -OutFile "$store/out.bin" bytes echo short
        [IO.File]::ReadAllText("$store/out.bin") | Should -Be "short`n"
        (Get-CommandError { Invoke-Container -Name never -OutFile "$store/no/such" busybox true }).FullyQualifiedErrorId | Should -BeLike 'OutFileUnwritable*'
        Get-Container neve* | Should -BeNullOrEmpty
    }

    It 'ends the input while output goes on' {
        'a', 'b' | Invoke-Container -Remove -Interactive busybox sh -c 'cat > /dev/null; echo after' | Should -Be 'after'
    }

    It 'takes 100 MB of input' {
        , [byte[]]::new(100MB) | Invoke-Container -Remove -Interactive busybox wc -c | Should -Be 104857600
    }

    It 'gives a container that runs its input, and its output from then on' {
        $null = Invoke-Container -Detach -Interactive -Name joined busybox sh -c 'read x; echo got-$x; exit 6'
        'line' | Connect-Container joined | Should -Be 'got-line'
        $LASTEXITCODE | Should -Be 6
    }

    It 'shows output only with -NoStdin' {
        $null = Invoke-Container -Detach -Interactive -Name watched busybox sh -c 'while true; do echo tick; sleep 0.1; done'
        Get-Container watched | Connect-Container -NoStdin | Select-Object -First 2 | Should -Be 'tick', 'tick'
        (Get-Container watched).State | Should -Be 'Running'
        (Get-CommandError { 'x' | Connect-Container watched -NoStdin }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting*'
    }

    It 'refuses a container that does not run' {
        (Get-CommandError { Connect-Container joined }).FullyQualifiedErrorId | Should -BeLike 'InvalidContainerState*'
        Suspend-Container bytes
        (Get-CommandError { Connect-Container bytes }).Exception.Message | Should -BeLike '*paused*Resume-Container*'
        Resume-Container bytes
        (Get-CommandError { Enter-Container joined }) | Should -Not -BeNullOrEmpty
    }

    It 'refuses keys that are none, and results of bytes, before anything is created' {
        $problem = Get-CommandError { Invoke-Container -Name never -DetachKeys 'ctrl-1' busybox true }
        $problem.FullyQualifiedErrorId | Should -BeLike 'InvalidSetting*'
        $problem.Exception.Message | Should -BeLike '*ctrl-1*'
        (Get-CommandError { Invoke-Container -Name never -AsByteStream -PassThru busybox true }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting*'
        Get-Container neve* | Should -BeNullOrEmpty
    }
}

Describe 'Without a terminal' -Tag A09 {
    It 'says that a program with a terminal needs one' {
        $shell = Invoke-Shell "try { Invoke-Container -Name never -Interactive -Tty busybox sh } catch { `$_.FullyQualifiedErrorId; `$_.Exception.Message }" $store
        $shell.Output | Should -BeLike 'NotATerminal,*is not a terminal*-Tty*'
        Get-Container neve* | Should -BeNullOrEmpty
    }

    It 'stays with a container that is started, and with one only' {
        $null = New-Container -Name again busybox sh -c 'echo again; exit 9'
        Start-Container again -Attach | Should -Be 'again'
        $LASTEXITCODE | Should -Be 9
        (Get-CommandError { Start-Container again, bytes -Attach }).FullyQualifiedErrorId | Should -BeLike 'InvalidSetting*'
    }
}
