using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>What a program's exit code does to the session, as with native commands: $LASTEXITCODE, $?, and an error where $PSNativeCommandUseErrorActionPreference asks for one.</summary>
internal static class ProgramExit
{
    private const string Preference = "local:ErrorActionPreference";

    /// <summary>Reports an exit code. Call it last: it may end the command.</summary>
    /// <param name="cmdlet">The running cmdlet.</param>
    /// <param name="program">What ran.</param>
    /// <param name="exitCode">Its exit code.</param>
    internal static void Report(PSCmdlet cmdlet, string program, int exitCode)
    {
        SetLastExitCode(cmdlet, exitCode);
        if (exitCode == 0)
            return;
        if (LanguagePrimitives.IsTrue(cmdlet.SessionState.PSVariable.GetValue("PSNativeCommandUseErrorActionPreference")))
        {
            var error = new ContainerEngineException("ProgramExitedWithNonZeroCode", ErrorKind.Failed, $"Program \"{program}\" ended with non-zero exit code: {exitCode}.", program);
            cmdlet.WriteError(ErrorRecords.From(error));
        }
        else
        {
            MarkFailed(cmdlet);
        }
    }

    /// <summary>Sets $LASTEXITCODE.</summary>
    internal static void SetLastExitCode(PSCmdlet cmdlet, int exitCode) => cmdlet.SessionState.PSVariable.Set("global:LASTEXITCODE", exitCode);

    // An error that is ignored leaves no trace but $? being false, which is just what is wanted; for that the preference must be Ignore for a moment.
    private static void MarkFailed(PSCmdlet cmdlet)
    {
        if (cmdlet.MyInvocation.BoundParameters.ContainsKey("ErrorAction"))
            return;
        var variables = cmdlet.SessionState.PSVariable;
        var before = variables.GetValue(Preference);
        variables.Set(Preference, ActionPreference.Ignore);
        try
        {
            cmdlet.WriteError(new ErrorRecord(new RuntimeException(), "ProgramFailed", ErrorCategory.NotSpecified, null));
        }
        finally
        {
            if (before is null)
                variables.Remove(Preference);
            else
                variables.Set(Preference, before);
        }
    }
}
