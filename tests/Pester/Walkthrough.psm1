# docs/walkthrough.md, and README.md's tour, as something to run. Comments above a block of PowerShell are for the test:
#   <!-- not run: REASON; TEST does the same -->    what cannot be run here
#   <!-- fails -->                                  it is to end with an error, whose message is its output

# The rows of the document, in order: Id, Title, Text and Blocks, each with Code, NotRun, Fails and Output (null where the document shows none).
function Read-Walkthrough {
    param([string] $Path = "$PSScriptRoot/../../docs/walkthrough.md")
    $text = [IO.File]::ReadAllText($Path)
    foreach ($part in $text -split '(?m)^(?=#{2,3} )') {
        if ($part -notmatch '^### ([A-Z]\d\d) (.+)') { continue }
        [pscustomobject]@{ Id = $Matches[1]; Title = $Matches[2]; Text = $part; Blocks = @(Read-Block $part) }
    }
}

# The tour of README.md as a row of its own.
function Read-Tour {
    param([string] $Path = "$PSScriptRoot/../../README.md")
    $part = [IO.File]::ReadAllText($Path) -split '(?m)^(?=## )' -match '^## A tour\n'
    [pscustomobject]@{ Id = 'README.md'; Title = 'A tour'; Text = "$part"; Blocks = @(Read-Block "$part") }
}

function Read-Block {
    param([string] $Text)
    foreach ($match in [regex]::Matches($Text, '(?s)(?:<!-- (?<comment>[^>]*) -->\n)?```powershell\n(?<code>.*?)\n```(?:\n```text\n(?<output>.*?)```)?')) {
        $comment = $match.Groups['comment'].Value
        [pscustomobject]@{
            Code = $match.Groups['code'].Value
            NotRun = if ($comment -match '^not run: (.+)$') { $Matches[1] }
            Fails = $comment -eq 'fails'
            Output = if ($match.Groups['output'].Success) { $match.Groups['output'].Value.TrimEnd() }
        }
    }
}

# Runs a row and puts what its blocks show into the text that has them.
function Update-Row {
    param($Row, [string] $Text)
    $new = $Row.Text
    $results = try { @(Invoke-Row $Row) } catch { Write-Warning "$($Row.Id): $($_.Exception.Message)" }
    foreach ($result in $results) {
        if ($null -eq $result.Block.Output) { continue }
        $begin = "$($result.Block.Code)`n``````" + "`n``````text`n"
        $at = $new.IndexOf($begin) + $begin.Length
        $end = $new.IndexOf('```', $at)
        $new = $new.Substring(0, $at) + $result.Output + "`n" + $new.Substring($end)
    }
    $Text.Replace($Row.Text, $new)
}

# Runs the blocks of a row, which share their variables; returns what each of them shows, as a shell would print it. An error ends it.
function Invoke-Row {
    param($Row)
    foreach ($block in $Row.Blocks | Where-Object { -not $_.NotRun }) {
        $script = [scriptblock]::Create("`$ErrorActionPreference = 'Stop'`n$($block.Code)")
        if ($block.Fails) {
            $message = try { $null = . $script } catch { $_.Exception.Message }
            if (-not $message) { throw "This should have failed: $($block.Code)" }
            [pscustomobject]@{ Block = $block; Output = $message }
        }
        else {
            $lines = (. $script 6> $null | Out-String -Width 150) -split '\r?\n' | ForEach-Object TrimEnd
            [pscustomobject]@{ Block = $block; Output = ($lines -join "`n").Trim("`n") }
        }
    }
}

# What of an output is the same each time: without ids, times, sizes, addresses and colours, and whatever spaces and rules that makes.
function ConvertTo-Stable {
    param([AllowEmptyString()] [string] $Text)
    $Text = $Text -replace '\e\[[\d;]*m'
    $Text = $Text -creplace '(sha256:)?\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b', '<id>'
    $Text = $Text -replace '\b(Less than a second|About an? \w+|An? \w+|\d+ (seconds?|minutes?|hours?|days?|weeks?|months?|years?))( ago)?\b', '<time>'
    $Text = $Text -replace '\b\d+(\.\d+)? ?([kKMGT]i?)?B\b', '<size>'
    $Text = $Text -replace '\b\d{1,3}(\.\d{1,3}){3}(/\d+)?(:\d+)?\b', '<address>'
    (@($Text -split '\r?\n' | ForEach-Object { ($_ -replace '\s+', ' ' -replace '-{2,}', '--').Trim() }) | Where-Object { $_ }) -join "`n"
}

# What README.md's tour and the picture speak of: two files, and of the images busybox alone.
function Initialize-Tour {
    param([string] $Folder)
    $null = Import-TestImage busybox
    $null = New-Item -ItemType Directory "$Folder/tour/web"
    $null = [IO.File]::CreateSymbolicLink("$Folder/tour/debian.tar", (Get-DebianTar))
    Set-Content "$Folder/tour/web/Dockerfile" 'FROM busybox', 'RUN mkdir /www && echo hello > /www/index.html', 'EXPOSE 80', 'STOPSIGNAL KILL', 'CMD ["httpd", "-f", "-p", "80", "-h", "/www"]'
    "$Folder/tour"
}

# What the document speaks of is there: its images, in this store.
function Initialize-Walkthrough {
    param([string] $Folder)
    $null = Import-TestImage busybox, debian
    $null = Add-ImageTag debian ubuntu:16.04, centos
    $null = New-Item -ItemType Directory "$Folder/web", "$Folder/here"
    # Whoever is process 1 is not ended by a signal that it does not wait for; this server waits for none.
    foreach ($name in 'nginx', 'httpd') {
        Set-Content "$Folder/web/Dockerfile" 'FROM busybox', "LABEL name=$name", 'RUN mkdir /www && echo hello > /www/index.html', 'EXPOSE 80', 'STOPSIGNAL KILL', 'CMD ["httpd", "-f", "-p", "80", "-h", "/www"]'
        $null = Build-Image "$Folder/web" -Name $name -ErrorAction Stop
    }
    "$Folder/here"
}

Export-ModuleMember -Function *-*
