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
            $text = Get-ChildItem $files -Recurse -File | ForEach-Object { [IO.File]::ReadAllText($_.FullName) }
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

Describe 'docs/architecture.md' {
    BeforeAll {
        $text = [IO.File]::ReadAllText("$repository/docs/architecture.md")
        $sources = @(Get-ChildItem "$repository/src" -Recurse -File -Filter *.cs | Where-Object FullName -NotMatch '/(obj|bin)/')
        $code = @{}
        foreach ($file in $sources) { $code[$file.FullName] = [IO.File]::ReadAllText($file.FullName) }
        # A class in several files has its name up to the first dot.
        $types = $sources | ForEach-Object { "$($_.DirectoryName)/$($_.BaseName -replace '\..*')" } | Select-Object -Unique
    }

    It 'is right about what imports what' {
        $wrong = @()
        $above = [Collections.Generic.List[string]]::new()
        foreach ($match in [regex]::Matches($text, '(?m)^\| `(\w+)` \|')) {
            $folder = $match.Groups[1].Value
            $above.Add($folder)
            foreach ($file in $sources | Where-Object { $_.FullName.StartsWith("$repository/src/Engine/$folder/") }) {
                foreach ($import in [regex]::Matches($code[$file.FullName], '(?m)^using (?:static )?ContainerPS\.Engine\.(\w+)')) {
                    if ($import.Groups[1].Value -notin $above) { $wrong += "$($file.Name) of $folder imports $($import.Groups[1].Value)" }
                }
            }
        }
        $wrong | Should -BeNullOrEmpty
    }

    It 'has every folder of the engine in its table, and no other' {
        $listed = [regex]::Matches($text, '(?m)^\| `(\w+)` \|') | ForEach-Object { $_.Groups[1].Value } | Sort-Object
        $listed | Should -Be (Get-ChildItem "$repository/src/Engine" -Directory | Where-Object Name -NotIn obj, bin | ForEach-Object Name | Sort-Object)
    }

    It 'names files and folders that are there' {
        $paths = @([regex]::Matches($text, '(?<![\w./-])(?:src|tests|docs)/[\w./-]*\w') | ForEach-Object Value) + @([regex]::Matches($text, '\]\(([\w.-]+\.md)\)') | ForEach-Object { "docs/$($_.Groups[1].Value)" })
        $paths.Count | Should -BeGreaterThan 20
        foreach ($path in $paths | Select-Object -Unique) { "$repository/$path" | Should -Exist }
    }

    It 'names types that are there, and in the folder that stands beside them' {
        $wrong = @()
        foreach ($line in $text -split '\n' | Where-Object { $_.Contains('│') }) {
            $folder = if ($line -match 'src/[\w/]*\w') { "$repository/$($Matches[0])" } else { "$repository/src" }
            foreach ($match in [regex]::Matches($line, '(?<![\w-])[A-Z][a-z]+(?:[A-Z][a-z]+)+(?![\w-])')) {
                if (-not ($types -match "^$([regex]::Escape($folder))/(.*/)?$($match.Value)$")) { $wrong += "$($match.Value) in $folder" }
            }
        }
        $wrong | Should -BeNullOrEmpty
    }

    It 'names files of the store that the engine knows by these names' {
        $engine = ($code.Keys | Where-Object { $_ -match '/src/Engine/' } | ForEach-Object { $code[$_] }) -join "`n"
        $where = ($text -split '## What is where')[1]
        $names = @([regex]::Matches($where, '[\w.-]+\.(?:json|jsonl|log|err|sock|conf)\b') | ForEach-Object Value | Select-Object -Unique)
        $names.Count | Should -BeGreaterThan 10
        # Numbered ones are made of the plain name.
        foreach ($name in $names) { $engine.Contains(($name -replace '\.1(?=\.)')) | Should -BeTrue -Because "$name is in the engine's code" }
    }
}
