# A JUnit report: the form that most services read.
function Export-TestResult($Run, $Options) {
    $path = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Options.OutputPath)
    $settings = [System.Xml.XmlWriterSettings] @{ Indent = $true; CloseOutput = $true }
    $writer = [System.Xml.XmlWriter]::Create([System.IO.File]::Create($path), $settings)
    try {
        $writer.WriteStartElement('testsuites')
        $writer.WriteAttributeString('name', $Options.TestSuiteName)
        $writer.WriteAttributeString('tests', $Run.TotalCount)
        $writer.WriteAttributeString('failures', $Run.FailedCount)
        foreach ($container in $Run.Containers) {
            Write-ContainerResult $writer $container
        }
        $writer.WriteEndElement()
    }
    finally {
        $writer.Dispose()
    }
}

function Write-ContainerResult($Writer, $Container) {
    $Writer.WriteStartElement('testsuite')
    $Writer.WriteAttributeString('name', $Container.Name)
    $Writer.WriteAttributeString('tests', @($Container.Tests).Count)
    $Writer.WriteAttributeString('failures', @($Container.Tests | Where-Object Result -EQ 'Failed').Count)
    $Writer.WriteAttributeString('time', [System.Xml.XmlConvert]::ToString($Container.Duration.TotalSeconds))
    foreach ($test in $Container.Tests) {
        $Writer.WriteStartElement('testcase')
        $Writer.WriteAttributeString('classname', $Container.Name)
        $Writer.WriteAttributeString('name', $test.ExpandedPath)
        $Writer.WriteAttributeString('time', [System.Xml.XmlConvert]::ToString($test.Duration.TotalSeconds))
        if ($test.Result -eq 'Failed') {
            $Writer.WriteStartElement('failure')
            $Writer.WriteAttributeString('message', "$($test.ErrorRecord)")
            $Writer.WriteEndElement()
        }
        elseif ($test.Result -ne 'Passed') {
            $Writer.WriteElementString('skipped', '')
        }
        $Writer.WriteEndElement()
    }
    $Writer.WriteEndElement()
}
