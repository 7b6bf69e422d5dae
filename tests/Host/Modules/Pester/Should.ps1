$script:Operators = @{}

# Operators that share a test of (actual, expected, options); it returns the failure's message, or nothing when all is well.
function Add-Operator([string[]] $Name, [scriptblock] $Test, [switch] $TakesList) {
    foreach ($one in $Name) {
        $script:Operators[$one] = @{ Test = $Test; TakesList = [bool] $TakesList }
    }
}

function Should {
    [CmdletBinding()]
    param (
        [Parameter(Position = 0)]
        [Alias('RegularExpression', 'ExpectedType', 'ExpectedMessage', 'ParameterName', 'ExpectedContent')] $ExpectedValue,
        [Parameter(ValueFromPipeline)] $ActualValue,
        [switch] $Not,
        [string] $Because,
        [switch] $PassThru,
        [Alias('EQ')] [switch] $Be,
        [Alias('CEQ')] [switch] $BeExactly,
        [switch] $BeNullOrEmpty,
        [switch] $BeTrue,
        [switch] $BeFalse,
        [Alias('GT')] [switch] $BeGreaterThan,
        [Alias('GE')] [switch] $BeGreaterOrEqual,
        [Alias('LT')] [switch] $BeLessThan,
        [Alias('LE')] [switch] $BeLessOrEqual,
        [switch] $BeLike,
        [switch] $BeLikeExactly,
        [switch] $Match,
        [Alias('CMATCH')] [switch] $MatchExactly,
        [switch] $BeIn,
        [Alias('HaveType')] [switch] $BeOfType,
        [switch] $Contain,
        [switch] $HaveCount,
        [switch] $Exist,
        [switch] $FileContentMatch,
        [switch] $FileContentMatchExactly,
        [switch] $FileContentMatchMultiline,
        [switch] $FileContentMatchMultilineExactly,
        [switch] $Throw,
        [string] $ErrorId,
        [type] $ExceptionType,
        [switch] $HaveParameter,
        $Type,
        $DefaultValue,
        [switch] $Mandatory,
        [string] $InParameterSet,
        [switch] $HasArgumentCompleter,
        [string[]] $Alias
    )

    begin {
        $chosen = @($PSBoundParameters.Keys | Where-Object { $script:Operators.ContainsKey($_) })
        if ($chosen.Count -ne 1) {
            throw [ArgumentException] "Should needs exactly one operator such as -Be, and has $($chosen.Count): $($chosen -join ', ')."
        }
        $operator = $script:Operators[$chosen[0]]
        $collected = [System.Collections.Generic.List[object]]::new()
        $direct = $PSBoundParameters.ContainsKey('ActualValue')
    }

    process {
        if (-not $direct) {
            $collected.Add($ActualValue)
        }
    }

    end {
        $received = if ($direct) { , $ActualValue } else { , $collected.ToArray() }
        $asserted = if ($direct -or $operator.TakesList) {
            , $received
        }
        elseif ($collected.Count -eq 1) {
            , $collected[0]
        }
        elseif ($collected.Count -eq 0) {
            $null
        }
        else {
            , $received
        }

        $outcome = & $operator.Test $asserted $ExpectedValue @{
            Not = [bool] $Not; Because = $Because; Bound = $PSBoundParameters; HasExpected = $PSBoundParameters.ContainsKey('ExpectedValue')
            Operator = $chosen[0]; Exactly = $chosen[0].EndsWith('Exactly')
        }
        if ($outcome -is [System.Management.Automation.ErrorRecord]) {
            if ($PassThru) {
                $outcome
            }
            return
        }
        if ($outcome) {
            $where = @{
                Message = "$outcome"; File = $MyInvocation.ScriptName; Line = $MyInvocation.ScriptLineNumber; LineText = "$($MyInvocation.Line)".Trim(); Terminating = $true
            }
            throw [System.Management.Automation.ErrorRecord]::new([Exception]::new("$outcome"), 'PesterAssertionFailed', 'InvalidResult', $where)
        }
    }
}
