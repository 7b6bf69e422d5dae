# What the first call of a cmdlet in a shell takes above its second: loading and compiling what it needs.
param([object] $Bench)

if (-not $Bench.Module) { return }
$folder = "$($Bench.Images)/first"
$null = [IO.Directory]::CreateDirectory("$folder/context")
[IO.File]::WriteAllText("$folder/file", 'text')
[IO.File]::WriteAllText("$folder/context/Dockerfile", "FROM scratch`nCOPY Dockerfile /`n")
# Both calls do the same work, on objects of their own where they change them: $n is 1 and 2.
$calls = [ordered]@{
    'Get-Container' = 'Get-Container'
    'Get-Image' = 'Get-Image'
    'Get-ContainerNetwork' = 'Get-ContainerNetwork'
    'Get-ContainerVolume' = 'Get-ContainerVolume'
    'Get-ContainerEvent' = 'Get-ContainerEvent -Tail 5'
    'Get-ContainerLog' = 'Get-ContainerLog first'
    'Get-ContainerProcess' = 'Get-ContainerProcess first'
    'Measure-Container' = 'Measure-Container first'
    'New-Container' = 'New-Container -Name "new$n" -Network none busybox true'
    'Start-Container' = 'Start-Container "start$n"'
    'Invoke-Container' = 'Invoke-Container -Remove -Network none busybox true'
    'Invoke-ContainerExec' = 'Invoke-ContainerExec first true'
    'Copy-ContainerItem' = "Copy-ContainerItem $folder/file first:/tmp/"
    'Test-Dockerfile' = "Test-Dockerfile $folder/context/Dockerfile"
    'Build-Image' = "Build-Image $folder/context -NoCache -Name built"
    'Save-Image' = "Save-Image busybox -Path $folder/saved.tar -Force"
    'Import-Image' = "Import-Image $($Bench.Images)/busybox.tar"
}
$shell = @(Get-Shell) + '-NoProfile', '-NonInteractive', '-Command'
try {
    $null = Invoke-Container -Detach -Name first -Network none busybox sleep 1000000
    foreach ($name in $calls.Keys) {
        $script = "Import-Module '$($Bench.Module)'; foreach (`$n in 1, 2) { `$watch = [Diagnostics.Stopwatch]::StartNew(); `$null = $($calls[$name]); `$watch.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture) }"
        $samples = [double[]] @(for ($round = 0; $round -lt [Math]::Max(3, $Bench.Rounds / 4); $round++) {
            foreach ($n in 1, 2) { $null = New-Container -Name "start$n" -Network none busybox true }
            $times = [double[]] @((Assert-Program ($shell + $script)) -split "`n")
            $times[0] - $times[1]
            Get-Container 'start?', 'new?' | Remove-Container -Force
        })
        New-Figure "first call of $name, more than the second" -Ours (New-Result ContainerPS $samples) -AtMost 300
    }
} finally {
    Get-Container | Remove-Container -Force
    Remove-Image built -Force -ErrorAction Ignore
    [IO.Directory]::Delete($folder, $true)
}
