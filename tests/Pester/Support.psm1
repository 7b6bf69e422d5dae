# What the tests share: a store of their own, the test images, child shells, and a look at what is left behind.

$script:repository = Split-Path (Split-Path $PSScriptRoot)
$script:cache = if ($env:CONTAINERPS_TEST_CACHE) { $env:CONTAINERPS_TEST_CACHE } else { '/var/tmp/containerps-tests' }

. "$PSScriptRoot/Images.ps1"

# The module under test: what `build.ps1 Pack` makes, or what CONTAINERPS_MODULE names.
function Get-TestModulePath {
    if ($env:CONTAINERPS_MODULE) { return $env:CONTAINERPS_MODULE }
    Join-Path $script:repository 'out/ContainerPS/ContainerPS.psd1'
}

# Runs a native command; what it writes is shown only when it fails.
function Invoke-Native {
    param([string] $Program, [string[]] $Arguments)
    $output = & $Program @Arguments 2>&1
    if ($LASTEXITCODE -ne 0) { throw "$Program $Arguments ended with $LASTEXITCODE`: $($output -join [Environment]::NewLine)" }
}

# Fails when a program is missing that the tests need: a test that is left out shows nothing.
function Assert-Program {
    param([string[]] $Name)
    foreach ($program in $Name) {
        if (-not (Get-Command $program -CommandType Application -ErrorAction Ignore)) { throw "The program '$program' is missing. './build.sh test' installs what the tests need." }
    }
}

# Makes a store of its own for this test file, and imports the module. Everything that the tests make is below the folder that is returned.
function New-TestStore {
    $root = Join-Path ([IO.Path]::GetTempPath()) "containerps-test-$([Guid]::NewGuid().ToString('N').Substring(0, 8))"
    $null = New-Item -ItemType Directory -Path $root
    $env:CONTAINERPS_ROOT = Join-Path $root 'root'
    $env:CONTAINERPS_RUN = Join-Path $root 'run'
    $env:CONTAINERPS_CONFIG = Join-Path $root 'engine.json'
    # Addresses of its own, so that tests that run at the same time do not choose the same.
    $pool = "10.$(Get-Random -Minimum 200 -Maximum 208).$(16 * (Get-Random -Maximum 16)).0/20/24"
    Set-Content $env:CONTAINERPS_CONFIG "{ `"addressPools`": [`"$pool`"] }"
    Import-Module (Get-TestModulePath) -Global
    $root
}

# Removes the containers and the store; returns what is left behind all the same: nothing, when all is well.
function Remove-TestStore {
    param([string] $Root)
    if ($Root -notmatch '/containerps-test-\w+$') { throw "'$Root' is no store that New-TestStore has made." }
    Get-Container | Remove-Container -Force
    Get-ContainerNetwork | Where-Object Name -NotIn bridge, host, none | Remove-ContainerNetwork
    # A monitor has removed everything of its container before it ends itself.
    try { Wait-Until { -not (Get-StoreProcess $Root) } 'its processes have ended' } catch { Write-Verbose "$_ What is left is told below." }
    Get-TestLeak $Root
    Invoke-Native rm -Arguments '-rf', '--one-file-system', $Root
    $env:CONTAINERPS_ROOT = $env:CONTAINERPS_RUN = $env:CONTAINERPS_CONFIG = $null
}

# Mounts, cgroups and processes of containers of a store, in words. Zombies are not counted: they wait for their parent, which may be this process.
function Get-TestLeak {
    param([string] $Root)
    foreach ($line in [IO.File]::ReadAllLines('/proc/self/mountinfo')) {
        if ($line.Contains("$Root/")) { "mount: $line" }
    }
    $ids = @(if ([IO.Directory]::Exists("$Root/root/containers")) { [IO.Directory]::GetDirectories("$Root/root/containers") | Split-Path -Leaf })
    $ids += @(if ([IO.Directory]::Exists("$Root/run")) { [IO.Directory]::GetDirectories("$Root/run") | Split-Path -Leaf }) | Where-Object { $_ -match '^[0-9a-f]{64}$' }
    foreach ($id in $ids | Select-Object -Unique) { "container: $id" }
    foreach ($cgroup in & find /sys/fs/cgroup -type d -path '*/containerps/*' -prune 2>$null) {
        if ($ids -contains (Split-Path $cgroup -Leaf)) { "cgroup: $cgroup" }
    }
    foreach ($process in Get-StoreProcess $Root) { "process: $process" }
    $hash = Get-StoreHash $Root
    foreach ($device in [IO.Directory]::GetDirectories('/sys/class/net') | Split-Path -Leaf) {
        if ($device -match "^cp[sv]-$($hash.Substring(0, 4))") { "network device: $device" }
    }
    foreach ($table in & nft list tables 2>$null) {
        if ($table -like "*$(Get-StoreTable $Root)") { "firewall: $table" }
    }
    foreach ($folder in @(if ([IO.Directory]::Exists("$Root/run/networks")) { [IO.Directory]::GetDirectories("$Root/run/networks") })) { "network: $folder" }
}

