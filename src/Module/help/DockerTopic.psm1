# Words docker-flags.txt as the topic about_ContainerPS_Docker, no line longer than 80.
Import-Module "$PSScriptRoot/HelpSource.psm1"

$script:width = 80

# Text cut at spaces into lines; those after the first are indented.
function Split-Text([string] $Text, [int] $First, [int] $Indent) {
    $lines = [Collections.Generic.List[string]]::new()
    $line = ' ' * $First
    $isEmpty = $true
    foreach ($word in $Text -split ' ') {
        if (-not $isEmpty -and $line.Length + 1 + $word.Length -gt $script:width) {
            $lines.Add($line)
            $line = ' ' * $Indent
            $isEmpty = $true
        }
        $line += if ($isEmpty) { $word } else { " $word" }
        $isEmpty = $false
    }
    $lines.Add($line)
    $lines
}

# Two columns: what Docker has, and what that is here.
function Format-Pair([string] $Left, [string] $Right, [int] $Indent, [int] $Column) {
    $start = (' ' * $Indent) + $Left
    if ($start.Length -gt $Column - 2) {
        Split-Text $Left $Indent ($Indent + 2)
        return Split-Text $Right $Column ($Column + 2)
    }
    $lines = @(Split-Text $Right $Column ($Column + 2))
    $start.PadRight($Column) + $lines[0].Substring($Column)
    $lines | Select-Object -Skip 1
}

function Format-Section($Section) {
    if ($Section.Commands[0] -ne 'everywhere') {
        Format-Pair ($Section.Commands -join ', ') ($Section.Cmdlet ? $Section.Cmdlet : $Section.Reason) 4 44
    }
    if ($Section.Like) { "        All of $($Section.Like.Commands[0]), and:" }
    foreach ($line in $Section.Lines | Where-Object Flags) {
        $here = if ($line.Parameter) { "-$($line.Parameter)" + $(if ($line.Note) { "  $($line.Note)" }) } else { $line.Reason }
        Format-Pair $line.Flags $here 8 36
    }
}

# The whole topic.
function ConvertTo-DockerTopic {
    param($Sections)
    $lines = @(
        [IO.File]::ReadAllText("$PSScriptRoot/about_ContainerPS_Docker.head.txt").TrimEnd() -split '\r?\n'
        ''
        'FLAGS THAT MANY COMMANDS HAVE'
        $Sections | Where-Object { $_.Commands[0] -eq 'everywhere' } | ForEach-Object { Format-Section $_ }
        ''
        'COMMANDS'
        foreach ($section in $Sections | Where-Object { $_.Commands[0] -ne 'everywhere' -and $_.Cmdlet }) {
            Format-Section $section
            ''
        }
        'COMMANDS THAT ARE NOT HERE'
        $Sections | Where-Object Reason | ForEach-Object { Format-Section $_ }
        ''
        'PARAMETERS THAT DOCKER HAS NO FLAG FOR'
        foreach ($section in $Sections | Where-Object Cmdlet) {
            foreach ($line in $section.Lines | Where-Object { -not $_.Flags }) { Format-Pair "$($section.Cmdlet) -$($line.Parameter)" "$($line.Note)" 4 44 }
        }
        foreach ($line in $Sections | Where-Object { $_.Commands[0] -eq 'everywhere' } | ForEach-Object { $_.Lines } | Where-Object { -not $_.Flags }) { Format-Pair "-$($line.Parameter)" "$($line.Note)" 4 44 }
        ''
        'SEE ALSO'
        '    Get-Help about_ContainerPS'
        '    Get-Help about_ContainerPS_Networks'
        '    Get-Help about_ContainerPS_Storage'
        '    Get-Help about_ContainerPS_Security'
    )
    ($lines -join "`n") + "`n"
}

Export-ModuleMember -Function ConvertTo-DockerTopic
