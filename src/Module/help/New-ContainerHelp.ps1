<#
.SYNOPSIS
Writes the module's help: ContainerPS.dll-Help.xml, with descriptions and examples from the .md files beside this script, parameters from the module itself
(their text is the XML documentation of the properties) and Docker's flags from docker-flags.txt; and about_ContainerPS_Docker.help.txt from docker-flags.txt.
README.md tells how to add a cmdlet.
.PARAMETER Module
The published module's folder, with its assemblies and their XML documentation.
.PARAMETER Path
The folder to write to.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Path
)
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/HelpSource.psm1", "$PSScriptRoot/DockerTopic.psm1"
$Module, $Path = $Module, $Path | ForEach-Object { $PSCmdlet.GetUnresolvedProviderPathFromPSPath($_) }
Import-Module (Join-Path $Module 'ContainerPS.dll')
$texts = Read-ApiText (Join-Path $Module ContainerPS.xml), (Join-Path $Module ContainerPS.Engine.xml)
$sections = Read-DockerFlag
$xml = [Text.StringBuilder]::new()

function Add-Line([string] $Line) { $null = $xml.Append($Line).Append("`n") }
function ConvertTo-XmlText([string] $Text) { [Security.SecurityElement]::Escape($Text) }
function Add-Paragraph([string[]] $Text) { foreach ($paragraph in $Text) { if ($paragraph) { Add-Line "<maml:para>$(ConvertTo-XmlText $paragraph)</maml:para>" } } }
function ConvertTo-Lower($Value) { "$Value".ToLowerInvariant() }

function Get-TypeName([type] $Type) {
    $bare = [Nullable]::GetUnderlyingType($Type)
    if ($bare) { $bare.Name } else { $Type.Name }
}

