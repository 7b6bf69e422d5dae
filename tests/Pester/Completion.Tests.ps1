# Completion: what exists, quickly, with tooltips and quotes.
BeforeDiscovery {
    $named = @(
        @{ Line = 'Get-Container we'; Text = 'web-a'; Tip = 'Created, busybox' }
        @{ Line = 'Get-Container -Name web-'; Text = 'web-a' }
        @{ Line = "Get-Container 'web-"; Text = 'web-a' }
        @{ Line = 'Start-Container -Container web-'; Text = 'web-a' }
        @{ Line = 'Remove-Container web-a, web-'; Text = 'web-b' }
        @{ Line = 'Invoke-ContainerExec web-'; Text = 'web-a' }
        @{ Line = 'New-Container -VolumesFrom web-'; Text = 'web-a' }
        @{ Line = 'New-Container -Pid container:web-'; Text = 'container:web-a' }
        @{ Line = 'New-Container -Ipc container:web-'; Text = 'container:web-a' }
        @{ Line = 'Get-ContainerEvent web-'; Text = 'web-a' }
        @{ Line = 'Get-Image bus'; Text = 'busybox'; Tip = 'linux/' }
        @{ Line = 'Get-Image busybox:'; Text = 'busybox:second' }
        @{ Line = 'Invoke-Container bus'; Text = 'busybox' }
        @{ Line = 'Get-Container -Image bus'; Text = 'busybox' }
        @{ Line = 'Save-Image bus'; Text = 'busybox' }
        @{ Line = 'Get-ContainerVolume da'; Text = 'data'; Tip = 'Used by web-b' }
        @{ Line = 'New-Container -Volume da'; Text = 'data:' }
        @{ Line = 'Get-Container -Volume da'; Text = 'data' }
        @{ Line = 'Get-Container -Label ti'; Text = 'tier=front'; Tip = 'web-a' }
        @{ Line = 'Get-Container -Label no'; Text = "'note=two words'" }
        @{ Line = 'Get-ContainerVolume -Label ow'; Text = 'owner=me'; Tip = 'data' }
        @{ Line = 'New-Container -CapabilityAdd SYS_A'; Text = 'SYS_ADMIN'; Tip = 'CAP_SYS_ADMIN' }
        @{ Line = 'Stop-Container web-a -Signal HU'; Text = 'HUP' }
        @{ Line = 'New-Container -Restart on'; Text = 'on-failure' }
        @{ Line = 'New-Container -Platform linux/arm6'; Text = 'linux/arm64' }
        @{ Line = 'New-Container -SecurityOption no'; Text = 'no-new-privileges' }
        @{ Line = 'Get-Container -State Ex'; Text = 'Exited' }
        @{ Line = 'Copy-ContainerItem web-'; Text = 'web-a:/' }
        @{ Line = 'Copy-ContainerItem web-a:/et'; Text = 'web-a:/etc/' }
        @{ Line = 'Copy-ContainerItem web-a:/etc/pas'; Text = 'web-a:/etc/passwd' }
        @{ Line = 'Copy-ContainerItem web-a:/tmp/two'; Text = "'web-a:/tmp/two words'" }
        @{ Line = "Copy-ContainerItem 'web-a:/tmp/two w"; Text = "'web-a:/tmp/two words'" }
        @{ Line = 'Copy-ContainerItem web-a:/tmp/it'; Text = "'web-a:/tmp/it''s'" }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox
    $null = Add-ImageTag busybox busybox:second
    $null = New-ContainerVolume data -Label owner=me
    $null = New-Container -Name web-a -Label tier=front, 'note=two words' busybox sh
    $null = New-Container -Name web-b -Volume data:/data busybox sh
    foreach ($name in 'two words', "it's") {
        $file = Join-Path $store $name
        Set-Content $file x
        Copy-ContainerItem -LiteralPath $file -Destination web-a:/tmp/
    }

    function Get-Completion([string] $Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches }
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'Completion' {
    It '<Line> gives <Text>' -ForEach $named {
        $match = Get-Completion $Line | Where-Object CompletionText -CEQ $Text | Select-Object -First 1
        $match | Should -Not -BeNullOrEmpty -Because "one of $((Get-Completion $Line).CompletionText -join ' | ')"
        if ($Tip) { $match.ToolTip.Contains($Tip) | Should -BeTrue -Because "'$($match.ToolTip)' tells it" }
        $match.ToolTip | Should -Not -BeNullOrEmpty
    }

    It 'gives an id that has begun' {
        $id = (Get-Container web-a).Id
        (Get-Completion "Get-Container $($id.Substring(0, 4))").CompletionText | Should -Contain $id.Substring(0, 12)
    }

    It 'gives nothing, and no error, where nothing is' {
        $before = $Error.Count
        Get-Completion 'Get-Container nothing-like-this' | Where-Object ResultType -EQ 'ParameterValue' | Where-Object ToolTip -Like '*busybox*' | Should -BeNullOrEmpty
        Get-Completion 'Copy-ContainerItem nobody:/et' | Where-Object CompletionText -Like 'nobody:*' | Should -BeNullOrEmpty
        $Error.Count | Should -Be $before
    }

    It 'finds its way among a thousand containers' {
        # Records as a shell would have written them, and the links that are their names.
        $original = (Get-Container web-a).Id
        $record = [IO.File]::ReadAllText("$store/root/containers/$original/container.json")
        for ($i = 0; $i -lt 1000; $i++) {
            $id = '{0:x8}' -f $i + $original.Substring(8)
            $null = [IO.Directory]::CreateDirectory("$store/root/containers/$id")
            [IO.File]::WriteAllText("$store/root/containers/$id/container.json", $record.Replace($original, $id).Replace('web-a', "box$i"))
            $null = [IO.File]::CreateSymbolicLink("$store/root/names/box$i", $id)
        }
        @(Get-Container).Count | Should -Be 1002

        foreach ($line in 'Get-Container ', 'Get-Container box', 'Get-Container box99', 'Get-Container 000003', 'Copy-ContainerItem box9') {
            $found = @(Get-Completion $line | Where-Object CompletionText -Match '^(box|0000)')
            $found.Count | Should -BeGreaterThan 5 -Because $line
        }
        (Get-Completion 'Get-Container box998' | Select-Object -First 1).ToolTip | Should -Be 'Created, busybox'
    }
}
