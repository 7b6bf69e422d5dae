# Reads what help is made of: the .md files, docker-flags.txt and the XML documentation of the assemblies.

# A cmdlet's .md file: description, and examples with title, code and remarks. Comments are for the test that runs the examples and for nobody else:
#   <!-- before: COMMANDS -->    what has to be there; above the first example it holds for all of them
#   <!-- gives: PATTERN -->      a regular expression that what the example returns has to fit
#   <!-- not run: REASON -->     an example that a test cannot run
function Read-HelpSource {
    param([Parameter(Mandatory)] [string] $Path)
    $parts = [IO.File]::ReadAllText($Path).Trim() -split '(?m)^## '
    $examples = foreach ($part in $parts | Select-Object -Skip 1) {
        $text = Remove-Comment $part
        $lines = $text -split '\r?\n'
        [pscustomobject]@{
            Title = $lines[0]
            Code = ($lines | Select-Object -Skip 1 | Where-Object { $_ -match '^    ' } | ForEach-Object { $_.Substring(4) }) -join "`n"
            Remarks = (($lines | Select-Object -Skip 1 | Where-Object { $_ -notmatch '^    ' }) -join "`n").Trim() -replace '\s+', ' '
            Before = (@(Get-Comment $parts[0] before) + @(Get-Comment $part before)) -join "`n"
            Gives = Get-Comment $part gives
            NotRun = Get-Comment $part 'not run'
        }
    }
    [pscustomobject]@{
        Name = [IO.Path]::GetFileNameWithoutExtension($Path)
        Description = @((Remove-Comment $parts[0]) -split '(?:\r?\n){2,}' | ForEach-Object { $_ -replace '\s+', ' ' })
        Examples = @($examples)
    }
}

function Get-Comment([string] $Text, [string] $Kind) {
    foreach ($match in [regex]::Matches($Text, "(?s)<!-- ${Kind}:\s(.*?)\s*-->")) { $match.Groups[1].Value }
}

function Remove-Comment([string] $Text) { [regex]::Replace($Text, '(?s)<!--.*?-->\r?\n?', '').Trim() }

# docker-flags.txt, which tells its form itself: sections with Commands, Cmdlet or Reason, and Lines of Flags, Parameter or Reason, and Note.
function Read-DockerFlag {
    param([string] $Path = "$PSScriptRoot/docker-flags.txt")
    $sections = [ordered]@{}
    $section = $null
    $number = 0
    foreach ($line in [IO.File]::ReadAllLines($Path)) {
        $number++
        if ($line -match '^\s*(#|$)') { continue }
        if ($line -notmatch '^\s') {
            $section = New-DockerSection $line $sections
            if (-not $section) { throw "${Path}:$number`: '$line' is no section: 'docker COMMAND = Cmdlet-Name' is one." }
            continue
        }
        $columns = $line.Trim() -split '\s{2,}', 3
        if ($columns.Count -lt 2 -or $columns[1] -notmatch '^(-\w+$|! .)') { throw "${Path}:$number`: '$line' is no line of a section: 'FLAGS  -Parameter  note' and 'FLAGS  ! reason' are." }
        $isParameter = $columns[1].StartsWith('-')
        $section.Lines.Add([pscustomobject]@{
                Flags = if ($columns[0] -ne 'none') { $columns[0] }
                Parameter = if ($isParameter) { $columns[1].Substring(1) }
                Reason = if (-not $isParameter) { ($columns[1..2] -join ' ').Substring(2).Trim() }
                Note = if ($isParameter) { $columns[2] }
            })
    }
    $sections.Values
}

function New-DockerSection([string] $Line, $Sections) {
    if ($Line -eq 'everywhere') {
        $commands = @('everywhere')
        $target = ''
    }
    elseif ($Line -match '^(dockerd?|systemctl)\b(.*) = (\S+-\S+|! .+?)(?: like (.+))?$') {
        $target = $Matches[3]
        $like = $Matches[4]
        $first, $rest = "$($Matches[1])$($Matches[2])" -split ', '
        $commands = @($first) + @($rest | Where-Object { $_ } | ForEach-Object { if ($_ -like '*.json') { $_ } else { "docker $_" } })
    }
    else { return }
    $section = [pscustomobject]@{
        Commands = $commands
        Cmdlet = if ($target -like '*-*' -and $target -notlike '! *') { $target }
        Reason = if ($target -like '! *') { $target.Substring(2) }
        Lines = [Collections.Generic.List[object]]::new()
        Like = $null
    }
    if ($target -and $like) {
        $section.Like = $Sections["docker $like"]
        if (-not $section.Like) { return }
    }
    $Sections[$commands[0]] = $section
    $section
}

# What stands in a section for a parameter, those of the section that it is like included.
function Get-SectionLine {
    param($Section)
    $Section.Lines
    if ($Section.Like) { Get-SectionLine $Section.Like }
}

# In words what a cmdlet's parameter is with Docker; nothing when the table does not say.
function Get-DockerText {
    param($Sections, [string] $Cmdlet, [string] $Parameter)
    $lines = @($Sections | Where-Object Cmdlet -EQ $Cmdlet | ForEach-Object { Get-SectionLine $_ } | Where-Object Parameter -EQ $Parameter)
    if (-not $lines) { $lines = @($Sections | Where-Object { $_.Commands[0] -eq 'everywhere' } | ForEach-Object { $_.Lines } | Where-Object Parameter -EQ $Parameter) }
    if (-not $lines) { return }
    $flags = @($lines | Where-Object Flags | ForEach-Object Flags | Select-Object -Unique)
    $note = @($lines | Where-Object Note | ForEach-Object Note | Select-Object -First 1)
    $text = if ($flags) { 'Docker: ' + (@($flags | Where-Object { $_ -like '-*' }) + @($flags | Where-Object { $_ -notlike '-*' }) -join '; ') } else { 'Docker has no such flag' }
    if ($note) { $text += " ($note)" }
    "$text."
}

# Summaries in the XML documentation of assemblies, by the names that it gives to members ("P:Namespace.Type.Property").
function Read-ApiText {
    param([string[]] $Path)
    $texts = @{}
    foreach ($file in $Path) {
        foreach ($member in ([xml][IO.File]::ReadAllText($file)).doc.members.member) {
            if (-not $member['summary']) { continue }
            foreach ($reference in @($member['summary'].SelectNodes('.//see[@cref]'))) {
                $reference.InnerText = if ($reference.InnerText) { $reference.InnerText } else { $reference.cref -replace '^\w:' -replace '\(.*' -replace '^.*\.' }
            }
            $texts[$member.name] = ($member['summary'].InnerText -replace '\s+', ' ').Trim()
        }
    }
    $texts
}

# A cmdlet's own parameters: not PowerShell's, and not those that stand for letters of a program's words.
function Get-OwnParameter {
    param($Command)
    $Command.Parameters.Values | Where-Object {
        $Command.ImplementingType.GetProperty($_.Name) -and -not ($_.Attributes | Where-Object { $_ -is [Parameter] -and $_.DontShow })
    }
}

Export-ModuleMember -Function Read-HelpSource, Read-DockerFlag, Get-SectionLine, Get-DockerText, Read-ApiText, Get-OwnParameter
