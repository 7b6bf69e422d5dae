# The report of the bench is what docs/benchmarks.json says; measuring itself is not tested here.
BeforeAll {
    $repository = (Resolve-Path "$PSScriptRoot/../..").Path
    Import-Module "$repository/bench/Results.psm1", "$repository/bench/Document.psm1", "$repository/bench/Report.psm1" -Force

    function New-Sample([string] $Engine, [double] $Median, [double[]] $Sample = @(1, 2)) { [pscustomobject]@{ Engine = $Engine; Median = $Median; Minimum = $Median / 2; Samples = $Sample } }
    function New-Machine([string] $Date) { [ordered]@{ Date = $Date; Kernel = "6.$($Date[-1])"; Processor = '2 x Some'; 'Load average' = "0.$($Date[-1])" } }
    function New-Section([string] $Name, [string] $Store, [double] $Load, [object[]] $Figure) {
        foreach ($one in $Figure) { $one.Section = $Name; $one.Store = $Store }
        [pscustomobject]@{ Section = $Name; Store = $Store; Load = $Load; Failed = $false; Figures = $Figure }
    }

    $ours = New-Sample ContainerPS 10.123456
    $quiet = @(
        New-Section Invoke ext4 0.1 @(ConvertTo-Figure 'run --rm busybox true' @($ours, (New-Sample docker 200), (New-Sample podman 90)) @{ docker = 15; podman = 10 })
        New-Section Memory ext4 0.1 @(
            New-Figure 'PSS of one monitor of 20' -Unit MB -Ours (New-Sample ContainerPS 0.9) -Peer (New-Sample conmon 0.4) -AtMost 1
            New-Figure 'PSS of daemons, once' -Unit MB -Peer (New-Sample 'dockerd, containerd' 120)
        )
        New-Section Idle ext4 0.1 @(
            ConvertTo-Figure 'start of one of many that stay (ours: 500, peers: 100)' @((New-Sample ContainerPS 10 (1..20)), (New-Sample docker 100 @(1..10 | ForEach-Object { 10 * $_ })))
        )
        New-Section Pull tmpfs 0.1 @(ConvertTo-Figure 'pull Debian, 1 layer' @($ours, (New-Sample 'docker pull' 20), (New-Sample 'podman pull' 5)) @{ 'docker pull' = 1.5 })
        New-Section Invoke tmpfs 0.1 @(New-Figure 'run --rm busybox true' -Ours $ours)
    )
    $result = Merge-Result (Read-Result "$TestDrive/none.json") (New-Machine '2026-01-01 10:01') 20 $quiet
    $busy = New-Section Pull tmpfs 1.5 @(ConvertTo-Figure 'pull Debian, 1 layer' @($ours, (New-Sample 'docker pull' 12)) @{ 'docker pull' = 1.5 })
    $merged = Merge-Result $result (New-Machine '2026-01-02 10:02') 3 @($busy)

    $root = "$TestDrive/root"
    $null = New-Item -ItemType Directory "$root/docs"
    $part = { param($Name) "<!-- begin $Name of a file -->`nold $Name`n<!-- end $Name -->`n" }
    [IO.File]::WriteAllText("$root/docs/benchmarks.md", "# Title`n`n$(& $part goals)between`n$(& $part machine)$(& $part figures)the end`n")
    [IO.File]::WriteAllText("$root/README.md", "# Product`n$(& $part comparison)")
    $report = New-Report $merged $root
}

