# Drawings of figures, as SVG that a browser shows by itself.
Set-StrictMode -Version 3.0

$colours = '#2563eb', '#d97706', '#7c3aed'
function Format-Coordinate([double] $Value) { $Value.ToString('0.#', [Globalization.CultureInfo]::InvariantCulture) }

# How many containers run after how many seconds: a line for each engine, whose samples are milliseconds since its first start.
function Write-StartPlot {
    param([string] $Path, [object[]] $Result)
    $left, $top, $width, $height = 60, 30, 620, 300
    $most = ($Result | ForEach-Object { $_.Samples.Count } | Measure-Object -Maximum).Maximum
    $seconds = [Math]::Ceiling(($Result | ForEach-Object { $_.Samples[-1] } | Measure-Object -Maximum).Maximum / 1000)
    $x = { param($value) Format-Coordinate ($left + $width * $value / $seconds) }
    $y = { param($value) Format-Coordinate ($top + $height * (1 - $value / $most)) }
    $lines = @(
        "<svg xmlns=`"http://www.w3.org/2000/svg`" viewBox=`"0 0 $($left + $width + 40) $($top + $height + 50)`" font-family=`"sans-serif`" font-size=`"12`">"
        "<rect width=`"100%`" height=`"100%`" fill=`"white`"/>"
        "<text x=`"$left`" y=`"18`" font-size=`"14`">Containers running, by seconds since the first was asked for (busybox sleep, one after another)</text>"
        for ($i = 0; $i -le 5; $i++) {
            $count = [int] ($most * $i / 5)
            $second = [Math]::Round($seconds * $i / 5, 1)
            "<line x1=`"$left`" x2=`"$($left + $width)`" y1=`"$(& $y $count)`" y2=`"$(& $y $count)`" stroke=`"#ddd`"/>"
            "<text x=`"$($left - 8)`" y=`"$(& $y $count)`" text-anchor=`"end`" dominant-baseline=`"middle`">$count</text>"
            "<text x=`"$(& $x $second)`" y=`"$($top + $height + 18)`" text-anchor=`"middle`">$(Format-Coordinate $second) s</text>"
        }
        for ($i = 0; $i -lt $Result.Count; $i++) {
            $one = $Result[$i]
            $points = @("$(& $x 0),$(& $y 0)"; for ($n = 1; $n -le $one.Samples.Count; $n++) { if ($n % 5 -eq 0) { "$(& $x ($one.Samples[$n - 1] / 1000)),$(& $y $n)" } })
            "<polyline fill=`"none`" stroke=`"$($colours[$i])`" stroke-width=`"2`" points=`"$($points -join ' ')`"/>"
            "<text x=`"$($left + 12)`" y=`"$($top + 18 + 18 * $i)`" fill=`"$($colours[$i])`">$($one.Engine): $($one.Samples.Count) in $(Format-Coordinate ($one.Samples[-1] / 1000)) s, $(Format-Coordinate $one.Median) ms each</text>"
        }
        '</svg>'
    )
    [IO.File]::WriteAllLines($Path, [string[]] $lines)
}

Export-ModuleMember -Function Write-StartPlot
