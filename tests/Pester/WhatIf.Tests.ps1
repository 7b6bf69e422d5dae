# -WhatIf: every command that changes something tells what it would do, and does nothing.
BeforeDiscovery {
    $lines = @(
        'New-Container -Name whatif2 -Volume never:/x busybox'
        'Invoke-Container -Name whatif2 -Volume never:/x busybox true'
        'Invoke-Container -Detach -Remove busybox true'
        'Start-Container whatif0'
        'Stop-Container whatif1'
        'Kill-Container whatif1 -Signal HUP'
        'Restart-Container whatif1'
        'Suspend-Container whatif1'
        'Resume-Container whatif1'
        'Rename-Container whatif1 whatif2'
        'Set-Container whatif1 -Memory 64MB -Restart always'
        'Remove-Container whatif1 -Force'
        'Get-Container whatif* | Remove-Container -Force -RemoveVolume'
        'Invoke-ContainerExec whatif1 touch /never'
        'Invoke-ContainerExec -Detach whatif1 touch /never'
        'Copy-ContainerItem /etc/passwd whatif1:/'
        'Copy-ContainerItem whatif1:/etc/passwd $store/never'
        'Export-Container whatif1 $store/never.tar'
        'Save-Image busybox -Path $store/never.tar'
        'Import-Image (Get-BusyboxTar) -Name never'
        'Add-ImageTag busybox never:1'
        'Remove-Image busybox -Force'
        'Receive-Image 127.0.0.1:1/never'
        'Send-Image busybox'
        'Connect-ImageRegistry 127.0.0.1:1 -Credential ([pscredential]::new("me", (ConvertTo-SecureString word -AsPlainText -Force)))'
        'Disconnect-ImageRegistry 127.0.0.1:1'
        'Set-ContainerEngine -MaxConcurrentDownloads 5'
        'Register-ContainerEngine $store/never.service'
        'Unregister-ContainerEngine $store/never.service'
        'New-ContainerVolume never'
        'Remove-ContainerVolume kept'
        'New-ContainerNetwork never'
        'Remove-ContainerNetwork kept'
        'Connect-ContainerNetwork kept whatif0'
        'Disconnect-ContainerNetwork kept whatif1'
        'ConvertTo-Image whatif1 -Name never:1'
        'Build-Image $store/context -Name never:2'
        'Clear-ContainerStore -All -Volume -Network -BuildCache -Force'
    ) | ForEach-Object { @{ Line = $_ } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox
    $null = New-ContainerVolume kept
    $null = New-Container -Name whatif0 -Volume /anonymous busybox true
    $null = New-ContainerNetwork kept
    $null = Invoke-Container -Detach -Name whatif1 -Network kept busybox sleep 1000
    $null = New-Item -ItemType Directory "$store/context"
    Set-Content "$store/context/Dockerfile" 'FROM busybox', 'RUN true'

    # Every file of the store and what its containers are doing.
    function Get-State {
        & find $store -not -path '*/run/locks*' -not -name ingest -printf '%p %m %s %T@\n' | Sort-Object
        Get-Container | Sort-Object Name | ForEach-Object { "$($_.Name) $($_.State) $($_.Pid) $($_.RestartCount)" }
    }
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe '-WhatIf' {
    It 'of <Line>' -ForEach $lines {
        $before = Get-State
        # Before the program's words, where there are any.
        & ([scriptblock]::Create(($Line -replace '^(.*\| )?\S+', '$0 -WhatIf'))) | Should -BeNullOrEmpty
        Compare-Object $before (Get-State) | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" } | Should -BeNullOrEmpty
    }

    It 'is tried with every command that has it' {
        $tried = [regex]::Matches([IO.File]::ReadAllText("$PSScriptRoot/WhatIf.Tests.ps1"), '\b[A-Z][A-Za-z]+-[A-Z]\w+').Value
        # Entering needs a terminal; its session is that of Invoke-ContainerExec. The repair is tried where stores are damaged.
        $others = 'Enter-Container', 'Test-ContainerStore'
        foreach ($command in Get-Command -Module ContainerPS -CommandType Cmdlet | Where-Object { $_.Parameters.ContainsKey('WhatIf') }) {
            if ($command.Name -notin $others) { $tried | Should -Contain $command.Name }
        }
    }
}
