# A real terminal for the tests, driven through tmux: a window with a shell in it, keys, what the screen shows.

$script:repository = Split-Path (Split-Path $PSScriptRoot)
$script:count = 0

# Runs tmux on a terminal's own server: the terminal, then tmux's words.
function Invoke-Tmux {
    $terminal, $words = $args
    $output = & tmux -L $terminal -f /dev/null @words 2>&1
    if ($LASTEXITCODE -ne 0) { throw "tmux $words ended with $LASTEXITCODE`: $output" }
    $output
}

# Opens a terminal of 100 columns and 30 rows; returns its name.
function New-Terminal {
    param([string[]] $Program = @('/bin/sh'))
    $name = "containerps-$PID-$((++$script:count))"
    $null = Invoke-Tmux $name new-session -d -x 100 -y 30 -- @Program
    $name
}

function Remove-Terminal {
    param([string] $Terminal)
    & tmux -L $Terminal kill-server 2>&1 | Out-Null
}

# A terminal with a PowerShell in it that has the module loaded; its prompt is "PS>".
function New-ShellTerminal {
    $terminal = New-Terminal
    $module = if ($env:CONTAINERPS_MODULE) { $env:CONTAINERPS_MODULE } else { Join-Path $script:repository 'out/ContainerPS/ContainerPS.psd1' }
    $file = Join-Path $env:CONTAINERPS_ROOT "../$terminal.ps1"
    Set-Content $file "Import-Module '$module'`nfunction prompt { 'PS> ' }`n"
    Send-Line $terminal "'$([Environment]::ProcessPath)' -NoLogo -NoProfile -NoExit -File '$file'"
    $null = Wait-Screen $terminal '(?m)^PS>$'
    $terminal
}

# Types text, and the Enter key.
function Send-Line {
    param([string] $Terminal, [string] $Text)
    $null = Invoke-Tmux $Terminal send-keys -l -- $Text
    $null = Invoke-Tmux $Terminal send-keys Enter
}

# Presses keys, by tmux's names: C-c, Enter, x.
function Send-Key {
    param([string] $Terminal, [string[]] $Key)
    foreach ($one in $Key) { $null = Invoke-Tmux $Terminal send-keys $one }
}

# What the screen shows.
function Get-Screen {
    param([string] $Terminal)
    (Invoke-Tmux $Terminal capture-pane -p) -join "`n"
}

# Waits until the screen shows something; returns what.
function Wait-Screen {
    param([string] $Terminal, [string] $Pattern, [int] $Seconds = 90)
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while ($true) {
        $screen = Get-Screen $Terminal
        if ($screen -match $Pattern) { return $Matches[0] }
        if ($watch.Elapsed.TotalSeconds -gt $Seconds) { throw "The screen does not show '$Pattern':`n$screen" }
        Start-Sleep -Milliseconds 50
    }
}

# Empties the screen, so that what is waited for is new.
function Clear-Screen {
    param([string] $Terminal)
    $null = Invoke-Tmux $Terminal send-keys -R
}

# How the terminal treats keys and output, as stty sees it from outside.
function Get-TerminalMode {
    param([string] $Terminal)
    & stty -F (Invoke-Tmux $Terminal display-message -p '#{pane_tty}') -g
}

Export-ModuleMember -Function *-*
