# JSON, CSV, formatting, searching and dates, held to what PowerShell documents and does.
BeforeAll {
    function Join-Line { ($input | Out-String).Trim() -replace '\r?\n', '|' -replace ' +\|', '|' }
}

Describe 'ConvertTo-Json' {
    It 'writes <expected>' -ForEach @(
        @{ Value = { [ordered] @{ a = 1; b = $null } }; Expected = '{"a":1,"b":null}' }
        @{ Value = { [pscustomobject] @{ e = [DayOfWeek]::Monday; d = 1.0; m = 1.50d; t = $true } }; Expected = '{"e":1,"d":1.0,"m":1.50,"t":true}' }
        @{ Value = { [datetime] '2024-03-05T06:07:08.120' }; Expected = '"2024-03-05T06:07:08.12"' }
        @{ Value = { 'a"b\' + "`n`t<é>" }; Expected = '"a\"b\\\n\t<é>"' }
        @{ Value = { @{ g = [guid]::Empty } }; Expected = '{"g":"00000000-0000-0000-0000-000000000000"}' }
        @{ Value = { [int]::Parse('5000') | Add-Member note 2 -PassThru }; Expected = '{"value":5000,"note":2}' }
        @{ Value = { , @() }; Expected = '[]' }
        @{ Value = { , @(1) }; Expected = '[1]' }
        @{ Value = { 1, 'x', $null }; Expected = '[1,"x",null]' }
        @{ Value = { [char] 'a' }; Expected = '"a"' }
        @{ Value = { [version] '1.2' }; Expected = '{"Major":1,"Minor":2,"Build":-1,"Revision":-1,"MajorRevision":-1,"MinorRevision":-1}' }
    ) {
        & $value | ConvertTo-Json -Compress | Should -BeExactly $expected
    }

    It 'indents by two and stops at the depth' {
        $warnings = $null
        $text = [ordered] @{ a = [ordered] @{ b = [ordered] @{ c = 1 } } } | ConvertTo-Json -Depth 1 -WarningVariable warnings -WarningAction SilentlyContinue
        $text -replace '\r' | Should -BeExactly "{`n  `"a`": {`n    `"b`": `"System.Collections.Specialized.OrderedDictionary`"`n  }`n}"
        $warnings | Should -HaveCount 1
    }

    It 'has its options' {
        [DayOfWeek]::Monday | ConvertTo-Json -EnumsAsStrings | Should -BeExactly '"Monday"'
        1 | ConvertTo-Json -AsArray -Compress | Should -BeExactly '[1]'
        'é' | ConvertTo-Json -EscapeHandling EscapeNonAscii | Should -BeExactly '"\u00e9"'
    }
}

Describe 'ConvertFrom-Json' {
    It 'reads types' {
        $value = '{"n":1,"d":2.5,"t":"2024-01-02T03:04:05Z","s":"2024-01-02","l":[1,null],"o":{"x":true}}' | ConvertFrom-Json
        $value.n | Should -BeOfType long
        $value.d | Should -BeOfType double
        $value.t | Should -BeOfType datetime
        $value.t.Kind | Should -Be Utc
        $value.s | Should -BeOfType string
        $value.l.Count | Should -Be 2
        $value.o.x | Should -BeTrue
    }

    It 'makes hashtables, whole arrays and documents of several lines' {
        $table = '{"a":1,"A":2}' | ConvertFrom-Json -AsHashtable
        $table.Count | Should -Be 2
        @('[1,2]' | ConvertFrom-Json).Count | Should -Be 2
        ('[1,2]' | ConvertFrom-Json -NoEnumerate).Count | Should -Be 2
        ('{', '"a":1', '}' | ConvertFrom-Json).a | Should -Be 1
        ('{"a":1}', '{"a":2}' | ConvertFrom-Json).a | Should -Be 1, 2
    }

    It 'refuses what is no JSON' {
        { '{bad' | ConvertFrom-Json } | Should -Throw -ExceptionType ([ArgumentException])
    }
}

Describe 'CSV' {
    It 'writes and reads' {
        $items = [pscustomobject] @{ Name = 'a"b'; N = 1; X = $null }, [pscustomobject] @{ Name = 'c,d'; N = 2; X = 'x' }
        $items | ConvertTo-Csv | Should -Be '"Name","N","X"', '"a""b","1",', '"c,d","2","x"'
        $items | ConvertTo-Csv -UseQuotes AsNeeded | Should -Be 'Name,N,X', '"a""b",1,', '"c,d",2,x'
        $items | Export-Csv TestDrive:/a.csv
        $items[0] | Export-Csv TestDrive:/a.csv -Append
        (Import-Csv TestDrive:/a.csv).Name | Should -Be 'a"b', 'c,d', 'a"b'
        ('1;2' | ConvertFrom-Csv -Delimiter ';' -Header p, q).q | Should -Be 2
    }
}

Describe 'Formatting' {
    BeforeAll {
        $items = [pscustomobject] @{ Name = 'one'; N = 1 }, [pscustomobject] @{ Name = 'three'; N = 3 }
        $PSStyle.OutputRendering = 'PlainText'
    }

    It 'makes tables' {
        $items | Format-Table | Join-Line | Should -Be 'Name  N|----  -|one   1|three 3'
        $items | Format-Table N -HideTableHeaders | Join-Line | Should -Be '1|3'
        $items | Format-Table @{ n = 'L'; e = { $_.N * 2 } } | Join-Line | Should -Match '^ ?L\|'
    }

    It 'makes lists and columns' {
        $items | Format-List | Join-Line | Should -Be 'Name : one|N    : 1||Name : three|N    : 3'
        $items | Format-Wide Name -Column 2 | Join-Line | Should -Match '^one +three$'
    }

    It 'turns objects into text' {
        1, 2 | Out-String | Should -Be "1$([Environment]::NewLine)2$([Environment]::NewLine)"
        @(1, 2 | Out-String -Stream).Count | Should -Be 2
        'a', 'b' | Out-String -NoNewline | Should -Be ab
    }

    It 'writes files' {
        'a' | Out-File TestDrive:/o.txt
        'b' >> TestDrive:/o.txt
        Get-Content TestDrive:/o.txt | Should -Be a, b
        { 'x' | Out-File TestDrive:/o.txt -NoClobber } | Should -Throw -ErrorId 'NoClobber,*'
    }
}

Describe 'Select-String' {
    It 'finds lines' {
        ('abc', 'xbz', 'q' | Select-String b).Line | Should -Be abc, xbz
        'abc' | Select-String B -CaseSensitive | Should -BeNullOrEmpty
        ('abc', 'q' | Select-String b -NotMatch).Line | Should -Be q
        ('a1b2' | Select-String '\d' -AllMatches).Matches.Value | Should -Be 1, 2
        ('x', 'hit' | Select-String hit).LineNumber | Should -Be 2
        'abc' | Select-String b -Quiet | Should -BeTrue
        ('a.c', 'abc' | Select-String a.c -SimpleMatch).Line | Should -Be a.c
    }

    It 'searches files and shows the lines around' {
        Set-Content TestDrive:/s.txt one, two, three
        $match = Select-String two TestDrive:/s.txt -Context 1
        $match.LineNumber | Should -Be 2
        $match.Filename | Should -Be s.txt
        $match.Context.PreContext, $match.Context.PostContext | Should -Be one, three
    }
}

Describe 'Dates' {
    It 'formats <format>' -ForEach @(
        @{ Format = 'yyyy-MM-dd HH:mm'; Expected = '2024-03-05 06:07' }
        @{ Format = 'o'; Expected = '2024-03-05T06:07:08.0000000' }
        @{ Format = 'FileDate'; Expected = '20240305' }
    ) {
        Get-Date '2024-03-05T06:07:08' -Format $format | Should -Be $expected
    }

    It 'formats in the notation of Unix, sets parts, and measures spans' {
        Get-Date '2024-03-05T06:07:08' -UFormat '%Y/%m/%d %H:%M:%S %j %a' | Should -Be '2024/03/05 06:07:08 065 Tue'
        (Get-Date '2020-02-03' -Hour 5).Hour | Should -Be 5
        (Get-Date -UnixTimeSeconds 0).ToUniversalTime().Year | Should -Be 1970
        (New-TimeSpan -Minutes 90).TotalHours | Should -Be 1.5
        (New-TimeSpan '2024-01-01' '2024-01-02').TotalDays | Should -Be 1
    }
}

Describe 'Small ones' {
    It 'joins, tees, draws and measures' {
        'x', 'y' | Join-String -Separator ', ' -SingleQuote | Should -Be "'x', 'y'"
        1, 2 | Tee-Object -Variable teed | Should -Be 1, 2
        $teed | Should -Be 1, 2
        Get-Random -Minimum 5 -Maximum 6 | Should -Be 5
        @(1..5 | Get-Random -Count 9).Count | Should -Be 5
        (Measure-Command { $measured = 9 }) | Should -BeOfType timespan
        $measured | Should -Be 9
        1, 1, 2, 1 | Get-Unique | Should -Be 1, 2, 1
    }

    It 'reads data files and refuses code in them' {
        Set-Content TestDrive:/d.psd1 '@{ a = 1; b = @("x", "y") }'
        (Import-PowerShellDataFile TestDrive:/d.psd1).b[1] | Should -Be y
        Set-Content TestDrive:/c.psd1 '@{ a = (Get-Date) }'
        { Import-PowerShellDataFile TestDrive:/c.psd1 -ErrorAction Stop } | Should -Throw
        (ConvertFrom-StringData "a=1`nb = two").b | Should -Be two
    }

    It 'writes errors that name their script' {
        $record = Write-Error 'text' -ErrorId E1 -Category InvalidData -TargetObject 5 2>&1
        $record.FullyQualifiedErrorId | Should -Be E1
        $record.CategoryInfo.Category | Should -Be InvalidData
        $record.CategoryInfo.Activity | Should -Be Write-Error
        $record.Exception.GetType().FullName | Should -Be Microsoft.PowerShell.Commands.WriteErrorException
        { Write-Error stop -ErrorAction Stop } | Should -Throw stop
    }

    It 'writes to the other streams' {
        "$(Write-Warning w 3>&1)" | Should -Be w
        "$(Write-Verbose v -Verbose 4>&1)" | Should -Be v
        "$(Write-Information i 6>&1)" | Should -Be i
        "$(Write-Host a b @(1, 2) 6>&1)" | Should -Be 'a b 1 2'
    }
}
