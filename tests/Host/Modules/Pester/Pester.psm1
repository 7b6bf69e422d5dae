# A runner for Pester 5 test files. Discovery runs a file's text and collects blocks and tests;
# the run then executes what was collected, each block and each test in a scope of its own.
Set-StrictMode -Version 1.0
$ErrorActionPreference = 'Stop'

# The block that is being discovered or run, the file's whole run, and the caller's scopes (see New-UserScope).
$script:Session = $null

foreach ($part in 'Configuration', 'Scope', 'Discovery', 'Filter', 'Run', 'TestDrive', 'Result', 'Output', 'TestResult', 'Format', 'Should', 'Operators', 'OperatorsThrow', 'Main') {
    . (Join-Path $PSScriptRoot "$part.ps1")
}
