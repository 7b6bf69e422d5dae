# What docs/benchmarks.md, its drawings and README.md show of docs/benchmarks.json: parts between <!-- begin NAME … --> and <!-- end NAME -->.
Set-StrictMode -Version 3.0
foreach ($name in 'Results', 'Report', 'Plot') { Import-Module "$PSScriptRoot/$name.psm1" }

$ratios = @(
    'pull Debian, 1 layer', 'pull Debian and 300 MB', 'pull Debian, 30 layers', 'push Debian, 1 layer, pulled', 'push Debian, 1 layer, made here', 'save Debian', 'import Debian, rootfs',
    'build, COPY and 5 RUN, cold', 'build, 10 RUN and 10 COPY, cached', 'build, COPY of 20,000 files',
    'copy in, 200 MB, one file', 'copy in, 200 MB, 1000 files', 'copy out, 200 MB, one file', 'copy out, 200 MB, 1000 files'
)
$starts = [ordered]@{
    'run --rm busybox true' = 'run and remove, no network'
    'start of a created container' = 'start of a created one, no network'
    'start on the bridge with a port' = 'start on the bridge, port published'
    "run busybox true (docker's spec)" = 'the runtime alone (runcs)'
}
# README's rows: what they say, the figure, and how it calls docker and podman.
$compared = @(
    @{ Text = 'run a container and remove it'; Name = 'run --rm busybox true'; Docker = 'docker'; Podman = 'podman' }
    @{ Text = 'run a program in a running one'; Name = 'exec true'; Docker = 'docker'; Podman = 'podman' }
    @{ Text = 'start one of many that stay'; Name = 'start of one of many that stay (ours: 500, peers: 100)'; Docker = 'docker'; Podman = 'podman' }
    @{ Text = 'start one on a network, with a published port'; Name = 'start on the bridge with a port'; Docker = 'docker' }
    @{ Text = 'copy 200 MB in'; Name = 'copy in, 200 MB, one file'; Docker = 'docker cp'; Podman = 'podman cp' }
    @{ Text = 'pull a Debian image'; Name = 'pull Debian, 1 layer'; Docker = 'docker pull'; Podman = 'podman pull' }
    @{ Text = 'import it'; Name = 'import Debian, rootfs'; Docker = 'docker load'; Podman = 'podman load' }
    @{ Text = 'build: COPY and 5 RUN, nothing cached (BuildKit; buildah)'; Name = 'build, COPY and 5 RUN, cold'; Docker = 'docker build (BuildKit)'; Podman = 'buildah bud' }
    @{ Text = 'answer 100,000 names'; Name = '100,000 names, as fast as they are answered'; Docker = 'docker' }
    @{ Text = 'memory of what looks after a container'; Name = 'PSS of one monitor of 20'; Docker = 'containerd-shim'; Podman = 'conmon'; Plain = $true }
)

# The figures with where they are from, as tables have them: with section and store.
function Get-Figure([object] $Result) {
    foreach ($section in $Result.Sections) {
        foreach ($figure in $section.Figures) { $figure | Select-Object -Property @{ Name = 'Section'; Expression = { $section.Section } }, @{ Name = 'Store'; Expression = { $section.Store } }, * }
    }
}

# Lines of one name from one store: ext4 where it was measured there.
function Select-Figure([object[]] $Figure, [string] $Name) {
    $all = @($Figure | Where-Object { $_.Name -eq $Name })
    $all | Where-Object { $_.Store -eq $all[0].Store }
}

function Get-Processor([object] $Run) { [int] ($Run.Processor -split ' ')[0] }

# Others kept more than half of the processors busy.
function Test-Busy([object] $Result, [object] $Section) {
    $run = $Result.Runs | Where-Object { $_.Date -eq $Section.Run }
    $null -ne $Section.Load -and $Section.Load -gt (Get-Processor $run) / 2
}

# When, how often and beside what load a section was measured.
function Get-Origin([object] $Result, [object] $Section) {
    $run = $Result.Runs | Where-Object { $_.Date -eq $Section.Run }
    $load = if ($null -eq $Section.Load) { 'load not noted' } else { "load $(Format-Number $Section.Load)" }
    $busy = if (Test-Busy $Result $Section) { " **on $(Get-Processor $run) processors: a busy machine, ratios say more than times**" }
    "$($Section.Store): $($run.Date), $($Section.Rounds) rounds, $load$busy"
}

