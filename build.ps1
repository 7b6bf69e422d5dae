<#
.SYNOPSIS
    Builds, packs, tests and demonstrates ContainerPS. ./build.sh brings what this needs and finds a PowerShell for it.
.PARAMETER Task
    Build, Pack, Demo, Test, Bench or Clean.
.PARAMETER Arguments
    Handed on to the demo, the bench or, for Test, names of Pester test files to run instead of everything.
#>
[CmdletBinding()]
param (
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Pack', 'Demo', 'Test', 'TestPester', 'Bench', 'Clean')]
    [string] $Task = 'Build',

    [Parameter(Position = 1, ValueFromRemainingArguments)]
    [object[]] $Arguments = @()
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0

$out = Join-Path $PSScriptRoot 'out'
$module = Join-Path $out 'ContainerPS'
$common = 'Directory.Build.props', 'Directory.Packages.props', 'global.json', 'src/Engine'
$moduleSources = @('ContainerPS.psd1', 'CHANGELOG.md', 'LICENSE', 'src/Module') + $common
$runcsSources = @('src/Runcs') + $common

# Runs a program quietly; what it wrote is shown when it fails.
function Invoke-Quietly([string] $Program, [string[]] $Arguments) {
    $output = & $Program @Arguments 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw "$Program $($Arguments -join ' ') failed with $LASTEXITCODE.`n$($output -join "`n")"
    }
}

function Invoke-Build {
    Invoke-Quietly dotnet @('build', (Join-Path $PSScriptRoot 'ContainerPS.sln'), '--configuration', 'Release')
    'Built ContainerPS.sln.'
}

# True when a result is there and newer than each of its sources.
function Test-Fresh([string] $Stamp, [string[]] $Sources) {
    if (-not (Test-Path -LiteralPath $Stamp)) {
        return $false
    }
    $files = Get-SourceFile $Sources
    $time = (Get-Item -LiteralPath $Stamp).LastWriteTimeUtc
    $newer = $files | Where-Object { $_.LastWriteTimeUtc -gt $time } | Select-Object -First 1
    -not $newer -and (Get-Content -LiteralPath $Stamp -Raw) -eq ($files.FullName -join "`n")
}

function Get-SourceFile([string[]] $Sources) {
    Get-ChildItem -Path ($Sources | ForEach-Object { Join-Path $PSScriptRoot $_ }) -Recurse -File |
        Where-Object FullName -NotMatch '/(bin|obj)/' |
        Sort-Object FullName
}

# Publishes one project when its sources have changed. The stamp holds the sources' names and the time at which they were read.
function Publish-Project([string] $Project, [string[]] $Sources, [string[]] $Options, [string] $Runtime = 'linux-x64') {
    $target = Join-Path $out "publish/$(Split-Path $Project -Leaf)$(if ($Runtime -ne 'linux-x64') { "-$Runtime" })"
    $stamp = "$target.stamp"
    if (Test-Fresh $stamp $Sources) {
        return $false
    }
    $names = (Get-SourceFile $Sources).FullName -join "`n"
    $started = [datetime]::UtcNow
    if (Test-Path -LiteralPath $target) {
        Remove-Item -LiteralPath $target -Recurse -Force
    }
    $arguments = @('publish', (Join-Path $PSScriptRoot $Project), '--configuration', 'Release', '--runtime', $Runtime, '--output', $target) + $Options
    Invoke-Quietly dotnet $arguments
    [System.IO.File]::WriteAllText($stamp, $names)
    [System.IO.File]::SetLastWriteTimeUtc($stamp, $started)
    $true
}

# A running shell has these files mapped and a monitor runs one of them: a new file takes the old one's place, nothing is overwritten.
function Set-PackedFile([string] $Source, [string] $Target) {
    $null = [System.IO.Directory]::CreateDirectory((Split-Path $Target))
    $new = "$Target.new"
    [System.IO.File]::Copy($Source, $new, $true)
    [System.IO.File]::Move($new, $Target, $true)
}

function Invoke-Pack {
    # Compiled ahead, the module imports faster; the compiler's package may be out of reach, and then plain IL does.
    $library = @('--self-contained', 'false', '-p:DebugType=none')
    $changed = try {
        Publish-Project src/Module $moduleSources ($library + '-p:PublishReadyToRun=true')
    }
    catch {
        Publish-Project src/Module $moduleSources $library
    }
    $runcsChanged = Publish-Project src/Runcs $runcsSources @('-p:StripSymbols=true')

    if ($changed -or -not (Test-Path -LiteralPath (Join-Path $module 'ContainerPS.psd1'))) {
        New-ModuleHelp
        Copy-Module
    }
    if ($runcsChanged -or -not (Test-Path -LiteralPath (Join-Path $module 'runcs'))) {
        Set-PackedFile (Join-Path $out 'publish/Runcs/runcs') (Join-Path $module 'runcs')
        Invoke-Quietly chmod @('755', (Join-Path $module 'runcs'))
    }
    $package = Join-Path $out 'packages/ContainerPS.*.nupkg'
    if ($changed -or $runcsChanged -or -not (Test-Path -Path $package)) {
        & (Join-Path $PSScriptRoot 'src/Module/packaging/New-ModulePackage.ps1') -Module $module -Path (Split-Path $package) | Out-Null
    }
    Publish-Arm64
    "The module is at $module."
}

# True when programs for 64-bit Arm can be compiled and linked here (Debian: gcc-aarch64-linux-gnu, libc6-dev-arm64-cross).
function Test-Arm64Toolchain {
    $compiler = Get-Command aarch64-linux-gnu-gcc -ErrorAction Ignore
    $compiler -and [System.IO.Path]::IsPathRooted((& $compiler.Source '-print-file-name=libm.so'))
}

# The same for 64-bit Arm: out/linux-arm64/ContainerPS and its package.
function Publish-Arm64 {
    if (-not (Test-Arm64Toolchain)) {
        return
    }
    $target = Join-Path $out 'linux-arm64/ContainerPS'
    $options = @('-p:StripSymbols=true', '-p:CppCompilerAndLinker=aarch64-linux-gnu-gcc', '-p:LinkerFlavor=bfd', '-p:ObjCopyName=aarch64-linux-gnu-objcopy')
    # Compiled ahead for x86-64, the assemblies would be of no use there: plain ones run everywhere.
    $changed = @(
        Publish-Project src/Runcs $runcsSources $options linux-arm64
        Publish-Project src/Module $moduleSources @('--self-contained', 'false', '-p:DebugType=none') linux-arm64
    )
    if ($changed -notcontains $true -and (Test-Path -LiteralPath (Join-Path $target 'runcs'))) {
        return
    }
    foreach ($file in Get-ChildItem -LiteralPath $module -Recurse -File | Where-Object Name -NE 'runcs') {
        $place = [System.IO.Path]::GetRelativePath($module, $file.FullName)
        $own = Join-Path $out "publish/Module-linux-arm64/$($file.Name)"
        Set-PackedFile ($file.Extension -eq '.dll' -and (Test-Path -LiteralPath $own) ? $own : $file.FullName) (Join-Path $target $place)
    }
    Set-PackedFile (Join-Path $out 'publish/Runcs-linux-arm64/runcs') (Join-Path $target 'runcs')
    Invoke-Quietly chmod @('755', (Join-Path $target 'runcs'))
    & (Join-Path $PSScriptRoot 'src/Module/packaging/New-ModulePackage.ps1') -Module $target -Path (Join-Path $out 'packages/linux-arm64') | Out-Null
}

# In a process of its own, since it loads the module.
function New-ModuleHelp {
    $script = Join-Path $PSScriptRoot 'src/Module/help/New-ContainerHelp.ps1'
    Invoke-Quietly ([Environment]::ProcessPath) @('-NoProfile', '-NonInteractive', '-File', $script, '-Module', (Join-Path $out 'publish/Module'), '-Path', (Join-Path $out 'publish/help'))
}

# The sources do not know where they are published: CONTAINERPS_PROJECT_URI tells the gallery.
function Write-Manifest([string] $Path) {
    $text = [System.IO.File]::ReadAllText((Join-Path $PSScriptRoot 'ContainerPS.psd1'))
    if ($env:CONTAINERPS_PROJECT_URI) {
        $uri = $env:CONTAINERPS_PROJECT_URI.TrimEnd('/').Replace("'", "''")
        $text = $text.Replace('            ReleaseNotes =', "            ProjectUri = '$uri'`n            IconUri = '$uri/raw/HEAD/src/Module/icon.png'`n            ReleaseNotes =")
    }
    [System.IO.File]::WriteAllText($Path, $text)
}

# Ours beside the manifest, third parties' in lib/, where only the module's own load context looks.
function Copy-Module {
    $published = Join-Path $out 'publish/Module'
    $wanted = @{}
    foreach ($file in Get-ChildItem -LiteralPath $published -Recurse -File) {
        $relative = [System.IO.Path]::GetRelativePath($published, $file.FullName)
        if ($file.Extension -eq '.dll') {
            $place = if ($file.BaseName -in 'ContainerPS', 'ContainerPS.Engine') { $relative } else { "lib/$($file.Name)" }
            $wanted[$place] = $file.FullName
        }
    }
    $sources = Join-Path $PSScriptRoot 'src/Module'
    foreach ($file in Get-SourceFile 'src/Module' | Where-Object { $_.Extension -eq '.ps1xml' -or $_.Name -like '*.help.txt' }) {
        $wanted[[System.IO.Path]::GetRelativePath($sources, $file.FullName)] = $file.FullName
    }
    foreach ($file in Get-ChildItem -LiteralPath (Join-Path $out 'publish/help') -File) {
        $wanted["en-US/$($file.Name)"] = $file.FullName
    }
    foreach ($name in 'CHANGELOG.md', 'LICENSE') {
        $wanted[$name] = Join-Path $PSScriptRoot $name
    }
    $wanted['ContainerPS.psd1'] = Join-Path $out 'publish/ContainerPS.psd1'
    Write-Manifest $wanted['ContainerPS.psd1']
    $wanted['icon.png'] = Join-Path $sources 'icon.png'

    foreach ($place in $wanted.Keys) {
        Set-PackedFile $wanted[$place] (Join-Path $module $place)
    }
    foreach ($file in Get-ChildItem -LiteralPath $module -Recurse -File) {
        $place = [System.IO.Path]::GetRelativePath($module, $file.FullName)
        if (-not $wanted.ContainsKey($place) -and $place -ne 'runcs') {
            Remove-Item -LiteralPath $file.FullName
        }
    }
}

function Invoke-Test([string[]] $Files) {
    # The engine's tests run the packed runcs.
    $env:CONTAINERPS_RUNCS = Join-Path $module 'runcs'
    $total = @{ Passed = 0; Failed = [System.Collections.Generic.List[string]]::new(); Skipped = [System.Collections.Generic.List[string]]::new(); Rows = @() }
    if (-not $Files) {
        foreach ($project in Get-ChildItem -Path (Join-Path $PSScriptRoot 'tests/*.Tests'), (Join-Path $PSScriptRoot 'tests/Conformance') -Filter *.csproj -Recurse -Depth 0) {
            Add-UnitResult $project $total
        }
    }
    Add-PesterResult $Files $total

    $total.Rows
    $total.Skipped | ForEach-Object { "skipped: $_" }
    $total.Failed | ForEach-Object { "failed: $_" }
    $line = "$($total.Passed) passed, $($total.Failed.Count) failed"
    if ($total.Skipped.Count) {
        $line += ", $($total.Skipped.Count) skipped"
    }
    $line
    if ($total.Failed.Count) {
        exit 1
    }
}

function Add-UnitResult($Project, $Total) {
    "Testing $($Project.BaseName)"
    $results = Join-Path $out "results/$($Project.BaseName)"
    if (Test-Path -LiteralPath $results) {
        Remove-Item -LiteralPath $results -Recurse -Force
    }
    & dotnet test $Project.FullName --configuration Release --results-directory $results --logger 'trx;LogFileName=results.trx' '--logger:console;verbosity=quiet' --blame-hang-timeout 20m --blame-hang-dump-type none 2>&1 |
        ForEach-Object { "$_" } |
        Tee-Object -Variable output
    $exitCode = $LASTEXITCODE
    $file = Join-Path $results 'results.trx'
    if (-not (Test-Path -LiteralPath $file)) {
        $Total.Failed.Add("$($Project.BaseName) could not be tested: dotnet test ended with $exitCode.`
$($output -join "`
")")
        return
    }

    $report = [xml] (Get-Content -LiteralPath $file -Raw)
    $counters = $report.TestRun.ResultSummary.Counters
    $Total.Passed += [int] $counters.passed
    $failed = 0
    foreach ($result in $report.SelectNodes('//*[local-name()="UnitTestResult"][@outcome!="Passed"]')) {
        $reason = $result.SelectSingleNode('.//*[local-name()="Message"] | .//*[local-name()="StdOut"]')
        $text = "$($result.testName): $(if ($reason) { $reason.InnerText.Trim() } else { 'no reason given' })"
        if ($result.outcome -eq 'NotExecuted') {
            $Total.Skipped.Add($text)
        }
        else {
            $Total.Failed.Add($text)
            $failed++
        }
    }
    if ($failed -eq 0 -and $exitCode -ne 0) {
        $Total.Failed.Add("$($Project.BaseName) broke down after its last test: dotnet test ended with $exitCode.`
$($output -join "`
")")
    }
}

# In a process of its own: what the tests load and change stays out of this one.
function Add-PesterResult([string[]] $Files, $Total) {
    'Testing the module'
    $results = Join-Path $out 'results/pester.json'
    $null = [System.IO.Directory]::CreateDirectory((Split-Path $results))
    if (Test-Path -LiteralPath $results) {
        Remove-Item -LiteralPath $results
    }
    $shell = [Environment]::ProcessPath
    & $shell -NoProfile -NonInteractive -File $PSCommandPath TestPester $results @Files | ForEach-Object { "$_" }
    if (-not (Test-Path -LiteralPath $results)) {
        $Total.Failed.Add("The module's tests ended with $LASTEXITCODE and no result.")
        return
    }
    $report = Get-Content -LiteralPath $results -Raw | ConvertFrom-Json
    $Total.Passed += $report.Passed
    $report.Failed | ForEach-Object { $Total.Failed.Add($_) }
    $report.Skipped | ForEach-Object { $Total.Skipped.Add($_) }
    if (-not $Files) {
        Add-RowResult $report.Rows $Total
    }
}

# A row of the walkthrough that nothing tests is a failure like a test's.
function Add-RowResult([object[]] $Rows, $Total) {
    Import-Module (Join-Path $PSScriptRoot 'tests/Pester/Rows.psm1')
    $Total.Rows = @(Format-Row $Rows)
    foreach ($row in $Rows | Where-Object { -not (Test-RowTested $_) }) {
        $Total.Failed.Add("$($row.Id) $($row.Title): no test has the tag $($row.Id)")
    }
}

function Invoke-PesterTest([string] $Results, [string[]] $Files) {
    # Tests see the scopes around them: these are to be a user's, not this script's.
    Set-StrictMode -Off
    $ErrorActionPreference = 'Continue'

    # A pwsh without Pester 5 runs the tests with the runner of tests/Host.
    $pester = Get-Module -ListAvailable Pester | Where-Object { $_.Version -ge '5.5' -and $_.Version -lt '6.0' } | Sort-Object Version | Select-Object -Last 1
    Import-Module ($pester ? $pester.Path : (Join-Path $PSScriptRoot 'tests/Host/Modules/Pester'))

    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $Files ? $Files : @('tests/Pester', 'tests/Host/Tests' | ForEach-Object { Join-Path $PSScriptRoot $_ } | Where-Object { Test-Path $_ })
    $configuration.Run.PassThru = $true
    $configuration.Output.Verbosity = 'Detailed'
    $run = Invoke-Pester -Configuration $configuration
    $skipped = foreach ($test in $run.Tests | Where-Object Result -In 'Skipped', 'Inconclusive') {
        $reason = if ($test.ErrorRecord) { $test.ErrorRecord[-1].Exception.Message -replace '^is \w+(, because )?', '' } else { '' }
        "$($test.ExpandedPath): $($reason ? $reason : 'marked -Skip')"
    }
    $failed = foreach ($one in @($run.Failed) + @($run.FailedBlocks) + @($run.FailedContainers)) {
        $name = @('ExpandedPath', 'Item' | ForEach-Object { $one.PSObject.Properties[$_].Value })[0]
        "$name`: $($one.ErrorRecord | ForEach-Object { $_.Exception.Message })"
    }
    Import-Module (Join-Path $PSScriptRoot 'tests/Pester/Rows.psm1')
    @{
        Passed = $run.PassedCount
        Failed = @($failed)
        Skipped = @($skipped)
        Rows = @(Measure-Row $run (Read-Row))
    } | ConvertTo-Json -Depth 3 | Set-Content -LiteralPath $Results
}

# The script of a task, handed on to with the task's arguments. An array's elements bind by position only, so names are sorted out here.
function Invoke-Script([string] $Name, [object[]] $Arguments) {
    $named = @{}
    $rest = @()
    for ($i = 0; $i -lt $Arguments.Count; $i++) {
        if ("$($Arguments[$i])" -notmatch '^-([A-Za-z]\w*):?$') {
            $rest += , $Arguments[$i]
            continue
        }
        $parameter = $Matches[1]
        $isSwitch = $i + 1 -eq $Arguments.Count -or "$($Arguments[$i + 1])" -match '^-[A-Za-z]'
        $named[$parameter] = $isSwitch ? $true : $Arguments[++$i]
    }
    & (Join-Path $PSScriptRoot $Name) @named @rest
    if (-not $?) {
        exit $LASTEXITCODE
    }
}

switch ($Task) {
    'Build' { Invoke-Build }
    'Pack' { Invoke-Pack }
    'Demo' { Invoke-Script demo.ps1 $Arguments }
    'Test' { Invoke-Test $Arguments }
    'TestPester' { Invoke-PesterTest $Arguments[0] @($Arguments | Select-Object -Skip 1) }
    'Bench' { Invoke-Script bench/Bench.ps1 $Arguments }
    'Clean' {
        foreach ($folder in @($out) + @(Get-ChildItem -Path (Join-Path $PSScriptRoot 'src'), (Join-Path $PSScriptRoot 'tests') -Directory -Recurse -Include bin, obj).FullName) {
            if (Test-Path -LiteralPath $folder) {
                Remove-Item -LiteralPath $folder -Recurse -Force
            }
        }
    }
}
