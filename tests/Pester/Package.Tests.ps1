# What is published: the manifest, the package, an import that writes nothing, and the public surface as it was when somebody last looked at it.
BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    Import-Module "$PSScriptRoot/Snapshots.psm1" -Force
    $store = New-TestStore
    $module = Split-Path (Get-TestModulePath)
    $repository = (Resolve-Path "$PSScriptRoot/../..").Path
    $manifest = Import-PowerShellDataFile (Join-Path $module 'ContainerPS.psd1')

    # All below a folder, with sizes and times.
    function Get-Listing([string] $Folder) {
        Get-ChildItem -LiteralPath $Folder -Recurse -Force -File | Sort-Object FullName | ForEach-Object { "$($_.FullName) $($_.Length) $($_.LastWriteTimeUtc.Ticks)" }
    }
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'The manifest' {
    It 'says all that a gallery asks for' {
        foreach ($field in 'RootModule', 'ModuleVersion', 'GUID', 'Author', 'CompanyName', 'Copyright', 'Description', 'PowerShellVersion', 'CompatiblePSEditions') { $manifest[$field] | Should -Not -BeNullOrEmpty -Because $field }
        foreach ($field in 'Tags', 'LicenseUri', 'ReleaseNotes') { $manifest.PrivateData.PSData[$field] | Should -Not -BeNullOrEmpty -Because $field }
        $manifest.PowerShellVersion | Should -Be '7.6'
        $manifest.PrivateData.PSData.Tags | Should -Contain 'Linux'
    }

    It 'has the version of the change log and of the assemblies' {
        $newest = [regex]::Match([IO.File]::ReadAllText("$repository/CHANGELOG.md"), '(?m)^## (\d+\.\d+\.\d+)$').Groups[1].Value
        $manifest.ModuleVersion | Should -Be $newest
        ([xml][IO.File]::ReadAllText("$repository/Directory.Build.props")).Project.PropertyGroup.Version | Should -Be $newest
        (Get-Module ContainerPS).Version | Should -Be $newest
        (Get-ContainerEngine).Version | Should -BeLike "$newest*"
    }

    It 'exports what there is, and nothing else' {
        Compare-Object $manifest.CmdletsToExport (Get-Command -Module ContainerPS -CommandType Cmdlet).Name | Should -BeNullOrEmpty
        Compare-Object $manifest.AliasesToExport (Get-Command -Module ContainerPS -CommandType Alias).Name | Should -BeNullOrEmpty
        foreach ($file in 'ContainerPS.dll', 'ContainerPS.Engine.dll', 'ContainerPS.format.ps1xml', 'runcs', 'LICENSE', 'CHANGELOG.md', 'icon.png', 'en-US/ContainerPS.dll-Help.xml') { Join-Path $module $file | Should -Exist }
    }
}

Describe 'The package' {
    It 'has everything, and works where it is unpacked' {
        $file = & "$repository/src/Module/packaging/New-ModulePackage.ps1" -Module $module -Path "$store/packages"
        Split-Path $file -Leaf | Should -Be "ContainerPS.$($manifest.ModuleVersion).nupkg"
        $unpacked = "$store/unpacked/ContainerPS"
        [IO.Compression.ZipFile]::ExtractToDirectory($file, $unpacked)
        $nuspec = ([xml][IO.File]::ReadAllText("$unpacked/ContainerPS.nuspec")).package.metadata
        $nuspec.version | Should -Be $manifest.ModuleVersion
        $nuspec.license.InnerText | Should -Be 'MIT'
        "$unpacked/$($nuspec.icon)" | Should -Exist
        $nuspec.tags | Should -Match 'PSModule'
        $nuspec.tags | Should -Match 'PSCmdlet_Invoke-Container\b'
        foreach ($one in Get-ChildItem -LiteralPath $module -Recurse -File) { Join-Path $unpacked ([IO.Path]::GetRelativePath($module, $one.FullName)) | Should -Exist }
        $types = [xml][IO.File]::ReadAllText([Management.Automation.WildcardPattern]::Unescape("$unpacked/[Content_Types].xml"))
        $types.Types.ChildNodes.Count | Should -BeGreaterThan 5

        $null = Import-TestImage busybox
        $script = Join-Path $store 'unpacked.ps1'
        Set-Content $script "`$ErrorActionPreference = 'Stop'; Import-Module '$unpacked/ContainerPS.psd1'; Invoke-Container -Remove busybox echo unpacked; (Get-Module ContainerPS).ModuleBase"
        $env:CONTAINERPS_RUNCS, $runcs = $null, $env:CONTAINERPS_RUNCS
        $output = try { & ([Environment]::ProcessPath) -NoProfile -NonInteractive -File $script } finally { $env:CONTAINERPS_RUNCS = $runcs }
        $output | Should -Be 'unpacked', $unpacked
    }

    It 'is the same of the same files' {
        $first, $second = 'first', 'second' | ForEach-Object { & "$repository/src/Module/packaging/New-ModulePackage.ps1" -Module $module -Path "$store/$_" }
        (Get-FileHash $first).Hash | Should -Be (Get-FileHash $second).Hash
    }
}

Describe 'Importing' {
    It 'writes nothing and warns of nothing' {
        $place = Join-Path $store 'place'
        $null = New-Item -ItemType Directory -Path "$place/home"
        $listing = Get-Listing $module
        $script = Join-Path $store 'import.ps1'
        Set-Content $script "Import-Module '$module/ContainerPS.psd1' *>&1; Get-Command -Module ContainerPS | Measure-Object | ForEach-Object Count"
        $output = & env "HOME=$place/home" "XDG_CACHE_HOME=$place/home" "CONTAINERPS_ROOT=$place/root" "CONTAINERPS_RUN=$place/run" "CONTAINERPS_CONFIG=$place/engine.json" ([Environment]::ProcessPath) -NoProfile -NonInteractive -File $script 2>&1
        $output | Should -Be ($manifest.CmdletsToExport.Count + $manifest.AliasesToExport.Count)
        # PowerShell keeps caches of its own in a home.
        @(Get-Listing $place | Where-Object { $_ -notmatch 'powershell|PowerShell|ModuleAnalysisCache|StartupProfileData' }) | Should -BeNullOrEmpty
        "$place/root", "$place/run", "$place/engine.json" | ForEach-Object { Test-Path $_ } | Should -Not -Contain $true
        Compare-Object $listing (Get-Listing $module) | Should -BeNullOrEmpty
    }
}

Describe 'The public surface' {
    It 'is what snapshots/<Name>.txt says; Update-Snapshots.ps1 writes it anew' -ForEach @(@{ Name = 'api'; Get = { Get-ApiSnapshot } }, @{ Name = 'parameters'; Get = { Get-ParameterSnapshot } }) {
        $kept = [IO.File]::ReadAllText("$PSScriptRoot/snapshots/$Name.txt").TrimEnd() -split "`n"
        Compare-Object $kept @(& $Get) | ForEach-Object { "$($_.SideIndicator) $($_.InputObject.Trim())" } | Should -BeNullOrEmpty
    }
}