function Format-MarkdownTable([string[]] $Heading, [int[]] $Number, [object[]] $Row) {
    "| $($Heading -join ' | ') |"
    "|$(@(for ($i = 0; $i -lt $Heading.Count; $i++) { if ($Number -contains $i) { '---:' } else { '---' } }) -join '|')|"
    foreach ($one in $Row) { "| $($one -join ' | ') |" }
}

function Format-MachinePart([object] $Result) {
    $newest, $others = $Result.Runs
    foreach ($property in $newest.PSObject.Properties) { "- $($property.Name): $($property.Value)" }
    if (-not $others) { return }
    ''
    'Sections that say another date than that were measured before, where these differed:'
    ''
    foreach ($run in $others) {
        $names = @($newest.PSObject.Properties.Name) + @($run.PSObject.Properties.Name) | Select-Object -Unique
        $differ = foreach ($name in $names) {
            $before, $now = foreach ($one in $run, $newest) { if ($one.PSObject.Properties[$name]) { $one.$name } else { 'not noted' } }
            if ($name -notin 'Date', 'Load average' -and $before -ne $now) { "$name $before" }
        }
        "- $($run.Date): $(if ($differ) { $differ -join '; ' } else { 'the same' })"
    }
}

function Format-GoalPart([object] $Result) {
    $judged = @(Get-Figure $Result | Where-Object { $null -ne $_.Met })
    $missed = @($judged | Where-Object { -not $_.Met })
    "$($judged.Count - $missed.Count) of $($judged.Count) goals are met$(if ($missed) { '; not these:' } else { '.' })"
    if (-not $missed) { return }
    ''
    foreach ($figure in $missed) {
        $is = if ($figure.Goal -like '>=*') { "$(Format-Ratio $figure.Better) as fast as $($figure.Peer.Engine)" } else { "$(Format-Number $figure.Ours.Median) $($figure.Unit)" }
        $section = $Result.Sections | Where-Object { $_.Section -eq $figure.Section -and $_.Store -eq $figure.Store }
        "- $($figure.Name), $($figure.Store): $is, not $($figure.Goal)$(if (Test-Busy $Result $section) { ', on a busy machine' })"
    }
}

function Format-FigurePart([object] $Result) {
    $rows = @(Get-Figure $Result | Group-Object Section | Sort-Object { @(Get-SectionName).IndexOf($_.Name) })
    foreach ($group in $rows) {
        "### $($group.Name)"
        ''
        (@($Result.Sections | Where-Object { $_.Section -eq $group.Name } | ForEach-Object { Get-Origin $Result $_ }) -join '; ') + '.'
        ''
        $lines = @(Get-Row $group.Group | ForEach-Object { , $_[1..12] })
        Format-MarkdownTable $lines[0] (3, 4, 6, 7, 8, 9) $lines[1..($lines.Count - 1)]
        ''
    }
}

function Format-ReadmePart([object] $Result) {
    $figures = @(Get-Figure $Result)
    $busy = @($Result.Sections | Where-Object { Test-Busy $Result $_ } | ForEach-Object { "$($_.Section) $($_.Store)" })
    $starred = $false
    $rows = @(foreach ($line in $compared) {
        $found = @(Select-Figure $figures $line.Name)
        $ours = $found | Where-Object { $_.Ours } | Select-Object -First 1
        if (-not $ours) { continue }
        $cells = foreach ($engine in $line.Docker, $line['Podman']) {
            $figure = $found | Where-Object { $engine -and $_.Peer -and $_.Peer.Engine -eq $engine }
            if (-not $figure) { '' } elseif ($line['Plain']) { "$(Format-Number $figure.Peer.Median) $($figure.Unit) ($engine)" } else { "$(Format-Number $figure.Peer.Median) $($figure.Unit), $(Format-Ratio $figure.Better)" }
        }
        $star = if ($busy -contains "$($ours.Section) $($ours.Store)") { $starred = $true; ' *' } else { '' }
        , (@("$($line.Text)$star", "$(Format-Number $ours.Ours.Median) $($ours.Unit)") + $cells)
    })
    Format-MarkdownTable ('', 'ContainerPS', 'docker', 'podman, buildah') (1, 2, 3) $rows
    $daemons = Select-Figure $figures 'PSS of daemons, once'
    if ($daemons) {
        ''
        "docker's daemons take another $(Format-Number $daemons.Peer.Median) MB; ContainerPS and podman have none.$(if ($starred) { ' Rows with * were measured on a busy machine: their ratios say more than their times.' })"
    }
}

