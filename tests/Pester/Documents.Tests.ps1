# Documents that name files and tests: what they name is there, and says what they say.
BeforeAll {
    $repository = (Resolve-Path "$PSScriptRoot/../..").Path
}

Describe 'SECURITY.md' {
    It 'names tests that are there, and that name the weakness themselves' {
        $rows = [regex]::Matches([IO.File]::ReadAllText("$repository/SECURITY.md"), '(?m)^\| ([^|\n]+) \| (`[^|\n]+`) \|$')
        $rows.Count | Should -BeGreaterThan 20
        foreach ($row in $rows) {
            $files = [regex]::Matches($row.Groups[2].Value, '`([^`]+)`') | ForEach-Object { "$repository/tests/$($_.Groups[1].Value)" }
            foreach ($file in $files) { $file | Should -Exist }
            $text = $files | ForEach-Object { [IO.File]::ReadAllText($_) }
            foreach ($weakness in [regex]::Matches($row.Groups[1].Value, 'CVE-\d+-\d+')) { "$text".Contains($weakness.Value) | Should -BeTrue -Because "$($weakness.Value) is tested in $($files -join ', ')" }
        }
    }

    It 'leaves out no weakness that a test names' {
        $text = [IO.File]::ReadAllText("$repository/SECURITY.md")
        foreach ($file in Get-ChildItem "$repository/tests/Engine.Tests", "$repository/tests/Pester" -Recurse -File | Where-Object Name -Match '\.(cs|ps1)$' | Where-Object FullName -NotMatch '/(obj|bin)/') {
            foreach ($weakness in [regex]::Matches([IO.File]::ReadAllText($file.FullName), 'CVE-\d{4}-\d+')) { $text.Contains($weakness.Value) | Should -BeTrue -Because "$($weakness.Value) of $($file.Name) is told" }
        }
    }
}

Describe '<Name>' -ForEach @(@{ Name = 'CONTRIBUTING.md' }, @{ Name = 'SECURITY.md' }) {
    It 'names files and folders that are there' {
        $text = [IO.File]::ReadAllText("$repository/$Name")
        $paths = @([regex]::Matches($text, '`((?:src|tests|docs|bench)/[\w./-]+)`|\]\((docs/[\w.]+)\)') | ForEach-Object { $_.Groups[1].Value + $_.Groups[2].Value } | Select-Object -Unique)
        $paths.Count | Should -BeGreaterThan 2
        foreach ($path in $paths) { "$repository/$path" | Should -Exist }
    }
}