# What a store's network devices and firewall tables have in their names.
function Get-StoreHash {
    param([string] $Root)
    $names = [ContainerPS.Engine.StorePaths].Assembly.GetType('ContainerPS.Engine.Networks.DeviceNames', $true)
    $names.GetMethod('TableSuffix', [Reflection.BindingFlags] 'NonPublic, Static').Invoke($null, @([ContainerPS.Engine.StorePaths]::new("$Root/root", "$Root/run", "$Root/engine.json")))
}

# The name of a store's firewall tables.
function Get-StoreTable {
    param([string] $Root)
    "containerps_$(Get-StoreHash $Root)"
}

# Processes of a store, which its path in their command line tells: monitors and execs. As "pid command line".
function Get-StoreProcess {
    param([string] $Root)
    foreach ($folder in [IO.Directory]::GetDirectories('/proc')) {
        $id = Split-Path $folder -Leaf
        if ($id -notmatch '^\d+$' -or $id -eq "$PID") { continue }
        try {
            $command = [IO.File]::ReadAllText("$folder/cmdline").Replace([char] 0, ' ')
            if ($command.Contains("$Root/run ")) { "$id $command" }
        }
        catch [IO.IOException], [UnauthorizedAccessException] {
            # It has ended meanwhile.
            continue
        }
    }
}

# A tar with one member of each given name and content: made by Python's tarfile where names must be hostile, which tar itself refuses to write.
function New-HostileTar {
    param([string] $Path, [string] $Script)
    $python = "import tarfile, io, sys`nt = tarfile.open(sys.argv[1], 'w', format=tarfile.PAX_FORMAT)`n" +
        "def add(name, type=tarfile.REGTYPE, link='', data=b'x', dev=(0, 0)):`n" +
        "    i = tarfile.TarInfo(name); i.type = type; i.linkname = link; i.size = len(data) if type == tarfile.REGTYPE else 0; i.mode = 0o755; i.devmajor, i.devminor = dev`n" +
        "    t.addfile(i, io.BytesIO(data) if type == tarfile.REGTYPE else None)`n$Script`nt.close()`n"
    Invoke-Native python3 -Arguments '-c', $python, $Path
}

# Starts a script in a shell of its own: the executable that runs this one, run by the command line Within, if one is given. Its standard output can be read;
# the caller disposes of it.
function Start-Shell {
    param([string] $Script, [string] $Folder, [string[]] $Within = @())
    $file = Join-Path $Folder "shell-$([Guid]::NewGuid().ToString('N').Substring(0, 8)).ps1"
    Set-Content $file ("`$ErrorActionPreference = 'Stop'`nImport-Module '$(Get-TestModulePath)'`n" + $Script)
    $words = $Within + [Environment]::ProcessPath + '-NoProfile' + '-File' + $file
    $info = [Diagnostics.ProcessStartInfo]::new($words[0])
    foreach ($argument in $words[1..($words.Count - 1)]) { $info.ArgumentList.Add($argument) }
    $info.RedirectStandardOutput = $info.RedirectStandardError = $info.RedirectStandardInput = $true
    [Diagnostics.Process]::Start($info)
}

# Waits for a shell's end; returns what it wrote and its exit code.
function Wait-Shell {
    param([Diagnostics.Process] $Shell)
    $errors = $Shell.StandardError.ReadToEndAsync()
    $output = $Shell.StandardOutput.ReadToEnd()
    $Shell.WaitForExit()
    [pscustomobject]@{ Output = $output.Trim(); Error = $errors.Result.Trim(); ExitCode = $Shell.ExitCode }
    $Shell.Dispose()
}

# Runs a script in a shell of its own and waits for it.
function Invoke-Shell {
    param([string] $Script, [string] $Folder, [string[]] $Within = @())
    Wait-Shell (Start-Shell $Script $Folder $Within)
}

# The error that a command ends with, or its first one that does not end it; null when there is none.
function Get-CommandError {
    param([scriptblock] $Command)
    try {
        $errors = @(& $Command 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] })
        if ($errors.Count -gt 0) { $errors[0] }
    }
    catch {
        $_
    }
}

# Looks again and again until something is so; fails after a time that is long enough for the busiest machine.
function Wait-Until {
    param([scriptblock] $Condition, [string] $What)
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt 90) { throw "Not so after 90 s: $What" }
        [Threading.Thread]::Sleep(20)
    }
}

# Waits until a line is in a container's log; fails when the container ends without it.
function Wait-LogLine {
    param([string] $Container, [string] $Pattern)
    $seen = @{}
    Wait-Until {
        # Its last words come before its end.
        $hasEnded = (Get-Container $Container).State -ne 'Running'
        $seen.Line = Get-ContainerLog $Container | Where-Object { $_.Text -like $Pattern } | Select-Object -First 1
        $seen.Line -or $hasEnded
    } "container '$Container' has logged '$Pattern'"
    if (-not $seen.Line) { throw "Container '$Container' has ended without a line like '$Pattern'." }
    $seen.Line
}

Export-ModuleMember -Function *-*
