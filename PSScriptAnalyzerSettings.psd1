# For Invoke-ScriptAnalyzer . -Recurse -Settings ./PSScriptAnalyzerSettings.psd1: the rules that scripts here are held to. Whoever leaves a rule out says why.
@{
    Severity = @('Error', 'Warning')
    ExcludeRules = @(
        # PowerShell 7 takes a file without a mark for UTF-8.
        'PSUseBOMForUnicodeEncodedFile'
        # These are scripts that speak with who starts them; their output is their result.
        'PSAvoidUsingWriteHost'
        # Functions here are parts of scripts and tests. What users call are the cmdlets, which have -WhatIf and a test for that.
        'PSUseShouldProcessForStateChangingFunctions'
        # Pester hands variables from BeforeAll to the tests, which the rule does not see. Elsewhere it finds nothing.
        'PSUseDeclaredVarsMoreThanAssignments'
    )
    Rules = @{
        # A root file system is one thing.
        PSUseSingularNouns = @{ NounAllowList = @('Rootfs') }
        # It runs the block that it is given.
        PSReviewUnusedParameter = @{ CommandsToTraverse = @('Wait-For') }
    }
}
