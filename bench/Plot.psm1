# Drawings of figures, as SVG that a browser shows by itself: text of it, and white below, so that it is read in dark pages, too.
Set-StrictMode -Version 3.0

function Format-Coordinate([double] $Value) { $Value.ToString('0.#', [Globalization.CultureInfo]::InvariantCulture) }

function Get-Colour([string] $Engine) {
    switch -Wildcard ($Engine) {
        'ContainerPS*' { return '#2563eb' }
        '*BuildKit*' { return '#92400e' }
        'docker*' { return '#d97706' }
        'containerd*' { return '#d97706' }
        'runc' { return '#d97706' }
        default { return '#7c3aed' }
    }
}

function Format-Drawing([int] $Width, [int] $Height, [string] $Title, [string[]] $Line) {
    "<svg xmlns=`"http://www.w3.org/2000/svg`" viewBox=`"0 0 $Width $Height`" font-family=`"sans-serif`" font-size=`"12`">"
    '<rect width="100%" height="100%" fill="white"/>'
    "<text x=`"16`" y=`"20`" font-size=`"14`">$([Security.SecurityElement]::Escape($Title))</text>"
    $Line
    '</svg>'
}

# Bars in groups: each group {Name, Bars}, each bar {Engine, Value, Text}. On a logarithmic scale they begin at 1: what is less goes to the left.
function Format-BarPlot {
    param([string] $Title, [object[]] $Group, [switch] $Logarithmic)
    $left, $width, $height, $thick = 250, 380, 40, 15
    $values = @($Group.Bars.Value | ForEach-Object { [double] $_ })
    $most = ($values | Measure-Object -Maximum).Maximum
    $least = [Math]::Min(1, ($values | Measure-Object -Minimum).Minimum)
    $place = if ($Logarithmic) {
        { param($value) $left + $width * [Math]::Log($value / $least) / [Math]::Log([Math]::Max($most, 2) / $least) }
    } else {
        { param($value) $left + $width * $value / $most }
    }
    $origin = if ($Logarithmic) { & $place 1 } else { $left }
    $lines = foreach ($one in $Group) {
        "<text x=`"$($left - 10)`" y=`"$(Format-Coordinate ($height + $one.Bars.Count * $thick / 2))`" text-anchor=`"end`" dy=`".35em`">$([Security.SecurityElement]::Escape($one.Name))</text>"
        foreach ($bar in $one.Bars) {
            $end = & $place $bar.Value
            $from, $to = [Math]::Min($origin, $end), [Math]::Max($origin, $end)
            "<rect x=`"$(Format-Coordinate $from)`" y=`"$height`" width=`"$(Format-Coordinate ([Math]::Max(1, $to - $from)))`" height=`"$($thick - 3)`" fill=`"$(Get-Colour $bar.Engine)`"/>"
            "<text x=`"$(Format-Coordinate ($to + 5))`" y=`"$($height + 6)`" dy=`".35em`" font-size=`"11`" fill=`"$(Get-Colour $bar.Engine)`">$([Security.SecurityElement]::Escape("$($bar.Engine): $($bar.Text)"))</text>"
            $height += $thick
        }
        $height += 10
    }
    $axis = "<line x1=`"$(Format-Coordinate $origin)`" x2=`"$(Format-Coordinate $origin)`" y1=`"32`" y2=`"$($height - 6)`" stroke=`"#999`"/>"
    Format-Drawing ($left + $width + 190) ($height + 8) $Title (@($axis) + $lines)
}

# How many containers run after how many seconds: a line for each engine, {Engine, Step, Times}, the milliseconds since its first start after each Step-th.
function Format-StartPlot {
    param([string] $Title, [object[]] $Line)
    $left, $top, $width, $height = 60, 40, 620, 300
    $most = ($Line | ForEach-Object { $_.Times.Count * $_.Step } | Measure-Object -Maximum).Maximum
    $seconds = [Math]::Ceiling(($Line | ForEach-Object { $_.Times[-1] } | Measure-Object -Maximum).Maximum / 1000)
    $x = { param($value) Format-Coordinate ($left + $width * $value / $seconds) }
    $y = { param($value) Format-Coordinate ($top + $height * (1 - $value / $most)) }
    $lines = @(
        for ($i = 0; $i -le 5; $i++) {
            $count = [int] ($most * $i / 5)
            $second = [Math]::Round($seconds * $i / 5, 1)
            "<line x1=`"$left`" x2=`"$($left + $width)`" y1=`"$(& $y $count)`" y2=`"$(& $y $count)`" stroke=`"#ddd`"/>"
            "<text x=`"$($left - 8)`" y=`"$(& $y $count)`" text-anchor=`"end`" dy=`".35em`">$count</text>"
            "<text x=`"$(& $x $second)`" y=`"$($top + $height + 18)`" text-anchor=`"middle`">$(Format-Coordinate $second) s</text>"
        }
        for ($i = 0; $i -lt $Line.Count; $i++) {
            $one = $Line[$i]
            $points = @("$(& $x 0),$(& $y 0)"; for ($n = 1; $n -le $one.Times.Count; $n++) { "$(& $x ($one.Times[$n - 1] / 1000)),$(& $y ($n * $one.Step))" })
            $total = $one.Times[-1] / 1000
            $count = $one.Times.Count * $one.Step
            "<polyline fill=`"none`" stroke=`"$(Get-Colour $one.Engine)`" stroke-width=`"2`" points=`"$($points -join ' ')`"/>"
            "<text x=`"$($left + $width - 12)`" y=`"$($top + 18 + 18 * $i)`" text-anchor=`"end`" fill=`"$(Get-Colour $one.Engine)`">$($one.Engine): $count in $(Format-Coordinate $total) s, $(Format-Coordinate ($count / $total)) a second</text>"
        }
    )
    Format-Drawing ($left + $width + 40) ($top + $height + 30) $Title $lines
}

Export-ModuleMember -Function Format-BarPlot, Format-StartPlot
