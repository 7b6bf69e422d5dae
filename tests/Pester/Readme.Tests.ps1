# README.md's tour and the picture of a session show what the module does now; and what draws such a picture.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1", "$PSScriptRoot/Walkthrough.psm1", "$PSScriptRoot/Session.psm1" -Force
    $repository = (Resolve-Path "$PSScriptRoot/../..").Path
    $escape = [char] 27
}

Describe 'What README.md shows' {
    BeforeAll {
        $store = New-TestStore
        Push-Location (Initialize-Tour $store)
    }

    AfterAll {
        Pop-Location
        Remove-TestStore $store | Should -BeNullOrEmpty
    }

    It 'is what the tour does: Update-Walkthrough.ps1' {
        $tour = Read-Tour
        $results = @(Invoke-Row $tour)
        $results.Count | Should -Be $tour.Blocks.Count
        $results.Count | Should -BeGreaterThan 3
        foreach ($result in $results) { ConvertTo-Stable $result.Output | Should -Be (ConvertTo-Stable $result.Block.Output) -Because $result.Block.Code }
        Get-Container | Should -BeNullOrEmpty
    }

    It 'is what the session in docs/session.svg does' {
        ConvertTo-Stable ((Invoke-Session) -join "`n") | Should -Be (ConvertTo-Stable ((Read-Drawing) -join "`n"))
        $colours = ([xml] [IO.File]::ReadAllText("$repository/docs/session.svg")).SelectNodes('//*[local-name()="tspan"]') | ForEach-Object { $_.fill }
        foreach ($state in @{ Text = 'Up '; Colour = '#8fc17a' }, @{ Text = 'Exited (3)'; Colour = '#e06c75' }) { $colours | Should -Contain $state.Colour -Because "$($state.Text) has it" }
    }
}

Describe 'A drawing of a terminal' {
    It 'has the colours and weights of the escape sequences, and all of the text' {
        $drawing = [xml] (ConvertTo-Drawing "plain ${escape}[32;1mgreen <b>${escape}[0m & plain", "${escape}[91mbright${escape}[39m, ${escape}[38;2;1;2;255mexact${escape}[0m, ${escape}[38;5;4mblue${escape}[3m slanted")
        $lines = @($drawing.svg.text | Select-Object -Skip 1)
        $lines[0].InnerText | Should -Be 'plain green <b> & plain'
        $lines[0].tspan.fill | Should -Be '#8fc17a'
        $lines[0].tspan.'font-weight' | Should -Be 'bold'
        $lines[1].InnerText | Should -Be 'bright, exact, blue slanted'
        $lines[1].tspan.fill | Should -Be '#ff8a92', '#0102ff', '#61afef', '#61afef'
        $lines[1].tspan[3].'font-style' | Should -Be 'italic'
    }

    It 'goes on in the next line as the one before ended, and leaves out what is no colour' {
        $drawing = [xml] (ConvertTo-Drawing "${escape}[33mfirst", "second${escape}[K${escape}[m third")
        $lines = @($drawing.svg.text | Select-Object -Skip 1)
        $lines[1].InnerText | Should -Be 'second third'
        $lines[1].tspan.InnerText | Should -Be 'second'
        $lines[1].tspan.fill | Should -Be '#e5c07b'
    }

    It 'is read back as it was' {
        [IO.File]::WriteAllText("$TestDrive/drawing.svg", (ConvertTo-Drawing '  two   spaces', '', "${escape}[1mbold${escape}[0m  end"))
        (Read-Drawing "$TestDrive/drawing.svg") -join '|' | Should -Be '  two   spaces||bold  end'
    }
}

Describe 'README.md' {
    It 'names files that are there' {
        $text = [IO.File]::ReadAllText("$repository/README.md")
        $paths = @([regex]::Matches($text, '\]\(([\w./-]+)\)|`((?:src|tests|docs|bench)(?:/[\w./-]+)?)`') | ForEach-Object { $_.Groups[1].Value + $_.Groups[2].Value } | Select-Object -Unique)
        $paths.Count | Should -BeGreaterThan 20
        foreach ($path in $paths) { "$repository/$path" | Should -Exist }
    }

    It 'has a link to every document' {
        $text = [IO.File]::ReadAllText("$repository/README.md")
        foreach ($file in Get-ChildItem "$repository/docs" -Filter *.md) { $text.Contains("(docs/$($file.Name))") | Should -BeTrue -Because "docs/$($file.Name) is found from README.md" }
    }
}
