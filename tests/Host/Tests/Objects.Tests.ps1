# The cmdlets that work on objects, held to what PowerShell documents and does.
Describe 'Select-Object' {
    It 'takes <expected> with <parameters>' -ForEach @(
        @{ Parameters = @{ First = 2; Skip = 1 }; Expected = 2, 3 }
        @{ Parameters = @{ Last = 2 }; Expected = 4, 5 }
        @{ Parameters = @{ Last = 2; Skip = 1 }; Expected = 3, 4 }
        @{ Parameters = @{ SkipLast = 3 }; Expected = 1, 2 }
        @{ Parameters = @{ Index = 0, 4 }; Expected = 1, 5 }
        @{ Parameters = @{ SkipIndex = 0, 1 }; Expected = 3, 4, 5 }
        @{ Parameters = @{ First = 1; Last = 1 }; Expected = 1, 5 }
    ) {
        1..5 | Select-Object @parameters | Should -Be $expected
    }

    It 'stops what comes before it when it has enough' {
        $script:reached = 0
        & { 1; $script:reached = 1; 2; $script:reached = 2 } | Select-Object -First 1 | Should -Be 1
        $script:reached | Should -Be 0
    }

    It 'makes properties by name, wildcard and expression' {
        $made = [pscustomobject] @{ aa = 1; ab = 2; c = 3 } | Select-Object a*, @{ n = 'x'; e = { $_.c * 2 } }, missing
        $made.PSObject.Properties.Name | Should -Be aa, ab, x, missing
        $made.x | Should -Be 6
        $made.missing | Should -BeNullOrEmpty
        $made.PSObject.TypeNames[0] | Should -Be 'Selected.System.Management.Automation.PSCustomObject'
    }

    It 'leaves properties out' {
        $made = [pscustomobject] @{ a = 1; b = 2 } | Select-Object -ExcludeProperty a
        $made.PSObject.Properties.Name | Should -Be b
    }

    It 'expands a property, and reports one that is missing' {
        [pscustomobject] @{ a = 1, 2 } | Select-Object -ExpandProperty a | Should -Be 1, 2
        { [pscustomobject] @{ a = 1 } | Select-Object -ExpandProperty z -ErrorAction Stop } |
            Should -Throw -ErrorId 'ExpandPropertyNotFound,Microsoft.PowerShell.Commands.SelectObjectCommand'
    }

    It 'drops what came before' {
        1, 2, 2, 1 | Select-Object -Unique | Should -Be 1, 2
        @('a', 'A' | Select-Object -Unique).Count | Should -Be 2
        @('a', 'A' | Select-Object -Unique -CaseInsensitive).Count | Should -Be 1
    }
}

Describe 'Sort-Object' {
    It 'sorts values, null first' {
        3, 1, 2 | Sort-Object | Should -Be 1, 2, 3
        3, 1, 2 | Sort-Object -Descending | Should -Be 3, 2, 1
        3, 1, 3 | Sort-Object -Unique | Should -Be 1, 3
        5, 3, 9 | Sort-Object -Top 2 | Should -Be 3, 5
        5, 3, 9 | Sort-Object -Bottom 1 | Should -Be 9
        ($null, 1, 0 | Sort-Object)[-1] | Should -Be 1
    }

    It 'sorts by properties, each in its direction, and keeps the order of equals' {
        $items = foreach ($pair in '1x', '1a', '0z', '1a') { [pscustomobject] @{ N = [int] $pair.Substring(0, 1); T = $pair.Substring(1); Text = $pair } }
        ($items | Sort-Object N, @{ e = 'T'; Descending = $true }).Text | Should -Be 0z, 1x, 1a, 1a
        'bb', 'a', 'cc' | Sort-Object { $_.Length } | Should -Be a, bb, cc
    }
}

Describe 'Group-Object' {
    It 'counts and keeps' {
        $groups = 1..5 | Group-Object { $_ % 2 }
        $groups.Name | Should -Be '0', '1'
        $groups[1].Count | Should -Be 3
        $groups[1].Group | Should -Be 1, 3, 5
        $groups[1].Values[0] | Should -BeOfType int
    }

    It 'makes a table' {
        $table = [pscustomobject] @{ k = 'x'; v = 1 }, [pscustomobject] @{ k = 'X'; v = 2 } | Group-Object k -AsHashTable -AsString
        $table.Count | Should -Be 1
        $table['x'].v | Should -Be 1, 2
    }

    It 'tells case apart only when asked' {
        @('a', 'A' | Group-Object).Count | Should -Be 1
        @('a', 'A' | Group-Object -CaseSensitive -NoElement).Count | Should -Be 2
    }
}

