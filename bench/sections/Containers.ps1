# The list of many containers in a warm shell, 1,000 that have ended and 200 that run, and the completion of their names.
param([object] $Bench)

if (-not $Bench.Module) { return }
function Measure-List([string] $Name, [int] $Count) {
    $side = New-Side ContainerPS -Script { if (@(Get-Container).Count -ne $Count) { throw "Get-Container does not list $Count containers" } }
    $result = @(Measure-Side -Side @($side) -Rounds $Bench.Rounds)
    New-Figure $Name -Ours $result[0] -AtMost 150
}
try {
    # One has run and ended; the others are records of its kind.
    for ($i = 0; $i -lt 1000; $i++) { $null = New-Container -Name "list$i" -Network none -Label @{ number = "$i" } busybox true }
    for ($i = 0; $i -lt 20; $i++) { Start-Container "list$i"; $null = Wait-Container "list$i" }
    Measure-List 'Get-Container, 1,000 stopped' 1000
    $side = New-Side ContainerPS -Script { if ((TabExpansion2 'Stop-Container list99' 21).CompletionMatches.Count -ne 11) { throw 'TabExpansion2 does not find list99 and list990 to list999' } }
    $result = @(Measure-Side -Side @($side) -Rounds $Bench.Rounds)
    New-Figure 'completion of a name, 1,000 containers' -Ours $result[0] -AtMost 50
    Get-Container | Remove-Container
    for ($i = 0; $i -lt 200; $i++) { $null = Invoke-Container -Detach -Name "list$i" -Network none busybox sleep 1000000 }
    Measure-List 'Get-Container, 200 running' 200
} finally {
    Get-Container 'list*' | Remove-Container -Force
}
