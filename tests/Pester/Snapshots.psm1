# The public surface as text: what users of the assemblies and of the cmdlets can rely on. tests/Pester/Update-Snapshots.ps1 writes it to snapshots/.

function Get-ShortName([type] $Type) {
    if ($Type.IsArray) { return "$(Get-ShortName $Type.GetElementType())[]" }
    if ($Type.IsByRef) { return "ref $(Get-ShortName $Type.GetElementType())" }
    $bare = [Nullable]::GetUnderlyingType($Type)
    if ($bare) { return "$(Get-ShortName $bare)?" }
    if (-not $Type.IsGenericType) { return $Type.Name }
    "$($Type.Name -replace '`.*')<$(($Type.GetGenericArguments() | ForEach-Object { Get-ShortName $_ }) -join ', ')>"
}

function Format-ParameterList($Parameters) { '(' + (($Parameters | ForEach-Object { "$(Get-ShortName $_.ParameterType) $($_.Name)" }) -join ', ') + ')' }

function Format-Property($Property) {
    $setter = $Property.GetSetMethod()
    $isInit = $setter -and ($setter.ReturnParameter.GetRequiredCustomModifiers().Name -contains 'IsExternalInit')
    $access = if (-not $setter) { 'get' } elseif ($isInit) { 'get, init' } else { 'get, set' }
    "$($Property.Name) : $(Get-ShortName $Property.PropertyType) ($access)"
}

# Members that a type declares itself, without those that the compiler makes for records.
function Get-MemberText([type] $Type) {
    if ($Type.IsEnum) {
        foreach ($name in [Enum]::GetNames($Type)) { "$name = $([Convert]::ToInt64([Enum]::Parse($Type, $name)))" }
        return
    }
    $flags = [Reflection.BindingFlags] 'Public, Instance, Static, DeclaredOnly'
    $made = 'EqualityContract', 'Equals', 'GetHashCode', 'PrintMembers', 'Deconstruct', '<Clone>$', 'ToString', 'Dispose'
    foreach ($property in $Type.GetProperties($flags)) { if ($property.Name -notin $made) { Format-Property $property } }
    foreach ($field in $Type.GetFields($flags)) { "$($field.Name) : $(Get-ShortName $field.FieldType) (field)" }
    foreach ($constructor in $Type.GetConstructors($flags)) { "new$(Format-ParameterList $constructor.GetParameters())" }
    foreach ($method in $Type.GetMethods($flags)) {
        if (-not $method.IsSpecialName -and $method.Name -notin $made) { "$($method.Name)$(Format-ParameterList $method.GetParameters()) : $(Get-ShortName $method.ReturnType)" }
    }
}

# The public types of ContainerPS and ContainerPS.Engine with their members, a line each.
function Get-ApiSnapshot {
    $types = [ContainerPS.Container].Assembly.GetExportedTypes() + [ContainerPS.Module.ContainerView].Assembly.GetExportedTypes() |
        Where-Object { $_.Namespace -match '^ContainerPS(\.Engine(\..*)?)?$' -and -not $_.IsNested }
    $names = [string[]] $types.FullName
    [Array]::Sort($names, [StringComparer]::Ordinal)
    foreach ($name in $names) {
        $type = $types | Where-Object FullName -CEQ $name
        $kind = if ($type.IsEnum) { 'enum' } elseif ($type.IsInterface) { 'interface' } elseif ($type.IsValueType) { 'struct' } elseif ($type.IsAbstract -and $type.IsSealed) { 'static class' } elseif ($type.IsAbstract) { 'abstract class' } else { 'class' }
        $base = if ($kind -in 'class', 'abstract class' -and $type.BaseType -ne [object]) { " : $(Get-ShortName $type.BaseType)" }
        "$kind $name$base"
        $members = [string[]] @(Get-MemberText $type)
        [Array]::Sort($members, [StringComparer]::Ordinal)
        foreach ($member in $members) { "    $member" }
    }
}

# The cmdlets with their parameters, a line each; hidden ones, which only catch words of programs, are left out.
function Get-ParameterSnapshot {
    $commands = @(Get-Command -Module ContainerPS -CommandType Cmdlet | Sort-Object Name)
    foreach ($command in $commands) {
        $outputs = @($command.OutputType.Name | ForEach-Object { $_ -replace '^.*\.' }) -join ', '
        $impact = if ($command.Parameters.ContainsKey('WhatIf')) { ', WhatIf' }
        "$($command.Name) : $outputs$impact"
        foreach ($parameter in $command.Parameters.Values | Sort-Object Name) {
            $attributes = @($parameter.Attributes | Where-Object { $_ -is [Parameter] })
            if (-not $command.ImplementingType.GetProperty($parameter.Name) -or $attributes.Where({ $_.DontShow })) { continue }
            $facts = @(
                if ($attributes.Where({ $_.Mandatory })) { 'mandatory' }
                if ($attributes.Where({ $_.Position -ge 0 })) { "position $(@($attributes.Position | Where-Object { $_ -ge 0 })[0])" }
                if ($attributes.Where({ $_.ValueFromPipeline })) { 'by value' }
                if ($attributes.Where({ $_.ValueFromPipelineByPropertyName })) { 'by property name' }
                if ($attributes.Where({ $_.ValueFromRemainingArguments })) { 'remaining words' }
                if ($parameter.Aliases) { "alias $(($parameter.Aliases | Sort-Object) -join ', ')" }
                if ($attributes[0].ParameterSetName -ne '__AllParameterSets') { "set $(($attributes.ParameterSetName | Sort-Object) -join ', ')" }
            )
            "    -$($parameter.Name) $(Get-ShortName $parameter.ParameterType)$(if ($facts) { ' (' + ($facts -join '; ') + ')' })"
        }
    }
    foreach ($alias in Get-Command -Module ContainerPS -CommandType Alias | Sort-Object Name) { "$($alias.Name) = $($alias.ResolvedCommand.Name)" }
}

Export-ModuleMember -Function Get-ApiSnapshot, Get-ParameterSnapshot
