<#
.SYNOPSIS
Packs a module's folder as the nupkg that a PowerShell gallery takes: what Publish-PSResource would make of it, made without a network.
.PARAMETER Module
The folder, with the manifest.
.PARAMETER Path
The folder to write the package to; its name is that of the module and its version.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Path
)
$ErrorActionPreference = 'Stop'
$manifest = Import-PowerShellDataFile (Join-Path $Module 'ContainerPS.psd1')
$data = $manifest.PrivateData.PSData
$id = 'ContainerPS'
$tags = @('PSModule', 'PSIncludes_Cmdlet') + $data.Tags + @($manifest.CmdletsToExport | ForEach-Object { "PSCmdlet_$_"; "PSCommand_$_" })
$isExecutable = 493 -shl 16 # 0755, where zip keeps a file's mode
$isFile = 420 -shl 16 # 0644

function ConvertTo-XmlText([string] $Text) { [Security.SecurityElement]::Escape($Text) }

$project = if ($data.ContainsKey('ProjectUri')) { "`n    <projectUrl>$(ConvertTo-XmlText $data.ProjectUri)</projectUrl>" }
$nuspec = @"
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
    <id>$id</id>
    <version>$($manifest.ModuleVersion)</version>
    <authors>$(ConvertTo-XmlText $manifest.Author)</authors>
    <owners>$(ConvertTo-XmlText $manifest.CompanyName)</owners>
    <requireLicenseAcceptance>false</requireLicenseAcceptance>
    <license type="expression">MIT</license>$project
    <icon>icon.png</icon>
    <description>$(ConvertTo-XmlText $manifest.Description)</description>
    <releaseNotes>$(ConvertTo-XmlText $data.ReleaseNotes)</releaseNotes>
    <copyright>$(ConvertTo-XmlText $manifest.Copyright)</copyright>
    <tags>$($tags -join ' ')</tags>
  </metadata>
</package>
"@
$relations = @"
<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/$id.nuspec" Id="R1" />
</Relationships>
"@

$files = @(Get-ChildItem -LiteralPath $Module -Recurse -File | Sort-Object FullName)
$kinds = @($files.Extension | Where-Object { $_ } | ForEach-Object { $_.TrimStart('.') }) + 'nuspec', 'rels' | Sort-Object -Unique
$types = @"
<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
$(($kinds | ForEach-Object { "  <Default Extension=`"$_`" ContentType=`"$(if ($_ -eq 'rels') { 'application/vnd.openxmlformats-package.relationships+xml' } else { 'application/octet-stream' })`" />" }) -join "`n")
$(($files | Where-Object { -not $_.Extension } | ForEach-Object { "  <Override PartName=`"/$([IO.Path]::GetRelativePath($Module, $_.FullName))`" ContentType=`"application/octet-stream`" />" }) -join "`n")
</Types>
"@

$null = [IO.Directory]::CreateDirectory($Path)
$package = Join-Path $Path "$id.$($manifest.ModuleVersion).nupkg"
$stream = [IO.FileStream]::new("$package.new", [IO.FileMode]::Create)
$zip = [IO.Compression.ZipArchive]::new($stream, [IO.Compression.ZipArchiveMode]::Create)

function Add-Entry([string] $Name, [byte[]] $Content, [int] $Mode) {
    $entry = $zip.CreateEntry($Name, [IO.Compression.CompressionLevel]::Optimal)
    # The same files give the same package.
    $entry.LastWriteTime = [DateTimeOffset]::new(1980, 1, 1, 0, 0, 0, [TimeSpan]::Zero)
    $entry.ExternalAttributes = $Mode
    $target = $entry.Open()
    $target.Write($Content, 0, $Content.Length)
    $target.Dispose()
}

try {
    Add-Entry '_rels/.rels' ([Text.Encoding]::UTF8.GetBytes($relations)) $isFile
    Add-Entry "$id.nuspec" ([Text.Encoding]::UTF8.GetBytes($nuspec)) $isFile
    Add-Entry '[Content_Types].xml' ([Text.Encoding]::UTF8.GetBytes($types)) $isFile
    foreach ($file in $files) {
        Add-Entry ([IO.Path]::GetRelativePath($Module, $file.FullName)) ([IO.File]::ReadAllBytes($file.FullName)) $(if ($file.Name -eq 'runcs') { $isExecutable } else { $isFile })
    }
}
finally {
    $zip.Dispose()
    $stream.Dispose()
}
[IO.File]::Move("$package.new", $package, $true)
$package
