# Marks what is to run. A test is chosen when it or a block around it fits the filter, and none of them is excluded.
function Set-ShouldRun($Block, $Filter, [bool] $Included, [bool] $Excluded, [string] $File) {
    $hasFilter = @(@($Filter.Tag) + @($Filter.FullName) + @($Filter.Line) | Where-Object { $_ }).Count -gt 0
    $any = $false
    foreach ($item in $Block.Order) {
        $isIn = $Included -or -not $hasFilter -or (Test-Fit $item $Filter $File)
        $isOut = $Excluded -or (Test-Like $item.Tag $Filter.ExcludeTag) -or (@($Filter.ExcludeLine) -contains "${File}:$($item.StartLine)")
        if ($item.ItemType -eq 'Block') {
            Set-ShouldRun $item $Filter $isIn $isOut $File
        }
        else {
            $item.ShouldRun = $isIn -and -not $isOut
        }
        $any = $any -or $item.ShouldRun
    }
    $Block.ShouldRun = $any
}

function Test-Fit($Item, $Filter, [string] $File) {
    (Test-Like $Item.Tag $Filter.Tag) -or
    (Test-Like @($Item.Path -join '.') $Filter.FullName) -or
    (@($Filter.Line) -contains "${File}:$($Item.StartLine)")
}

function Test-Like([string[]] $Values, [string[]] $Patterns) {
    foreach ($pattern in $Patterns) {
        foreach ($value in $Values) {
            if ($pattern -and $value -like $pattern) {
                return $true
            }
        }
    }

    $false
}

# -Skip of a block holds for all in it.
function Set-Skip($Block, [bool] $Skip) {
    $allSkipped = $true
    foreach ($item in $Block.Order) {
        $item.Skip = $item.Skip -or $Skip
        if ($item.ItemType -eq 'Block') {
            Set-Skip $item $item.Skip
        }
        if ($item.ShouldRun -and -not $item.Skip) {
            $allSkipped = $false
        }
    }
    # Nothing is set up for a block in which nothing runs.
    if ($allSkipped -and $Block.Order.Count -gt 0) {
        $Block.Skip = $true
    }
}
