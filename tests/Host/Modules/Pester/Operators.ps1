[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', 'expected', Justification = 'All operators are called with the same parameters.')]
param ()

# The sentence of a comparison that failed.
function Get-Failure([string] $Expectation, $Options, [string] $Found) {
    "Expected $Expectation,$(Format-Because $Options.Because) but $Found"
}

Add-Operator Be, BeExactly {
    param ($actual, $expected, $options)
    if ((Test-Same $actual $expected $options.Exactly) -ne $options.Not) {
        return
    }
    if ($options.Not) {
        return Get-Failure "$(Format-Value $expected) to be different from the actual value" $options 'got the same value.'
    }

    # A list of one element reads as the element.
    $alone = if ((Test-List $actual) -and @($actual).Count -eq 1) { @($actual)[0] } else { $actual }
    if ($expected -is [string] -and $alone -is [string]) {
        return (Format-StringDifference $alone $expected $options.Exactly $options.Because) -join "`n"
    }
    $adverb = if ($options.Exactly) { 'exactly ' } else { '' }
    if ((Test-List $actual) -and (Test-List $expected) -and @($actual).Count -ne @($expected).Count) {
        $found = "got a collection $(Format-Value $actual) with length $(@($actual).Count)."
        return Get-Failure "$($adverb)a collection $(Format-Value $expected) with length $(@($expected).Count)" $options $found
    }
    Get-Failure "$adverb$(Format-Value $expected)" $options "got $(Format-Value $actual)."
}

Add-Operator BeNullOrEmpty -TakesList {
    param ($actual, $expected, $options)
    $list = @($actual)
    $empty = $list.Count -eq 0 -or ($list.Count -eq 1 -and (Test-Empty $list[0]))
    if ($empty -eq $options.Not) {
        $found = if ($list.Count -eq 1) { Format-Value $list[0] } else { Format-Value $list }
        if ($options.Not) { Get-Failure 'a value' $options 'got $null or empty.' }
        else { Get-Failure '$null or empty' $options "got $found." }
    }
}

function Test-Empty($Value) {
    ($null -eq $Value) -or ($Value -is [string] -and $Value.Length -eq 0) -or
    ($Value -is [System.Collections.ICollection] -and $Value.Count -eq 0)
}

Add-Operator BeTrue, BeFalse {
    param ($actual, $expected, $options)
    $wanted = $options.Operator -eq 'BeTrue'
    if ((([bool] $actual) -eq $wanted) -eq $options.Not) {
        $text = if ($wanted) { '$true' } else { '$false' }
        if ($options.Not) { Get-Failure "$text to be different from the actual value" $options "got $(Format-Value $actual)." }
        else { Get-Failure $text $options "got $(Format-Value $actual)." }
    }
}

Add-Operator BeGreaterThan, BeLessOrEqual {
    param ($actual, $expected, $options)
    if (($actual -gt $expected) -ne (($options.Operator -eq 'BeGreaterThan') -ne $options.Not)) {
        $text = if (($options.Operator -eq 'BeGreaterThan') -ne $options.Not) { 'greater than' } else { 'less than or equal to' }
        Get-Failure "the actual value to be $text $(Format-Value $expected)" $options "got $(Format-Value $actual)."
    }
}

Add-Operator BeLessThan, BeGreaterOrEqual {
    param ($actual, $expected, $options)
    if (($actual -lt $expected) -ne (($options.Operator -eq 'BeLessThan') -ne $options.Not)) {
        $text = if (($options.Operator -eq 'BeLessThan') -ne $options.Not) { 'less than' } else { 'greater than or equal to' }
        Get-Failure "the actual value to be $text $(Format-Value $expected)" $options "got $(Format-Value $actual)."
    }
}

Add-Operator BeLike, BeLikeExactly {
    param ($actual, $expected, $options)
    $fits = if ($options.Exactly) { [bool] ($actual -clike $expected) } else { [bool] ($actual -like $expected) }
    if ($fits -eq $options.Not) {
        $adverb = if ($options.Exactly) { 'case sensitively ' } else { '' }
        if ($options.Not) { Get-Failure "$($adverb)like wildcard $(Format-Value $expected) to not match $(Format-Value $actual)" $options 'it did match.' }
        else { Get-Failure "$($adverb)like wildcard $(Format-Value $expected) to match $(Format-Value $actual)" $options 'it did not match.' }
    }
}

Add-Operator Match, MatchExactly {
    param ($actual, $expected, $options)
    $fits = if ($options.Exactly) { [bool] ($actual -cmatch $expected) } else { [bool] ($actual -match $expected) }
    if ($fits -eq $options.Not) {
        $adverb = if ($options.Exactly) { 'case sensitively ' } else { '' }
        if ($options.Not) { Get-Failure "regular expression $(Format-Value $expected) to not $($adverb)match $(Format-Value $actual)" $options 'it did match.' }
        else { Get-Failure "regular expression $(Format-Value $expected) to $($adverb)match $(Format-Value $actual)" $options 'it did not match.' }
    }
}

Add-Operator BeIn {
    param ($actual, $expected, $options)
    if (($expected -contains $actual) -eq $options.Not) {
        if ($options.Not) { Get-Failure "collection $(Format-Value $expected) to not contain $(Format-Value $actual)" $options 'it was found.' }
        else { Get-Failure "collection $(Format-Value $expected) to contain $(Format-Value $actual)" $options 'it was not found.' }
    }
}

Add-Operator Contain -TakesList {
    param ($actual, $expected, $options)
    if ((@($actual) -contains $expected) -eq $options.Not) {
        if ($options.Not) { Get-Failure "$(Format-Value $expected) to not be found in collection $(Format-Value @($actual))" $options 'it was found.' }
        else { Get-Failure "$(Format-Value $expected) to be found in collection $(Format-Value @($actual))" $options 'it was not found.' }
    }
}

Add-Operator HaveCount -TakesList {
    param ($actual, $expected, $options)
    $count = if ($null -eq $actual) { 0 } else { @($actual).Count }
    if (($count -eq $expected) -eq $options.Not) {
        if ($options.Not) { return Get-Failure "a collection with size different from $expected" $options "got collection with that size $(Format-Value @($actual))." }
        $wanted = if ($expected -eq 0) { 'an empty collection' } else { "a collection with size $expected" }
        $found = if ($count -eq 0) { 'got an empty collection.' } else { "got collection with size $count $(Format-Value @($actual))." }
        Get-Failure $wanted $options $found
    }
}

Add-Operator BeOfType {
    param ($actual, $expected, $options)
    $type = if ($expected -is [type]) { $expected } else { ($expected -replace '^\[(.*)\]$', '$1') -as [type] }
    if (-not $type) {
        throw [ArgumentException] "Could not find type [$expected]. Make sure that the assembly that contains that type is loaded."
    }
    if (($actual -is $type) -eq $options.Not) {
        $is = if ($null -eq $actual) { '$null' } else { "$(Format-Value $actual)" }
        $has = if ($null -eq $actual) { '' } else { " of type [$($actual.GetType().FullName)]" }
        if ($options.Not) { "Expected the value to not have type [$($type.FullName)] or any of its subtypes,$(Format-Because $options.Because) but got $is with type [$($actual.GetType().FullName)]." }
        else { "Expected the value to have type [$($type.FullName)] or any of its subtypes,$(Format-Because $options.Because) but got $is$($has.Replace(' of type', ' with type'))." }
    }
}

Add-Operator Exist {
    param ($actual, $expected, $options)
    if ((Test-Path -Path "$actual") -eq $options.Not) {
        if ($options.Not) { Get-Failure "path $(Format-Value $actual) to not exist" $options 'it did exist.' }
        else { Get-Failure "path $(Format-Value $actual) to exist" $options 'it did not exist.' }
    }
}

Add-Operator FileContentMatch, FileContentMatchExactly, FileContentMatchMultiline, FileContentMatchMultilineExactly {
    param ($actual, $expected, $options)
    $multiline = $options.Operator -like '*Multiline*'
    $pieces = if ($multiline) { Get-Content -Path $actual -Raw -ErrorAction Stop } else { Get-Content -Path $actual -ErrorAction Stop }
    $fits = @($pieces | Where-Object { if ($options.Exactly) { $_ -cmatch $expected } else { $_ -match $expected } }).Count -gt 0
    if ($fits -eq $options.Not) {
        $adverb = if ($options.Exactly) { 'case sensitively ' } else { '' }
        if ($options.Not) { Get-Failure "$(Format-Value $expected) to not be $($adverb)found in file '$actual'" $options 'it was found.' }
        else { Get-Failure "$(Format-Value $expected) to be $($adverb)found in file '$actual'" $options 'it was not found.' }
    }
}
