# What Import-Module adds to the start of a shell.
param([object] $Bench)

$shell = @(Get-Shell) + '-NoProfile', '-NonInteractive', '-Command'
$sides = @(
    New-Side 'bare shell' -Command ($shell + '1') -Expected '1'
    if ($Bench.Module) { New-Side 'with module' -Command ($shell + "Import-Module '$($Bench.Module)'; 1") -Expected '1' }
)
$results = @(Measure-Side -Side $sides -Rounds ([Math]::Max(5, $Bench.Rounds / 2)))
$added = $null
if ($results.Count -eq 2) {
    $samples = [double[]] @(for ($i = 0; $i -lt $results[0].Samples.Count; $i++) { $results[1].Samples[$i] - $results[0].Samples[$i] })
    # Of the two starts in each round, for they had the same load.
    $added = New-Result ContainerPS $samples
}
$figure = New-Figure 'Import-Module adds (peer: a bare shell)' -Ours $added -Peer $results[0] -AtMost 150
$figure.Better = $null
$figure