# Names of figures and what bars of them are called, as groups of bars; those that were not measured are left out.
function Get-TimeGroup([object[]] $Figure, [Collections.IDictionary] $Name) {
    foreach ($entry in $Name.GetEnumerator()) {
        $found = @(Select-Figure $Figure $entry.Key | Where-Object { $_.Ours -and $_.Peer })
        if (-not $found) { continue }
        $bars = @(foreach ($side in @($found[0].Ours) + $found.Peer) { [pscustomobject]@{ Engine = $side.Engine; Value = $side.Median; Text = "$(Format-Number $side.Median) $($found[0].Unit)" } })
        [pscustomobject]@{ Name = $entry.Value; Bars = $bars }
    }
}

function Get-RatioGroup([object[]] $Figure) {
    foreach ($name in $ratios) {
        $bars = @(Select-Figure $Figure $name | Where-Object { $null -ne $_.Better -and $_.Peer.Engine -match '^(docker|podman|buildah)' } |
            ForEach-Object { [pscustomobject]@{ Engine = $_.Peer.Engine; Value = $_.Better; Text = Format-Ratio $_.Better } })
        if ($bars) { [pscustomobject]@{ Name = $name; Bars = $bars } }
    }
}

# The drawings that there are figures for: {file, text}.
function Get-Drawing([object] $Result) {
    $figures = @(Get-Figure $Result)
    $drawings = [ordered]@{}
    $groups = @(Get-TimeGroup $figures $starts)
    if ($groups) { $drawings['latency.svg'] = Format-BarPlot 'How long a start takes (median)' $groups }
    $groups = @(Get-TimeGroup $figures @{ 'PSS of one monitor of 20' = 'memory for each container (PSS)' })
    if ($groups) { $drawings['memory.svg'] = Format-BarPlot 'What looks after one running container' $groups }
    $groups = @(Get-RatioGroup $figures)
    if ($groups) { $drawings['rates.svg'] = Format-BarPlot 'How many times as fast ContainerPS is (logarithmic; the line is as fast)' $groups -Logarithmic }
    $idle = $Result.Sections | Where-Object { $_.PSObject.Properties['Starts'] } | Select-Object -First 1
    if ($idle) {
        $lines = @($idle.Starts.PSObject.Properties | ForEach-Object { [pscustomobject]@{ Engine = $_.Name; Step = 5; Times = @($_.Value) } })
        $drawings['starts.svg'] = Format-StartPlot 'Containers running, by seconds since the first was asked for (busybox sleep, one after another)' $lines
    }
    $drawings
}

function Set-Part([string] $Text, [string] $Name, [object[]] $Line) {
    $match = [regex]::Match($Text, "(?s)(?<=<!-- begin $Name\b[^>]*-->\n).*?(?=<!-- end $Name -->)")
    if (-not $match.Success) { throw "There is no part '<!-- begin $Name -->' to '<!-- end $Name -->' for the report to write" }
    $Text.Substring(0, $match.Index) + "`n$((@($Line) -join "`n").TrimEnd())`n`n" + $Text.Substring($match.Index + $match.Length)
}

# All files of the report below a folder that has their texts already: {path, text}.
function New-Report {
    param([object] $Result, [string] $Root)
    $files = [ordered]@{}
    foreach ($drawing in (Get-Drawing $Result).GetEnumerator()) { $files["docs/$($drawing.Key)"] = ($drawing.Value -join "`n") + "`n" }
    $text = [IO.File]::ReadAllText("$Root/docs/benchmarks.md")
    $text = Set-Part $text goals (Format-GoalPart $Result)
    $text = Set-Part $text machine (Format-MachinePart $Result)
    $files['docs/benchmarks.md'] = Set-Part $text figures (Format-FigurePart $Result)
    $files['README.md'] = Set-Part ([IO.File]::ReadAllText("$Root/README.md")) comparison (Format-ReadmePart $Result)
    $files
}

function Write-Report {
    param([object] $Result, [string] $Root)
    foreach ($file in (New-Report $Result $Root).GetEnumerator()) { [IO.File]::WriteAllText("$Root/$($file.Key)", $file.Value) }
}

Export-ModuleMember -Function New-Report, Write-Report
