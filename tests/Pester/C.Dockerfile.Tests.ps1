# Dockerfiles without a build: what is wrong with them, and what is most likely not meant (C13, C15).
BeforeDiscovery {
    $wrong = @(
        @{ Text = "FROM debian`nRUM echo"; Line = 2; Value = 'Did you mean RUN?' }
        @{ Text = "FROM debian`n`nCOPY --form=x a b"; Line = 3; Value = 'Did you mean --from?' }
        @{ Text = "FROM debian`nRUN <<EOF`necho"; Line = 2; Value = "'<<EOF'" }
        @{ Text = "RUN echo"; Line = 1; Value = 'before the first FROM' }
        @{ Text = "FROM debian`nENV A"; Line = 2; Value = 'no value' }
        @{ Text = "FROM debian`nCMD [`"a`", 1]"; Line = 2; Value = "'1'" }
        @{ Text = "FROM debian`nRUN --mount=type=cash,target=/x make"; Line = 2; Value = 'Did you mean cache?' }
        @{ Text = ''; Line = 1; Value = 'no instructions' }
        @{ Text = "# syntax=example/other:1`nFROM debian"; Line = 1; Value = 'example/other:1' }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/Support.psm1" -Force
    $store = New-TestStore
    $null = Import-TestImage busybox
    $folder = Join-Path $TestDrive 'context'
    $null = New-Item -ItemType Directory $folder
}

AfterAll {
    Remove-TestStore $store | Should -BeNullOrEmpty
}

Describe 'Test-Dockerfile' -Tag C13, C15 {
    It 'returns warnings with rule, file, line and hint' {
        Set-Content "$folder/Dockerfile" "FROM busybox as build`nMAINTAINER me`nENV A b`nRUN echo \`n`n  hello`nWORKDIR app`nCMD run"
        $warnings = Test-Dockerfile $folder
        $warnings.Rule -join ' ' | Should -Be 'FromAsCasing MaintainerDeprecated LegacyKeyValueFormat NoEmptyContinuation WorkdirRelativePath JSONArgsRecommended'
        $warnings.Line -join ' ' | Should -Be '1 2 3 5 7 8'
        $warnings[0].File | Should -Be "$folder/Dockerfile"
        $warnings[2].Text | Should -Be 'ENV A b'
        $warnings | ForEach-Object { $_.Hint | Should -Not -BeNullOrEmpty }
        $warnings | Out-String -Width 200 | Should -BeLike '*MaintainerDeprecated*org.opencontainers.image.authors*'
        $warnings[1] | Format-List | Out-String | Should -BeLike '*LastLine*'
        "$($warnings[1])" | Should -Be "$folder/Dockerfile:2: MaintainerDeprecated: MAINTAINER has been replaced by a label."
    }

    It 'returns nothing when all is well' {
        Set-Content "$folder/Dockerfile" "FROM busybox`nCOPY . /app`nCMD [`"run`"]"
        Test-Dockerfile $folder | Should -BeNullOrEmpty
        Test-Dockerfile "$folder/Dockerfile" | Should -BeNullOrEmpty
        Test-Dockerfile "$folder/Docker*" | Should -BeNullOrEmpty
    }

    It 'says where and what is wrong: <Value>' -ForEach $wrong {
        Set-Content "$folder/Wrong" $Text -NoNewline
        Test-Dockerfile "$folder/Wrong" -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $errors.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'InvalidDockerfile,*'
        $errors[0].CategoryInfo.Category | Should -Be 'InvalidData'
        $errors[0].Exception.File | Should -Be "$folder/Wrong"
        $errors[0].Exception.Line | Should -Be $Line
        $errors[0].Exception.Message | Should -BeLike "$folder/Wrong:$($Line): *"
        $errors[0].Exception.Message.Contains($Value) | Should -BeTrue
    }

    It 'takes text from the pipeline, in one piece or in lines' {
        ("FROM busybox`nCMD run" | Test-Dockerfile).Line | Should -Be 2
        ('FROM busybox', '', 'CMD run' | Test-Dockerfile).Line | Should -Be 3
    }

    It 'takes files from the pipeline' {
        Set-Content "$folder/Dockerfile.one" "FROM busybox`nCMD one"
        Set-Content "$folder/Dockerfile.two" "FROM busybox`n`nCMD two"
        (Get-ChildItem "$folder/Dockerfile.???" | Test-Dockerfile | Sort-Object File).Line -join ' ' | Should -Be '2 3'
        Remove-Item "$folder/Dockerfile.one", "$folder/Dockerfile.two"
    }

    It 'goes on after a file that is wrong' {
        Set-Content "$folder/Dockerfile" "FROM busybox`nCMD run"
        $warnings = Test-Dockerfile "$folder/none", $folder -ErrorVariable errors -ErrorAction SilentlyContinue
        $warnings.Rule | Should -Be 'JSONArgsRecommended'
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'FileNotFound,*'
    }

    It 'knows what .dockerignore leaves out' {
        Set-Content "$folder/Dockerfile" "FROM busybox`nCOPY secret/key ok /app/"
        Set-Content "$folder/.dockerignore" "# keys`nsecret"
        $warning = Test-Dockerfile $folder
        $warning.Rule | Should -Be 'CopyIgnoredFile'
        $warning.Message | Should -BeLike '*secret/key*'
        Set-Content "$folder/Dockerfile.dockerignore" 'other'
        Test-Dockerfile $folder | Should -BeNullOrEmpty
        Remove-Item "$folder/Dockerfile.dockerignore"
        ("FROM busybox`nCOPY secret /" | Test-Dockerfile -Context $folder).Rule | Should -Be 'CopyIgnoredFile'
        "FROM busybox`nCOPY secret /" | Test-Dockerfile | Should -BeNullOrEmpty
        Set-Content "$folder/.dockerignore" 'a['
        { Test-Dockerfile $folder -ErrorAction Stop } | Should -Throw '*.dockerignore:1: *a*'
        Remove-Item "$folder/.dockerignore" -Force
    }

    It 'knows the variables of an image in the store' {
        $null = Import-Image (Get-BusyboxTar) -Name plain
        ("FROM plain`nENV A=`$B" | Test-Dockerfile).Hint | Should -Not -BeLike '*not here*'
        ("FROM elsewhere`nENV A=`$B" | Test-Dockerfile).Hint | Should -BeLike "*'elsewhere' is not here*"
    }

    It 'takes arguments and a platform' {
        (@("ARG TAG`nFROM debian:`$TAG") | Test-Dockerfile -BuildArgument @{ TAG = 12 }).Rule | Should -Be 'InvalidDefaultArgInFrom'
        (@("FROM busybox`nARG D`nWORKDIR `$D") | Test-Dockerfile -BuildArgument D=/d) | Should -BeNullOrEmpty
        (@("FROM busybox`nARG TARGETARCH`nWORKDIR `$TARGETARCH") | Test-Dockerfile -Platform linux/riscv64).Message | Should -BeLike "*riscv64*"
        { 'FROM a' | Test-Dockerfile -BuildArgument nothing } | Should -Throw '*nothing*'
    }

    It 'heeds what the Dockerfile says about checks' {
        "# check=skip=all`nFROM busybox`nCMD run" | Test-Dockerfile | Should -BeNullOrEmpty
        "FROM busybox`n# check=skip=JSONArgsRecommended`nCMD run" | Test-Dockerfile | Should -BeNullOrEmpty
    }

    It 'gives warnings, and then the error that a build would have' {
        $warnings = "FROM busybox`nMAINTAINER me`nEXPOSE http" | Test-Dockerfile -ErrorVariable errors -ErrorAction SilentlyContinue
        $warnings.Rule | Should -Be 'MaintainerDeprecated'
        $errors[0].Exception.Line | Should -Be 3
    }
}
