# Help: complete, of one source, and its examples run. A cmdlet that has no help, a parameter without Docker's flag or an example that fails is named here.
BeforeDiscovery {
    Import-Module "$PSScriptRoot/../../src/Module/help/HelpSource.psm1" -Force
    $sources = foreach ($file in Get-ChildItem "$PSScriptRoot/../../src/Module/help/*-*.md") { Read-HelpSource $file.FullName }
    $cmdlets = @((Import-PowerShellDataFile "$PSScriptRoot/../../ContainerPS.psd1").CmdletsToExport | ForEach-Object { @{ Cmdlet = $_ } })
    $examples = foreach ($source in $sources) {
        foreach ($example in $source.Examples | Where-Object { -not $_.NotRun }) { @{ Cmdlet = $source.Name; Title = $example.Title; Example = $example } }
    }
    $topics = 'about_ContainerPS', 'about_ContainerPS_Docker', 'about_ContainerPS_Networks', 'about_ContainerPS_Storage', 'about_ContainerPS_Security' | ForEach-Object { @{ Topic = $_ } }
    # Sections with a command that Docker's own help can be asked about.
    $commands = foreach ($section in Read-DockerFlag) {
        foreach ($command in $section.Commands | Where-Object { $_ -match '^docker [a-z ]+$' }) { @{ Command = $command; Section = $section } }
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/../../src/Module/help/HelpSource.psm1" -Force
    $store = New-TestStore
    $folder = Join-Path $store 'here'
    $sections = Read-DockerFlag
    $own = @{}
    foreach ($command in Get-Command -Module ContainerPS -CommandType Cmdlet) { $own[$command.Name] = Get-OwnParameter $command }

    # The images that examples speak of, whatever an example before has removed.
    function Reset-ExampleStore {
        Get-Container | Remove-Container -Force
        Get-ContainerVolume | Remove-ContainerVolume -Force
        Get-ContainerNetwork | Where-Object Name -NotIn bridge, host, none | Remove-ContainerNetwork
        if (-not (Get-Image | Where-Object Name -EQ 'busybox:latest')) { $null = Import-TestImage busybox }
        if (-not (Get-Image | Where-Object Name -EQ 'debian:latest')) { $null = Import-TestImage debian }
        $null = Add-ImageTag busybox nginx, httpd, httpd:2.4, mariadb
        if (Test-Path $folder) { Remove-Item $folder -Recurse -Force }
        $null = New-Item -ItemType Directory -Path $folder
    }

    # Flags of a command of the docker that is installed: what its help lists, without their letters.
    function Get-DockerFlag([string] $Command) {
        $words = @($Command -split ' ' | Select-Object -Skip 1)
        foreach ($line in & docker @words --help 2>&1) {
            if ("$line" -match '^ {2,6}(?:-\w, )?(--[\w-]+)') { $Matches[1] }
        }
    }

    # Commands of ours in a text of PowerShell, with parameters that they do not have.
    function Get-UnknownParameter([string] $Code) {
        $ast = [Management.Automation.Language.Parser]::ParseInput($Code, [ref] $null, [ref] $null)
        foreach ($call in $ast.FindAll({ param($node) $node -is [Management.Automation.Language.CommandAst] }, $true)) {
            $command = Get-Command $call.GetCommandName() -Module ContainerPS -ErrorAction Ignore
            if (-not $command) { continue }
            if ($command.ResolvedCommand) { $command = $command.ResolvedCommand }
            # From a program's name on, words are the program's.
            $isProgram = $command.Name -in 'Invoke-Container', 'New-Container', 'Invoke-ContainerExec'
            foreach ($element in $call.CommandElements | Where-Object { $_ -is [Management.Automation.Language.CommandParameterAst] }) {
                if ($element.ParameterName -eq '-') { break }
                $known = @($command.Parameters.Values | Where-Object { $_.Name -like "$($element.ParameterName)*" -or $_.Aliases -contains $element.ParameterName })
                if (-not $known -and -not ($isProgram -and $element.ParameterName -cmatch '^[a-z]')) { "$($command.Name) -$($element.ParameterName)" }
            }
        }
    }
}

AfterAll {
    Set-Location /
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'Get-Help' {
    It 'is complete for <Cmdlet>' -ForEach $cmdlets {
        $help = Get-Help $Cmdlet -Full
        $help.Synopsis.Trim() | Should -Not -BeNullOrEmpty
        $help.Synopsis.Contains("$Cmdlet [") | Should -BeFalse
        ($help.description | ForEach-Object Text) -join '' | Should -Not -BeNullOrEmpty
        foreach ($parameter in $own[$Cmdlet]) {
            $paragraphs = @(($help.parameters.parameter | Where-Object Name -EQ $parameter.Name).description | ForEach-Object Text)
            $paragraphs.Count | Should -Be 2 -Because "-$($parameter.Name) is described, and Docker's flag told"
            $paragraphs[1] | Should -Match '^Docker(:| has no such flag)'
        }
        @($help.inputTypes.inputType).Count | Should -BeGreaterThan 0
        @($help.returnValues.returnValue).Count | Should -BeGreaterThan 0
        $examples = @($help.examples.example)
        $examples.Count | Should -BeGreaterOrEqual 3
        foreach ($example in $examples) {
            $example.code | Should -Not -BeNullOrEmpty -Because $example.title
            ($example.remarks | ForEach-Object Text) -join '' | Should -Not -BeNullOrEmpty -Because $example.title
        }
    }

    It 'prints <Topic>, no line too long' -ForEach $topics {
        $text = (Get-Help $Topic | Out-String -Width 200).Trim()
        $text | Should -Match $Topic
        $file = [IO.File]::ReadAllText((Join-Path (Split-Path (Get-TestModulePath)) "en-US/$Topic.help.txt"))
        @($file -split '\r?\n' | Where-Object Length -GT 80) | Should -BeNullOrEmpty
        foreach ($part in 'TOPIC', 'SHORT DESCRIPTION', 'LONG DESCRIPTION', 'SEE ALSO') { $file | Should -Match "(?m)^$part$" }
    }

    It 'names no parameter that there is not, in <Topic>' -ForEach $topics {
        $file = [IO.File]::ReadAllText((Join-Path (Split-Path (Get-TestModulePath)) "en-US/$Topic.help.txt"))
        foreach ($line in $file -split '\r?\n' | Where-Object { $_ -match '^ {8}[A-Z\$\(]' }) { Get-UnknownParameter $line.Trim() | Should -BeNullOrEmpty -Because $line }
    }
}

Describe 'docker-flags.txt' {
    It 'has every parameter of <Cmdlet>, and no other' -ForEach $cmdlets {
        $listed = @($sections | Where-Object Cmdlet -EQ $Cmdlet | ForEach-Object { Get-SectionLine $_ } | Where-Object Parameter | ForEach-Object Parameter | Select-Object -Unique)
        foreach ($name in $listed) { $own[$Cmdlet].Name | Should -Contain $name }
        foreach ($parameter in $own[$Cmdlet]) { Get-DockerText $sections $Cmdlet $parameter.Name | Should -Not -BeNullOrEmpty -Because "$Cmdlet -$($parameter.Name) has a line" }
    }

    It 'names no cmdlet that there is not' {
        foreach ($name in $sections | Where-Object Cmdlet | ForEach-Object Cmdlet) { $own.ContainsKey($name) | Should -BeTrue -Because $name }
    }

    It 'has every flag of <Command>' -ForEach $commands {
        $everywhere = ($sections | Where-Object { $_.Commands[0] -eq 'everywhere' }).Lines
        $told = @(@(Get-SectionLine $Section) + $everywhere | Where-Object Flags | ForEach-Object { [regex]::Matches($_.Flags, '--[\w-]+').Value })
        if ($Section.Reason) { return $Section.Reason | Should -Not -BeNullOrEmpty }
        foreach ($flag in Get-DockerFlag $Command) { $told | Should -Contain $flag }
    }

    It 'has every command of Docker' {
        $listed = @($sections | ForEach-Object { $_.Commands } | ForEach-Object { ($_ -split ' ')[1] } | Select-Object -Unique)
        $known = @(& docker --help | ForEach-Object { if ("$_" -match '^  ([a-z]+)\*?  ') { $Matches[1] } } | Where-Object { $_ -notin 'container', 'image', 'completion' })
        $known.Count | Should -BeGreaterThan 40
        foreach ($command in $known) { $listed | Should -Contain $command }
    }

    It 'says what docs/settings.md says' {
        foreach ($match in [regex]::Matches([IO.File]::ReadAllText("$PSScriptRoot/../../docs/settings.md"), '(?m)^\| `-(\w+)` \| ([^|]+) \|')) {
            $flags = [regex]::Matches($match.Groups[2].Value, '`(-[\w-]+)`') | ForEach-Object { $_.Groups[1].Value }
            $text = Get-DockerText $sections Invoke-Container $match.Groups[1].Value
            foreach ($flag in $flags) { $text | Should -Match "(?<![\w-])$flag(?![\w-])" }
        }
    }
}

Describe 'Examples' {
    BeforeEach { Reset-ExampleStore }

    It '<Cmdlet>: <Title>' -ForEach $examples {
        Push-Location $folder
        try {
            $script = [scriptblock]::Create("`$ErrorActionPreference = 'Stop'`n$($Example.Before)")
            $null = & $script
            $output = & ([scriptblock]::Create("`$ErrorActionPreference = 'Stop'`n$($Example.Code)"))
            if ($Example.Gives) { ($output | Out-String).Trim() | Should -Match $Example.Gives }
        }
        finally {
            Pop-Location
        }
    }

    It 'names no parameter that there is not: <Name>' -ForEach @($sources | ForEach-Object { @{ Name = $_.Name; Source = $_ } }) {
        foreach ($example in $Source.Examples) { Get-UnknownParameter $example.Code | Should -BeNullOrEmpty }
    }
}