Describe 'What a run has measured' {
    It 'takes the place of what the same section and store had, and of nothing else' {
        $merged.Sections | ForEach-Object { "$($_.Section) $($_.Store) $($_.Run) $($_.Rounds)" } |
            Should -Be 'Invoke ext4 2026-01-01 10:01 20', 'Invoke tmpfs 2026-01-01 10:01 20', 'Memory ext4 2026-01-01 10:01 20', 'Idle ext4 2026-01-01 10:01 20', 'Pull tmpfs 2026-01-02 10:02 3'
        ($merged.Sections | Where-Object Section -EQ Pull).Figures.Peer.Median | Should -Be 12
        $merged.Runs.Date | Should -Be '2026-01-02 10:02', '2026-01-01 10:01'
    }

    It 'is measured once for what no file system changes' {
        $again = Merge-Result $merged (New-Machine '2026-01-03 10:03') 5 @(New-Section Memory tmpfs 0 @(New-Figure 'PSS of one monitor of 20' -Unit MB -Ours $ours))
        ($again.Sections | Where-Object Section -EQ Memory).Store | Should -Be 'tmpfs'
    }

    It 'forgets a machine that no section speaks of any more' {
        $all = Merge-Result $merged (New-Machine '2026-01-03 10:03') 5 (@($quiet | Where-Object Section -NE Pull) + $busy)
        $all.Runs.Date | Should -Be '2026-01-03 10:03'
    }

    It 'is kept as a file, a figure on a line, without samples but those of the plot' {
        $text = Format-Result $merged
        [IO.File]::WriteAllText("$TestDrive/result.json", $text)
        Format-Result (Read-Result "$TestDrive/result.json") | Should -Be $text
        @($text -split "`n" -match '"Name":').Count | Should -Be 7
        $text | Should -Not -Match 'Samples'
        $text | Should -Match '"Median":10\.123,'
        ($merged.Sections | Where-Object Section -EQ Idle).Starts.ContainerPS | Should -Be 5, 10, 15, 20
        ($merged.Sections | Where-Object Section -EQ Idle).Starts.docker | Should -Be 50, 100
    }
}

Describe 'The report' {
    It 'has a table for each section, and says when and how each was measured' {
        $text = $report['docs/benchmarks.md']
        $text | Should -Match '(?m)^### Invoke\n\next4: 2026-01-01 10:01, 20 rounds, load 0\.10; tmpfs: 2026-01-01 10:01, 20 rounds, load 0\.10\.$'
        $text | Should -Match '(?m)^\| ext4 \| run --rm busybox true \| ms \| 10\.1 \| 5\.06 \| docker \| 200 \| 100 \| 19\.8 x \| 19\.8 x \| >= 15 x \| met \|$'
        ([regex]::Matches($text, '(?m)^### (\w+)$') | ForEach-Object { $_.Groups[1].Value }) | Should -Be 'Invoke', 'Memory', 'Idle', 'Pull'
    }

    It 'says what was measured on a busy machine, and only of that' {
        $report['docs/benchmarks.md'] | Should -Match '(?m)^tmpfs: 2026-01-02 10:02, 3 rounds, load 1\.50 \*\*on 2 processors: a busy machine'
        [regex]::Matches($report['docs/benchmarks.md'], 'a busy machine,').Count | Should -Be 1
        $report['README.md'] | Should -Match '(?m)^\| pull a Debian image \* \|'
        $report['README.md'] | Should -Match '(?m)^\| run a container and remove it \|'
    }

    It 'counts goals and names those that were missed' {
        $report['docs/benchmarks.md'] | Should -Match '(?m)^2 of 4 goals are met; not these:$'
        $report['docs/benchmarks.md'] | Should -Match '(?m)^- run --rm busybox true, ext4: 8\.89 x as fast as podman, not >= 10 x$'
        $report['docs/benchmarks.md'] | Should -Match '(?m)^- pull Debian, 1 layer, tmpfs: 1\.19 x as fast as docker pull, not >= 1\.5 x, on a busy machine$'
    }

    It 'tells how the machine of an older run differed' {
        $report['docs/benchmarks.md'] | Should -Match '(?m)^- Kernel: 6\.2$'
        $report['docs/benchmarks.md'] | Should -Match '(?m)^- 2026-01-01 10:01: Kernel 6\.1$'
    }

    It 'leaves all else of the texts as it is' {
        $report['docs/benchmarks.md'] | Should -Match '(?s)^# Title\n\n<!-- begin goals of a file -->.*<!-- end goals -->\nbetween\n.*<!-- end figures -->\nthe end\n$'
        $report['docs/benchmarks.md'] | Should -Not -Match 'old '
        $report['README.md'] | Should -Match '(?s)^# Product\n<!-- begin comparison'
    }

    It 'compares in README with the figures' {
        $report['README.md'] | Should -Match '(?m)^\| run a container and remove it \| 10\.1 ms \| 200 ms, 19\.8 x \| 90\.0 ms, 8\.89 x \|$'
        $report['README.md'] | Should -Match '(?m)^\| memory of what looks after a container \| 0\.90 MB \|  \| 0\.40 MB \(conmon\) \|$'
        $report['README.md'] | Should -Match 'another 120 MB'
    }

    It 'says what is wrong with a text that has no place for a part' {
        $bare = "$TestDrive/bare"
        $null = New-Item -ItemType Directory "$bare/docs"
        [IO.File]::WriteAllText("$bare/docs/benchmarks.md", "# Title`n")
        { New-Report $merged $bare } | Should -Throw "*no part '<!-- begin goals -->'*"
    }
}

