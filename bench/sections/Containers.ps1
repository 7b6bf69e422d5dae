# The list of many containers in a warm shell: 1,000 that have ended, and 200 that run.
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
    Get-Container | Remove-Container
    for ($i = 0; $i -lt 200; $i++) { $null = Invoke-Container -Detach -Name "list$i" -Network none busybox sleep 1000000 }
    Measure-List 'Get-Container, 200 running' 200
} finally {
    Get-Container 'list*' | Remove-Container -Force
}
