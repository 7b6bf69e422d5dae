# Run.ps1 MODULE SCRIPT [arguments]: runs a script with a module imported; the exit code is what the script alone would have had.
$module, $script = $args[0, 1]
$rest = @($args | Select-Object -Skip 2)
Import-Module $module
& $script @rest
if (-not $?) {
    exit $LASTEXITCODE
}
exit 0
