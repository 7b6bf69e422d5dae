# $TestDrive is a folder of the running file; what a block leaves in it goes when the block ends.
function New-TestDrive {
    $path = Join-Path ([System.IO.Path]::GetTempPath()) "Pester_$([guid]::NewGuid().ToString('n').Substring(0, 8))"
    $null = New-Item -ItemType Directory -Path $path
    $null = New-PSDrive -Name TestDrive -PSProvider FileSystem -Root $path -Scope Global -Description 'Pester test drive'
    $script:Session.TestDrive = $path
    $null = Set-Variable -Name TestDrive -Value $path -Scope Global
}

function Remove-TestDrive {
    if (-not $script:Session.TestDrive) {
        return
    }
    $null = Remove-PSDrive -Name TestDrive -Force -Scope Global -ErrorAction Ignore
    $null = Remove-Variable -Name TestDrive -Scope Global -ErrorAction Ignore
    if ([System.IO.Directory]::Exists($script:Session.TestDrive)) {
        [System.IO.Directory]::Delete($script:Session.TestDrive, $true)
    }
    $script:Session.TestDrive = $null
}

function Get-TestDriveContent {
    if ($script:Session.TestDrive) {
        [System.Collections.Generic.HashSet[string]]::new([string[]] [System.IO.Directory]::GetFileSystemEntries($script:Session.TestDrive, '*', 'AllDirectories'))
    }
}

function Clear-TestDriveContent($Known) {
    if (-not $script:Session.TestDrive) {
        return
    }
    $options = [System.IO.EnumerationOptions] @{ RecurseSubdirectories = $true; AttributesToSkip = 0 }
    foreach ($entry in [System.IO.Directory]::GetFileSystemEntries($script:Session.TestDrive, '*', $options)) {
        if ($Known -and $Known.Contains($entry)) {
            continue
        }
        if ([System.IO.FileInfo]::new($entry).LinkTarget -or [System.IO.File]::Exists($entry)) {
            [System.IO.File]::Delete($entry)
        }
        elseif ([System.IO.Directory]::Exists($entry)) {
            [System.IO.Directory]::Delete($entry, $true)
        }
    }
}
