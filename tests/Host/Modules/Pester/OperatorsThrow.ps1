Add-Operator Throw {
    param ($actual, $expected, $options)
    if ($actual -isnot [scriptblock]) {
        throw [ArgumentException] 'Input is not a ScriptBlock. Input to -Throw and -Not -Throw must be enclosed in curly braces.'
    }
    $caught = $null
    try {
        $null = & $actual
    }
    catch {
        $caught = $_
    }

    $because = Format-Because $options.Because
    $from = if ($caught) { " from $(Format-Origin $caught)" } else { '' }
    if ($options.Not) {
        if ($caught) {
            "Expected no exception to be thrown,$because but an exception `"$($caught.Exception.Message)`" was thrown$from."
        }
        return
    }
    $wanted = Get-ThrowExpectation $expected $options
    if (-not $caught) {
        return "Expected an exception$($wanted.Text) to be thrown,$because but no exception was thrown."
    }

    $differences = @(Get-ThrowDifference $caught $wanted)
    if ($differences.Count -gt 0) {
        return "Expected an exception$($wanted.Text) to be thrown,$because but $($differences -join ' and ').$from"
    }
    $caught
}

function Get-ThrowExpectation($Expected, $Options) {
    $bound = $Options.Bound
    $wanted = @{
        Type = $bound['ExceptionType']
        Message = if ($Options.HasExpected -and $Expected) { [string] $Expected } else { $null }
        Id = $bound['ErrorId']
    }
    $parts = @(
        if ($wanted.Type) { "type [$($wanted.Type.FullName)]" }
        if ($wanted.Message) { "message like '$($wanted.Message)'" }
        if ($wanted.Id) { "FullyQualifiedErrorId '$($wanted.Id)'" }
    )
    $wanted.Text = if ($parts) { ' with ' + ($parts -join ', ') } else { '' }
    $wanted
}

function Get-ThrowDifference($Caught, $Wanted) {
    if ($Wanted.Type -and $Caught.Exception -isnot $Wanted.Type) {
        "the exception type was [$($Caught.Exception.GetType().FullName)]"
    }
    # A message without wildcards that has brackets in it still fits itself.
    if ($Wanted.Message -and $Caught.Exception.Message -notlike $Wanted.Message -and
        $Caught.Exception.Message -ne $Wanted.Message -and
        $Caught.Exception.Message -notlike ($Wanted.Message -replace '\[', '`[' -replace '\]', '`]')) {
        "the message was '$($Caught.Exception.Message)'"
    }
    if ($Wanted.Id -and $Caught.FullyQualifiedErrorId -notlike $Wanted.Id -and ($Caught.FullyQualifiedErrorId -split ',')[0] -ne $Wanted.Id) {
        "the FullyQualifiedErrorId was '$($Caught.FullyQualifiedErrorId)'"
    }
}

function Format-Origin($Record) {
    "$($Record.InvocationInfo.PositionMessage)" -replace '^At ', '' -replace '\r?\n', "`n    "
}

Add-Operator HaveParameter {
    param ($actual, $expected, $options)
    if ($actual -isnot [System.Management.Automation.CommandInfo]) {
        throw [ArgumentException] 'Input value must be non-null CommandInfo object. You can get one by calling Get-Command.'
    }
    $bound = $options.Bound
    $command = if ($actual -is [System.Management.Automation.AliasInfo]) { $actual.ResolvedCommand } else { $actual }
    $parameter = $command.Parameters[$expected]
    $faults = @(Get-ParameterFault $command $parameter $bound)
    if (($faults.Count -eq 0) -eq $options.Not) {
        if ($options.Not) { "Expected command $($command.Name) to not have a parameter $expected,$(Format-Because $options.Because) but it did." }
        else { "Expected command $($command.Name) to have a parameter $expected,$(Format-Because $options.Because) but $($faults -join ' and ')." }
    }
}

function Get-ParameterFault($Command, $Parameter, $Bound) {
    if (-not $Parameter) {
        return 'the parameter is missing'
    }
    $attributes = @($Parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.ParameterAttribute] })
    if ($Bound.ContainsKey('InParameterSet')) {
        $attributes = @($attributes | Where-Object { $_.ParameterSetName -in $Bound['InParameterSet'], '__AllParameterSets' })
        if ($attributes.Count -eq 0) {
            "it was not in parameter set $($Bound['InParameterSet'])"
        }
    }
    if ($Bound.ContainsKey('Type')) {
        $type = if ($Bound['Type'] -is [type]) { $Bound['Type'] } else { ($Bound['Type'] -replace '^\[(.*)\]$', '$1') -as [type] }
        if ($Parameter.ParameterType -ne $type) {
            "it was of type [$($Parameter.ParameterType.FullName)]"
        }
    }
    if ($Bound.ContainsKey('Mandatory') -and -not ($attributes | Where-Object Mandatory)) {
        "it wasn't mandatory"
    }
    if ($Bound.ContainsKey('HasArgumentCompleter') -and
        -not ($Parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.ArgumentCompleterAttribute] })) {
        'it had no ArgumentCompleter'
    }
    foreach ($alias in $Bound['Alias']) {
        if ($alias -and $alias -notin $Parameter.Aliases) {
            "it didn't have the alias $alias"
        }
    }
    if ($Bound.ContainsKey('DefaultValue')) {
        $declared = $Command.ScriptBlock.Ast.Find({ param ($node) $node -is [System.Management.Automation.Language.ParameterAst] -and $node.Name.VariablePath.UserPath -eq $Parameter.Name }, $true)
        if ("$($declared.DefaultValue)".Trim("'`"") -ne "$($Bound['DefaultValue'])") {
            "the default value was '$($declared.DefaultValue)'"
        }
    }
}
