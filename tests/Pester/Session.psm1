# docs/session.svg: the picture of a real session. Its commands are here; what they show is run, with its colours, and drawn.

# Begun where README.md's tour ends: with its images.
$commands = @(
    'Invoke-Container -Name hello -Hostname box debian hostname'
    'Invoke-Container -Name job debian sh -c "echo half done; exit 3"; "its exit code is $LASTEXITCODE"'
    'Invoke-Container -Detach -Name batch debian sleep 1000 | Suspend-Container'
    '$web = Invoke-Container -Detach -Name web -Memory 200MB -Publish 127.0.0.1::80 web'
    'Get-Container | Format-Table -AutoSize'
    'Get-Container -State Running | Select-Object Name, State, Memory, IPAddress'
    'Get-ContainerLog job'
    'Get-Container | Remove-Container -Force'
    'Get-Image'
)

# What a terminal of that many columns shows of the session: each command after a prompt, and its output, with escape sequences.
function Invoke-Session {
    param([string[]] $Command = $commands, [int] $Columns = 160)
    $rendering = $PSStyle.OutputRendering
    # A pipe and NO_COLOR would take the colours away.
    $PSStyle.OutputRendering = 'Ansi'
    try {
        foreach ($line in $Command) {
            "$($PSStyle.Foreground.BrightBlue)PS>$($PSStyle.Reset) $line"
            $output = . ([scriptblock]::Create("`$ErrorActionPreference = 'Stop'`n$line")) 6> $null | Out-String -Width $Columns
            $output.Trim("`r", "`n") -split '\r?\n' | Where-Object { $_ } | ForEach-Object TrimEnd
        }
    }
    finally {
        $PSStyle.OutputRendering = $rendering
    }
}

# Colours 0 to 15 of a terminal, on a dark ground.
$palette = '#3b4252', '#e06c75', '#8fc17a', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d8dee9', '#7f8796', '#ff8a92', '#a8dd92', '#ffd98f', '#86c5ff', '#dd9bf0', '#7fd8e2', '#ffffff'

# How text looks after the numbers of an escape sequence ESC [ … m: {Colour, Bold, Italic} (ECMA-48, select graphic rendition).
function Set-Look {
    param([Collections.IDictionary] $Look, [string] $Numbers)
    $rest = [Collections.Generic.Queue[int]]::new([int[]] @($Numbers -split ';' | ForEach-Object { $_ ? [int] $_ : 0 }))
    while ($rest.Count) {
        $number = $rest.Dequeue()
        switch ($number) {
            0 { $Look.Colour, $Look.Bold, $Look.Italic = $null, $false, $false }
            1 { $Look.Bold = $true }
            3 { $Look.Italic = $true }
            22 { $Look.Bold = $false }
            23 { $Look.Italic = $false }
            38 {
                # 5;N is of the palette, 2;R;G;B is what it says.
                if ($rest.Dequeue() -eq 5) { $Look.Colour = $palette[$rest.Dequeue()] }
                else { $Look.Colour = '#{0:x2}{1:x2}{2:x2}' -f $rest.Dequeue(), $rest.Dequeue(), $rest.Dequeue() }
            }
            39 { $Look.Colour = $null }
            { $_ -in 30..37 } { $Look.Colour = $palette[$number - 30] }
            { $_ -in 90..97 } { $Look.Colour = $palette[$number - 82] }
        }
    }
}

# A line in pieces of one look each, as tspan elements.
function ConvertTo-Span {
    param([string] $Line, [Collections.IDictionary] $Look)
    foreach ($piece in [regex]::Matches($Line, '\e\[(?<numbers>[\d;]*)m|(?<text>[^\e]+)|\e(\[[\d;?]*[A-Za-z])?')) {
        if ($piece.Groups['numbers'].Success) { Set-Look $Look $piece.Groups['numbers'].Value }
        elseif ($piece.Groups['text'].Success) {
            $style = @(
                if ($Look.Colour) { " fill=`"$($Look.Colour)`"" }
                if ($Look.Bold) { ' font-weight="bold"' }
                if ($Look.Italic) { ' font-style="italic"' }
            ) -join ''
            $text = [Security.SecurityElement]::Escape($piece.Groups['text'].Value)
            if ($style) { "<tspan$style>$text</tspan>" } else { $text }
        }
    }
}

# Lines of a terminal with their escape sequences, as SVG that a browser shows by itself.
function ConvertTo-Drawing {
    param([string[]] $Line, [string] $Title = 'ContainerPS')
    $longest = ($Line | ForEach-Object { ($_ -replace '\e\[[\d;?]*[A-Za-z]').Length } | Measure-Object -Maximum).Maximum
    $width = [Math]::Ceiling(40 + 7.9 * $longest)
    $height = 56 + 18 * $Line.Count
    $look = [ordered]@{ Colour = $null; Bold = $false; Italic = $false }
    $lines = @(
        "<svg xmlns=`"http://www.w3.org/2000/svg`" viewBox=`"0 0 $width $height`" font-family=`"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace`" font-size=`"13`" fill=`"#d8dee9`">"
        "<rect width=`"$width`" height=`"$height`" rx=`"8`" fill=`"#1e222a`"/>"
        for ($i = 0; $i -lt 3; $i++) { "<circle cx=`"$(20 + 18 * $i)`" cy=`"18`" r=`"5`" fill=`"$($palette[1, 3, 2][$i])`"/>" }
        "<text x=`"$($width / 2)`" y=`"22`" text-anchor=`"middle`" fill=`"#7f8796`">$([Security.SecurityElement]::Escape($Title))</text>"
        for ($i = 0; $i -lt $Line.Count; $i++) { "<text x=`"20`" y=`"$(52 + 18 * $i)`" xml:space=`"preserve`">$(@(ConvertTo-Span $Line[$i] $look) -join '')</text>" }
        '</svg>'
    )
    ($lines -join "`n") + "`n"
}

# The lines that such a drawing shows, without their colours.
function Read-Drawing {
    param([string] $Path = "$PSScriptRoot/../../docs/session.svg")
    $document = [Xml.XmlDocument]::new()
    $document.PreserveWhitespace = $true
    $document.Load($Path)
    $document.DocumentElement.ChildNodes | Where-Object { $_.LocalName -eq 'text' } | Select-Object -Skip 1 | ForEach-Object InnerText
}

Export-ModuleMember -Function Invoke-Session, ConvertTo-Drawing, Read-Drawing