function Add-Parameter($Command, $Parameter, $Attribute, [switch] $Syntax) {
    $accepted = @(if ($Attribute.ValueFromPipeline) { 'ByValue' }; if ($Attribute.ValueFromPipelineByPropertyName) { 'ByPropertyName' })
    $pipeline = if ($accepted) { "true ($($accepted -join ', '))" } else { 'false' }
    $position = if ($Attribute.Position -ge 0) { $Attribute.Position } else { 'named' }
    $aliases = if ($Parameter.Aliases) { $Parameter.Aliases -join ', ' } else { 'none' }
    $globbing = [bool]($Parameter.Attributes | Where-Object { $_ -is [Management.Automation.SupportsWildcardsAttribute] })
    $isArray = ConvertTo-Lower $Parameter.ParameterType.IsArray
    Add-Line "<command:parameter required=`"$(ConvertTo-Lower $Attribute.Mandatory)`" variableLength=`"$isArray`" globbing=`"$(ConvertTo-Lower $globbing)`" pipelineInput=`"$pipeline`" position=`"$position`" aliases=`"$aliases`">"
    Add-Line "<maml:name>$($Parameter.Name)</maml:name>"
    $declaring = $Command.ImplementingType.GetProperty($Parameter.Name).DeclaringType.FullName
    Add-Line '<maml:description>'
    Add-Paragraph $texts["P:$declaring.$($Parameter.Name)"], (Get-DockerText $sections $Command.Name $Parameter.Name)
    Add-Line '</maml:description>'
    $type = Get-TypeName $Parameter.ParameterType
    if (-not $Parameter.SwitchParameter) { Add-Line "<command:parameterValue required=`"true`" variableLength=`"$isArray`">$type</command:parameterValue>" }
    if (-not $Syntax) { Add-Line "<dev:type><maml:name>$type</maml:name><maml:uri /></dev:type>" }
    Add-Line '</command:parameter>'
}

# What PowerShell itself adds to a command that changes something.
function Add-ShouldProcessParameter($Command, [switch] $Syntax) {
    if (-not $Command.Parameters.ContainsKey('WhatIf')) { return }
    foreach ($parameter in ('WhatIf', 'wi', 'Shows what would happen, and does nothing.'), ('Confirm', 'cf', 'Asks before anything is changed.')) {
        $name, $alias, $text = $parameter
        Add-Line "<command:parameter required=`"false`" variableLength=`"false`" globbing=`"false`" pipelineInput=`"false`" position=`"named`" aliases=`"$alias`">"
        Add-Line "<maml:name>$name</maml:name>"
        Add-Line '<maml:description>'
        Add-Paragraph $text
        Add-Line '</maml:description>'
        if (-not $Syntax) { Add-Line '<dev:type><maml:name>SwitchParameter</maml:name><maml:uri /></dev:type>' }
        Add-Line '</command:parameter>'
    }
}

function Add-Syntax($Command, $Shown) {
    Add-Line '<command:syntax>'
    foreach ($set in $Command.ParameterSets) {
        Add-Line "<command:syntaxItem><maml:name>$($Command.Name)</maml:name>"
        foreach ($parameter in $Shown) {
            $attribute = $parameter.Attributes | Where-Object { $_ -is [Parameter] -and $_.ParameterSetName -in $set.Name, '__AllParameterSets' } | Select-Object -First 1
            if ($attribute) { Add-Parameter $Command $parameter $attribute -Syntax }
        }
        Add-ShouldProcessParameter $Command -Syntax
        Add-Line '</command:syntaxItem>'
    }
    Add-Line '</command:syntax>'
}

# What the pipeline may bring, and what comes out: types, with what their own documentation says of them.
function Add-TypeElement([string] $Element, [string] $Name, [string] $Description) {
    Add-Line "<command:$Element><dev:type><maml:name>$(ConvertTo-XmlText $Name)</maml:name></dev:type>"
    Add-Line '<maml:description>'
    Add-Paragraph $Description
    Add-Line "</maml:description></command:$Element>"
}

function Add-InputType($Command, $Shown) {
    Add-Line '<command:inputTypes>'
    $piped = @(foreach ($parameter in $Shown) {
            $attributes = @($parameter.Attributes | Where-Object { $_ -is [Parameter] })
            $names = @(if ($attributes.Where({ $_.ValueFromPipeline })) { 'by value' }; if ($attributes.Where({ $_.ValueFromPipelineByPropertyName })) { 'by property name' })
            if ($names) { [pscustomobject]@{ Type = Get-TypeName $parameter.ParameterType; Text = "-$($parameter.Name), $($names -join ' and '): $($texts["P:$($Command.ImplementingType.GetProperty($parameter.Name).DeclaringType.FullName).$($parameter.Name)"])" } }
        })
    foreach ($one in $piped) { Add-TypeElement inputType $one.Type $one.Text }
    if (-not $piped) { Add-TypeElement inputType 'None' 'It takes nothing from the pipeline.' }
    Add-Line '</command:inputTypes>'
}

function Add-OutputType($Command) {
    Add-Line '<command:returnValues>'
    $isQuiet = $Command.Parameters.ContainsKey('PassThru') -and $Command.OutputType.Count -eq 1
    if ($isQuiet) { Add-TypeElement returnValue 'None' 'It returns nothing by itself.' }
    foreach ($type in $Command.OutputType) {
        $description = $texts["T:$($type.Name)"]
        Add-TypeElement returnValue $type.Name $(if ($isQuiet) { "With -PassThru: $description" } else { $description })
    }
    if (-not $Command.OutputType) { Add-TypeElement returnValue 'None' 'It returns nothing.' }
    Add-Line '</command:returnValues>'
}

Add-Line '<?xml version="1.0" encoding="utf-8"?>'
Add-Line '<helpItems schema="maml" xmlns="http://msh">'
foreach ($command in Get-Command -Module ContainerPS -CommandType Cmdlet | Sort-Object Name) {
    $file = "$PSScriptRoot/$($command.Name).md"
    if (-not (Test-Path -LiteralPath $file)) { throw "The cmdlet $($command.Name) has no help: write $($command.Name).md." }
    $source = Read-HelpSource $file
    $synopsis = $texts["T:$($command.ImplementingType.FullName)"] -replace '^[\w-]+: '
    $synopsis = $synopsis.Substring(0, 1).ToUpperInvariant() + $synopsis.Substring(1)
    $shown = @(Get-OwnParameter $command)
    Add-Line '<command:command xmlns:maml="http://schemas.microsoft.com/maml/2004/10" xmlns:command="http://schemas.microsoft.com/maml/dev/command/2004/10" xmlns:dev="http://schemas.microsoft.com/maml/dev/2004/10">'
    Add-Line "<command:details><command:name>$($command.Name)</command:name><command:verb>$($command.Verb)</command:verb><command:noun>$($command.Noun)</command:noun>"
    Add-Line '<maml:description>'
    Add-Paragraph $synopsis
    Add-Line '</maml:description></command:details>'
    Add-Line '<maml:description>'
    Add-Paragraph $source.Description
    Add-Line '</maml:description>'
    Add-Syntax $command $shown
    Add-Line '<command:parameters>'
    foreach ($parameter in $shown) { Add-Parameter $command $parameter ($parameter.Attributes | Where-Object { $_ -is [Parameter] } | Select-Object -First 1) }
    Add-ShouldProcessParameter $command
    Add-Line '</command:parameters>'
    Add-InputType $command $shown
    Add-OutputType $command
    Add-Line '<command:examples>'
    $number = 0
    foreach ($example in $source.Examples) {
        $number++
        # The dashes are PowerShell's own habit, and so is the empty paragraph: without them one example's remarks run into the next one's title.
        Add-Line "<command:example><maml:title>---------- Example $number`: $(ConvertTo-XmlText $example.Title) ----------</maml:title>"
        Add-Line "<dev:code>$(ConvertTo-XmlText $example.Code)</dev:code>"
        Add-Line '<dev:remarks>'
        Add-Paragraph $example.Remarks
        Add-Line '<maml:para />'
        Add-Line '</dev:remarks></command:example>'
    }
    Add-Line '</command:examples>'
    Add-Line '<command:relatedLinks><maml:navigationLink><maml:linkText>about_ContainerPS_Docker</maml:linkText><maml:uri /></maml:navigationLink></command:relatedLinks>'
    Add-Line '</command:command>'
}
Add-Line '</helpItems>'
$null = [IO.Directory]::CreateDirectory($Path)
[IO.File]::WriteAllText((Join-Path $Path 'ContainerPS.dll-Help.xml'), $xml.ToString())
[IO.File]::WriteAllText((Join-Path $Path 'about_ContainerPS_Docker.help.txt'), (ConvertTo-DockerTopic $sections))
