# The Debian image in three forms comes from a registry on this machine and is unpacked; and what that costs the shell in memory.
param([object] $Bench)

$folder = "$($Bench.Images)/pull"
$engines = [ordered]@{ docker = $Bench.Peer.Docker; podman = $Bench.Peer.Podman }
$settle = { Assert-Program sync, '--file-system', $Bench.Store }
$registry = Start-Registry $folder 5000
try {
    if ($Bench.Module) { Set-ContainerEngine -InsecureRegistry $registry.Authority }
    foreach ($archive in @(New-DebianArchive $Bench.Debian $folder)) {
        Publish-Archive $archive $registry $Bench.Peer.Podman
        [IO.File]::Delete($archive.Path)
        $name = "$($registry.Authority)/$($archive.Name):latest"
        $remove = {
            # A pull that leaves unpacking to the first run would not be the same work.
            $layers = [IO.Directory]::GetDirectories("$env:CONTAINERPS_ROOT/layers", 'diff', [IO.EnumerationOptions]@{ RecurseSubdirectories = $true; MaxRecursionDepth = 1; AttributesToSkip = 0 })
            if (@($layers).Count -lt $archive.Layers) { throw "ContainerPS: $(@($layers).Count) of $($archive.Layers) layers are unpacked" }
            Remove-Image $name -Force
        }
        $sides = @(
            if ($Bench.Module) {
                New-Side ContainerPS -Before $settle -After $remove -Script { if (@(Receive-Image $name).Count -ne 1) { throw 'no image came of it' } }
            }
            foreach ($engine in $engines.GetEnumerator()) {
                $insecure = @(if ($engine.Key -eq 'podman') { '--tls-verify=false' })
                $after = { Assert-Program ($engine.Value + 'rmi', '--force', $name) }.GetNewClosure()
                New-Side "$($engine.Key) pull" -Command ($engine.Value + 'pull' + '--quiet' + $insecure + $name) -Expected '?*' -Before $settle -After $after
            }
        )
        $label = switch ($archive.Name) { 'debian' { 'Debian, 1 layer' } 'debian-large' { 'Debian and 300 MB' } default { 'Debian, 30 layers' } }
        ConvertTo-Figure "pull $label" (Measure-Side -Side $sides -Rounds ([Math]::Max(3, $Bench.Rounds / 4))) @{ 'docker pull' = 2; 'podman pull' = 2 }

        if ($Bench.Module) {
            # In a shell that has done nothing but list the images: the peak since then, above what it had.
            $script = 'param($Module, $Name)
                Import-Module $Module; $null = Get-Image; [GC]::Collect()
                function Get-Kilobytes($Field) { if ([IO.File]::ReadAllText("/proc/self/status") -match "(?m)^${Field}:\s+(\d+) kB") { [long] $Matches[1] } }
                [IO.File]::WriteAllText("/proc/self/clear_refs", "5"); $before = Get-Kilobytes VmRSS
                $null = Receive-Image $Name; (Get-Kilobytes VmHWM) - $before'
            [IO.File]::WriteAllText("$folder/memory.ps1", $script)
            $values = [double[]] @(for ($round = 0; $round -lt 3; $round++) {
                [long] (Assert-Program (@(Get-Shell) + '-NoProfile', '-File', "$folder/memory.ps1", $Bench.Module, $name)) / 1024
                & $remove
            })
            $result = New-Result ContainerPS $values
            New-Figure "peak memory of the shell, pull $label" -Unit MB -Ours $result -AtMost 120
        }
    }
} finally {
    Stop-Registry $registry
    [IO.Directory]::Delete($folder, $true)
    if ($Bench.Module) { Set-ContainerEngine -InsecureRegistry @() }
}
