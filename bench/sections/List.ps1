# The list of a thousand images in a warm shell.
param([object] $Bench)

if (-not $Bench.Module) { return }
$count = 1000
$layout = "$($Bench.Images)/thousand"
$blobs = "$layout/blobs/sha256"
$null = [IO.Directory]::CreateDirectory($blobs)
function Add-Blob([byte[]] $Bytes) {
    $hex = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($Bytes)).ToLowerInvariant()
    [IO.File]::WriteAllBytes("$blobs/$hex", $Bytes)
    "`"digest`":`"sha256:$hex`",`"size`":$($Bytes.Length)"
}
$layer = Add-Blob ([IO.File]::ReadAllBytes("$($Bench.Images)/busybox-rootfs.tar"))
$diff = $layer.Substring(9 + 1, 71)
$entries = for ($i = 0; $i -lt $count; $i++) {
    $config = Add-Blob ([Text.Encoding]::UTF8.GetBytes("{`"architecture`":`"amd64`",`"os`":`"linux`",`"created`":`"2026-01-01T00:00:00Z`",`"author`":`"$i`",`"config`":{`"Cmd`":[`"sh`"],`"Labels`":{`"number`":`"$i`"}},`"rootfs`":{`"type`":`"layers`",`"diff_ids`":[`"$diff`"]}}"))
    $manifest = Add-Blob ([Text.Encoding]::UTF8.GetBytes("{`"schemaVersion`":2,`"mediaType`":`"application/vnd.oci.image.manifest.v1+json`",`"config`":{`"mediaType`":`"application/vnd.oci.image.config.v1+json`",$config},`"layers`":[{`"mediaType`":`"application/vnd.oci.image.layer.v1.tar`",$layer}]}"))
    "{`"mediaType`":`"application/vnd.oci.image.manifest.v1+json`",$manifest,`"annotations`":{`"org.opencontainers.image.ref.name`":`"many/image${i}:1`"}}"
}
[IO.File]::WriteAllText("$layout/oci-layout", '{"imageLayoutVersion":"1.0.0"}')
[IO.File]::WriteAllText("$layout/index.json", "{`"schemaVersion`":2,`"manifests`":[$($entries -join ',')]}")
$root = $env:CONTAINERPS_ROOT
$env:CONTAINERPS_ROOT = "$root-thousand"
try {
    $null = Import-Image $layout
    $side = New-Side ContainerPS -Script { if (@(Get-Image).Count -ne $count) { throw "Get-Image does not list $count images" } }
    $result = Measure-Side -Side @($side) -Rounds $Bench.Rounds
    New-Figure 'Get-Image, 1,000 images' -Ours $result[0] -AtMost 100
} finally {
    [IO.Directory]::Delete($env:CONTAINERPS_ROOT, $true)
    $env:CONTAINERPS_ROOT = $root
    [IO.Directory]::Delete($layout, $true)
}