Describe 'Measure-Object' {
    It 'measures numbers' {
        $all = 1..4 | Measure-Object -AllStats
        $all.Count, $all.Sum, $all.Average, $all.Minimum, $all.Maximum | Should -Be 4, 10, 2.5, 1, 4
        [Math]::Round($all.StandardDeviation, 4) | Should -Be 1.291
        (1..4 | Measure-Object).Sum | Should -BeNullOrEmpty
        ('a', 'b' | Measure-Object).Count | Should -Be 2
        (@() | Measure-Object).Count | Should -Be 0
    }

    It 'measures a property and text' {
        ([pscustomobject] @{ n = 2 }, [pscustomobject] @{ n = 5 } | Measure-Object n -Sum).Sum | Should -Be 7
        $text = 'ab', 'c d' | Measure-Object -Word -Line -Character
        $text.Words, $text.Lines, $text.Characters | Should -Be 3, 2, 5
        ('b', 'a' | Measure-Object -Maximum).Maximum | Should -Be b
    }

    It 'refuses what is no number' {
        { 'x' | Measure-Object -Sum -ErrorAction Stop } | Should -Throw -ErrorId 'NonNumericInputObject,*'
    }
}

Describe 'Compare-Object' {
    It 'shows both sides' {
        $differences = Compare-Object 1, 2, 3 2, 3, 4
        ($differences | Where-Object SideIndicator -EQ '<=').InputObject | Should -Be 1
        ($differences | Where-Object SideIndicator -EQ '=>').InputObject | Should -Be 4
        (Compare-Object 1, 2 1, 2) | Should -BeNullOrEmpty
        @(Compare-Object 1, 2 1, 2 -IncludeEqual).SideIndicator | Should -Be '==', '=='
    }

    It 'compares properties' {
        $difference = Compare-Object ([pscustomobject] @{ a = 1; b = 2 }) ([pscustomobject] @{ a = 1; b = 3 }) -Property a, b
        $difference.b | Sort-Object | Should -Be 2, 3
        Compare-Object ([pscustomobject] @{ a = 1; b = 2 }) ([pscustomobject] @{ a = 1; b = 3 }) -Property a | Should -BeNullOrEmpty
    }
}

Describe 'Members' {
    It 'lists them by kind and name' {
        $members = [pscustomobject] @{ b = 1; a = 2 } | Get-Member
        $members.Name | Should -Be Equals, GetHashCode, GetType, ToString, a, b
        ($members | Where-Object Name -EQ a).Definition | Should -Be 'int a=2'
        ([math] | Get-Member -Static -Name PI).MemberType | Should -Be Property
    }

    It 'adds them' {
        $object = [pscustomobject] @{ a = 1 }
        $object | Add-Member b 2
        $object | Add-Member -MemberType ScriptProperty -Name c -Value { $this.a + 1 }
        $object | Add-Member @{ d = 4 }
        $object | Add-Member ScriptMethod m { "m$($this.a)" }
        $object.b, $object.c, $object.d, $object.m() | Should -Be 2, 2, 4, 'm1'
        { $object | Add-Member b 3 -ErrorAction Stop } | Should -Throw -ErrorId 'MemberAlreadyExists,*'
        ($object | Add-Member b 3 -Force -PassThru).b | Should -Be 3
    }

    It 'makes objects' {
        (New-Object System.Version 1, 2).Minor | Should -Be 2
        (New-Object psobject -Property @{ q = 1 }).q | Should -Be 1
        { New-Object no.such.type } | Should -Throw -ErrorId 'TypeNotFound,*'
    }
}

Describe 'Variables' {
    It 'sets, finds and removes them in scopes' {
        & {
            Set-Variable here 1
            Set-Variable above 2 -Scope 1
        }
        $here | Should -BeNullOrEmpty
        $above | Should -Be 2
        (Get-Variable abov?).Name | Should -Be above
        Get-Variable above -ValueOnly | Should -Be 2
        Remove-Variable above
        $above | Should -BeNullOrEmpty
    }

    It 'reports what cannot be' {
        { Get-Variable nosuch -ErrorAction Stop } | Should -Throw -ErrorId 'VariableNotFound,*'
        Set-Variable fixed 1 -Option ReadOnly
        Set-Variable fixed 2 -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeLike 'VariableNotWritable,*'
        Set-Variable fixed 2 -Force
        $fixed | Should -Be 2
        New-Variable fixed 2 -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeLike 'VariableAlreadyExists,*'
        Remove-Variable fixed -Force
    }

    It 'collects what comes through the pipeline' {
        1..3 | Set-Variable list
        $list.Count | Should -Be 3
    }
}
