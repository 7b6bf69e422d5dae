<#
.SYNOPSIS
Writes en-US/ContainerPS.dll-Help.xml: descriptions and examples from the .md files beside this script, everything about parameters from the module itself
(their text is the XML documentation of the properties).
.PARAMETER Module
The built module's folder, with ContainerPS.dll and ContainerPS.xml.
.PARAMETER Path
The file to write.
#>
param(
    [Parameter(Mandatory)] [string] $Module,
    [string] $Path = "$PSScriptRoot/../en-US/ContainerPS.dll-Help.xml"
)
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $Module 'ContainerPS.dll')
$texts = @{}
foreach ($member in ([xml][IO.File]::ReadAllText((Join-Path $Module 'ContainerPS.xml'))).doc.members.member) {
    $texts[$member.name] = ($member['summary'].InnerText -replace '\s+', ' ').Trim()
}
$xml = [Text.StringBuilder]::new()

function Add-Line([string] $Line) { $null = $xml.Append($Line).Append("`n") }
function ConvertTo-XmlText([string] $Text) { [Security.SecurityElement]::Escape($Text) }
function Add-Paragraph([string[]] $Text) { foreach ($paragraph in $Text) { Add-Line "<maml:para>$(ConvertTo-XmlText $paragraph)</maml:para>" } }

# Description, and examples as title, code and remarks.
function Read-Source([string] $File) {
    $parts = [IO.File]::ReadAllText($File).Trim() -split '(?m)^## '
    $examples = foreach ($part in $parts | Select-Object -Skip 1) {
        $lines = $part.Trim() -split '\r?\n'
        [pscustomobject]@{
            Title   = $lines[0]
            Code    = ($lines | Select-Object -Skip 1 | Where-Object { $_ -match '^    ' } | ForEach-Object { $_.Substring(4) }) -join "`n"
            Remarks = (($lines | Select-Object -Skip 1 | Where-Object { $_ -notmatch '^    ' }) -join "`n").Trim() -replace '\s+', ' '
        }
    }
    [pscustomobject]@{ Description = $parts[0].Trim() -split '(?:\r?\n){2,}' | ForEach-Object { $_ -replace '\s+', ' ' }; Examples = @($examples) }
}

function Get-TypeName([type] $Type) {
    $bare = [Nullable]::GetUnderlyingType($Type)
    if ($bare) { $bare.Name } else { $Type.Name }
}

function Add-Parameter($Command, $Parameter, $Attribute, [switch] $Syntax) {
    $input = @(if ($Attribute.ValueFromPipeline) { 'ByValue' }; if ($Attribute.ValueFromPipelineByPropertyName) { 'ByPropertyName' })
    $pipeline = if ($input) { "true ($($input -join ', '))" } else { 'false' }
    $position = if ($Attribute.Position -ge 0) { $Attribute.Position } else { 'named' }
    $aliases = if ($Parameter.Aliases) { $Parameter.Aliases -join ', ' } else { 'none' }
    $globbing = [bool]($Parameter.Attributes | Where-Object { $_ -is [Management.Automation.SupportsWildcardsAttribute] })
    Add-Line "<command:parameter required=`"$("$($Attribute.Mandatory)".ToLowerInvariant())`" variableLength=`"$("$($Parameter.ParameterType.IsArray)".ToLowerInvariant())`" globbing=`"$("$globbing".ToLowerInvariant())`" pipelineInput=`"$pipeline`" position=`"$position`" aliases=`"$aliases`">"
    Add-Line "<maml:name>$($Parameter.Name)</maml:name>"
    $declaring = $Command.ImplementingType.GetProperty($Parameter.Name).DeclaringType.FullName
    Add-Line '<maml:description>'
    Add-Paragraph $texts["P:$declaring.$($Parameter.Name)"]
    Add-Line '</maml:description>'
    $type = Get-TypeName $Parameter.ParameterType
    if (-not $Parameter.SwitchParameter) { Add-Line "<command:parameterValue required=`"true`" variableLength=`"$("$($Parameter.ParameterType.IsArray)".ToLowerInvariant())`">$type</command:parameterValue>" }
    if (-not $Syntax) { Add-Line "<dev:type><maml:name>$type</maml:name><maml:uri /></dev:type>" }
    Add-Line '</command:parameter>'
}

Add-Line '<?xml version="1.0" encoding="utf-8"?>'
Add-Line '<helpItems schema="maml" xmlns="http://msh">'
foreach ($file in [IO.Directory]::GetFiles($PSScriptRoot, '*.md') | Sort-Object) {
    $command = Get-Command ([IO.Path]::GetFileNameWithoutExtension($file))
    $source = Read-Source $file
    $synopsis = $texts["T:$($command.ImplementingType.FullName)"] -replace '^[\w-]+: '
    $synopsis = $synopsis.Substring(0, 1).ToUpperInvariant() + $synopsis.Substring(1)
    $shown = $command.Parameters.Values | Where-Object {
        $command.ImplementingType.GetProperty($_.Name) -and -not ($_.Attributes | Where-Object { $_ -is [Parameter] -and $_.DontShow })
    }
    Add-Line '<command:command xmlns:maml="http://schemas.microsoft.com/maml/2004/10" xmlns:command="http://schemas.microsoft.com/maml/dev/command/2004/10" xmlns:dev="http://schemas.microsoft.com/maml/dev/2004/10">'
    Add-Line "<command:details><command:name>$($command.Name)</command:name><command:verb>$($command.Verb)</command:verb><command:noun>$($command.Noun)</command:noun>"
    Add-Line '<maml:description>'
    Add-Paragraph $synopsis
    Add-Line '</maml:description></command:details>'
    Add-Line '<maml:description>'
    Add-Paragraph $source.Description
    Add-Line '</maml:description>'

    Add-Line '<command:syntax>'
    foreach ($set in $command.ParameterSets) {
        Add-Line "<command:syntaxItem><maml:name>$($command.Name)</maml:name>"
        foreach ($parameter in $shown) {
            $attribute = $parameter.Attributes | Where-Object { $_ -is [Parameter] -and $_.ParameterSetName -in $set.Name, '__AllParameterSets' } | Select-Object -First 1
            if ($attribute) { Add-Parameter $command $parameter $attribute -Syntax }
        }
        Add-Line '</command:syntaxItem>'
    }
    Add-Line '</command:syntax>'

    Add-Line '<command:parameters>'
    foreach ($parameter in $shown) { Add-Parameter $command $parameter ($parameter.Attributes | Where-Object { $_ -is [Parameter] } | Select-Object -First 1) }
    Add-Line '</command:parameters>'

    Add-Line '<command:returnValues>'
    foreach ($type in $command.OutputType) { Add-Line "<command:returnValue><dev:type><maml:name>$($type.Name)</maml:name></dev:type></command:returnValue>" }
    Add-Line '</command:returnValues>'

    Add-Line '<command:examples>'
    foreach ($example in $source.Examples) {
        Add-Line "<command:example><maml:title>$(ConvertTo-XmlText $example.Title)</maml:title>"
        Add-Line "<dev:code>$(ConvertTo-XmlText $example.Code)</dev:code>"
        Add-Line '<dev:remarks>'
        Add-Paragraph $example.Remarks
        Add-Line '</dev:remarks></command:example>'
    }
    Add-Line '</command:examples>'
    Add-Line '</command:command>'
}
Add-Line '</helpItems>'
[IO.File]::WriteAllText($Path, $xml.ToString())
