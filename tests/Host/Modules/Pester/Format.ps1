# A value as a message shows it.
function Format-Value($Value) {
    if ($null -eq $Value) { return '$null' }
    if ($Value -is [bool]) { return "`$$("$Value".ToLowerInvariant())" }
    if ($Value -is [string]) { return "'$Value'" }
    if ($Value -is [datetime]) { return $Value.ToString('yyyy-MM-ddTHH:mm:ss.fffffffK') }
    if ($Value -is [type]) { return "[$($Value.FullName)]" }
    if ($Value -is [double] -or $Value -is [decimal] -or $Value -is [float]) { return [string]::Format([cultureinfo]::InvariantCulture, '{0}', $Value) }
    if ($Value -is [scriptblock]) { return "{$Value}" }
    if ($Value -is [System.Collections.IDictionary]) {
        $pairs = foreach ($key in @($Value.Keys | Sort-Object)) { "$key=$(Format-Value $Value[$key])" }
        return '@{' + ($pairs -join '; ') + '}'
    }
    if ($Value -is [System.Collections.IEnumerable]) {
        $items = @($Value)
        $shown = foreach ($item in $items | Select-Object -First 10) { Format-Value $item }
        $more = if ($items.Count -gt 10) { ", ...$($items.Count - 10) more" } else { '' }
        return "@($($shown -join ', ')$more)"
    }
    if ($Value.GetType() -eq [System.Management.Automation.PSCustomObject]) {
        $pairs = foreach ($property in $Value.PSObject.Properties) { "$($property.Name)=$(Format-Value $property.Value)" }
        return 'PSObject{' + ($pairs -join '; ') + '}'
    }

    "$Value"
}

function Format-Because([string] $Because) {
    if (-not $Because) {
        return ''
    }
    " because $($Because.Trim() -replace '^because\s+', ''),"
}

function Test-List($Value) {
    $Value -is [System.Collections.IEnumerable] -and $Value -isnot [string] -and $Value -isnot [System.Collections.IDictionary] -and $Value -isnot [System.Xml.XmlNode]
}

# Equal as -Be understands it: lists element by element, all else by PowerShell's own operator.
function Test-Same($Actual, $Expected, [bool] $CaseSensitive) {
    if ((Test-List $Actual) -or (Test-List $Expected)) {
        $left = @($Actual)
        $right = @($Expected)
        if ($left.Count -ne $right.Count) {
            return $false
        }
        for ($i = 0; $i -lt $left.Count; $i++) {
            if ((Test-List $left[$i]) -or (Test-List $right[$i])) {
                if (-not (Test-Same $left[$i] $right[$i] $CaseSensitive)) { return $false }
            }
            elseif (-not (Test-SameScalar $left[$i] $right[$i] $CaseSensitive)) {
                return $false
            }
        }
        return $true
    }

    Test-SameScalar $Actual $Expected $CaseSensitive
}

function Test-SameScalar($Actual, $Expected, [bool] $CaseSensitive) {
    if ($CaseSensitive) { [bool] ($Expected -ceq $Actual) } else { [bool] ($Expected -eq $Actual) }
}

# Two texts: their lengths, the first place where they differ, and both with a pointer to it.
function Format-StringDifference([string] $Actual, [string] $Expected, [bool] $CaseSensitive, [string] $Because) {
    $length = [Math]::Min($Actual.Length, $Expected.Length)
    $index = $length
    for ($i = 0; $i -lt $length; $i++) {
        $same = if ($CaseSensitive) { $Actual[$i] -ceq $Expected[$i] } else { $Actual[$i] -eq $Expected[$i] }
        if (-not $same) {
            $index = $i
            break
        }
    }

    "Expected strings to be the same,$(Format-Because $Because) but they were different."
    if ($Actual.Length -eq $Expected.Length) {
        "String lengths are both $($Actual.Length)."
    }
    else {
        "Expected length: $($Expected.Length)"
        "Actual length:   $($Actual.Length)"
    }
    "Strings differ at index $index."
    $escape = { param ($text) $text.Replace("`r", '\r').Replace("`n", '\n').Replace("`t", '\t').Replace("`0", '\0').Replace("`e", '\e') }
    "Expected: '$(& $escape $Expected)'"
    "But was:  '$(& $escape $Actual)'"
    ' ' * 11 + '-' * (& $escape $Expected.Substring(0, [Math]::Min($index, $Expected.Length))).Length + '^'
}