Describe 'The drawings' {
    It 'are of what there are figures for, and well formed' {
        @($report.Keys -like 'docs/*.svg' | Sort-Object) | Should -Be 'docs/latency.svg', 'docs/memory.svg', 'docs/rates.svg', 'docs/starts.svg'
        foreach ($file in @($report.Keys -like '*.svg')) { ([xml] $report[$file]).DocumentElement.LocalName | Should -Be 'svg' -Because $file }
    }

    It 'have a bar for each engine, as long as its figure' {
        $bars = @(([xml] $report['docs/latency.svg']).svg.rect | Where-Object { $_.fill -ne 'white' })
        $bars.fill | Should -Be '#2563eb', '#d97706', '#7c3aed'
        [double] $bars[2].width / [double] $bars[1].width | Should -BeGreaterThan 0.44
        [double] $bars[2].width / [double] $bars[1].width | Should -BeLessThan 0.46
        @(([xml] $report['docs/latency.svg']).svg.text.'#text') | Should -Contain 'docker: 200 ms'
        @(([xml] $report['docs/rates.svg']).svg.text.'#text') | Should -Contain 'docker pull: 1.19 x'
    }

    It 'have a line for each engine''s starts' {
        $lines = @(([xml] $report['docs/starts.svg']).svg.polyline)
        @($lines | ForEach-Object { ($_.points -split ' ').Count }) | Should -Be 5, 3
        @(([xml] $report['docs/starts.svg']).svg.text.'#text') -match '^docker: 10 in' | Should -Not -BeNullOrEmpty
    }
}

Describe 'The load beside a section' {
    It 'counts a processor that something keeps busy' {
        Import-Module "$repository/bench/Timing.psm1" -Force
        $busy = Start-Background @('/bin/sh', '-c', 'while :; do :; done') "$TestDrive/busy.log"
        try { $load = Measure-Load }
        finally {
            $busy.Kill()
            $busy.WaitForExit()
        }
        # Whoever has a processor, it is not idle while one wants it.
        $load | Should -BeGreaterThan 0.5
        $load | Should -BeLessThan (@([IO.File]::ReadAllLines('/proc/stat') -match '^cpu\d').Count + 1)
    }
}

Describe 'docs/benchmarks.json' {
    It 'is what the report shows: ./build.sh run bench/Update-Report.ps1' {
        $all = Read-Result "$repository/docs/benchmarks.json"
        Format-Result $all | Should -Be ([IO.File]::ReadAllText("$repository/docs/benchmarks.json"))
        $files = New-Report $all $repository
        foreach ($file in $files.Keys) { [IO.File]::ReadAllText("$repository/$file") -ceq $files[$file] | Should -BeTrue -Because "$file is made of the figures" }
        @($files.Keys -like '*.svg').Count | Should -Be 4
    }

    It 'speaks of sections that there are, of which each has its place' {
        $names = @(Get-SectionName)
        @(Get-ChildItem "$repository/bench/sections" -Filter *.ps1 | ForEach-Object BaseName | Sort-Object) | Should -Be @($names | Sort-Object)
        foreach ($section in (Read-Result "$repository/docs/benchmarks.json").Sections) { $names | Should -Contain $section.Section }
        $table = [IO.File]::ReadAllText("$repository/docs/benchmarks.md")
        foreach ($name in $names) { $table | Should -Match "(?m)^\| $name \|" -Because "docs/benchmarks.md says what $name measures" }
    }
}
