# Test code runs in the session state of whoever called Invoke-Pester. A frame carries the work of one
# scope: the user-side script block below opens the scope, sets the data's variables in it and calls back
# into this module, where test code is dot-sourced and so lands in the scope that is open on the user's side.
function New-UserScope([System.Management.Automation.SessionState] $SessionState) {
    $maker = [scriptblock]::Create(@'
        {
            param ($______frame)
            foreach ($______name in $______frame.Variables.Keys) {
                $ExecutionContext.SessionState.PSVariable.Set($______name, $______frame.Variables[$______name])
            }
            & $______frame.Body $______frame
        }
'@)
    $SessionState.InvokeCommand.InvokeScript($SessionState, $maker, @())[0]
}

function Invoke-InNewScope {
    param ([scriptblock] $Body, $Item, [System.Collections.IDictionary] $Variables = @{})

    & $script:Session.UserScope @{ Body = $Body; Item = $Item; Variables = $Variables }
}

# The variables a -ForEach item makes: $_ always, and one for each key when it is a dictionary.
function Get-DataVariable($Data, [bool] $HasData) {
    $variables = @{}
    if (-not $HasData) {
        return $variables
    }

    if ($Data -is [System.Collections.IDictionary]) {
        foreach ($key in $Data.Keys) {
            $variables["$key"] = $Data[$key]
        }
    }
    $variables['_'] = $Data
    $variables
}

# "<name>" and "<_.property>" in a block's or a test's name, seen from the scope that is open now.
function Expand-Name([string] $Name) {
    if ($Name -notmatch '(?<!`)<([^>`]+)>') {
        return $Name -replace '`([<>])', '$1'
    }

    $text = $Name -replace '`', '``' -replace '"', '`"' -replace '\$', '`$' -replace '(?<!`)<([^>`]+)>', '$$($$$1)'
    $text = $text -replace '``([<>])', '$1'
    $expander = [scriptblock]::Create("{ `"$text`" }")
    $state = $script:Session.SessionState
    $inside = $state.InvokeCommand.InvokeScript($state, $expander, @())[0]
    try {
        [string] (. $inside)
    }
    catch {
        $Name
    }
}
