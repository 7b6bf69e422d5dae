using System.Management.Automation;

namespace ContainerPS.TestHost;

/// <summary>The executable's entry: a console host with pwsh's command line and exit codes.</summary>
public static class HostProgram
{
    /// <summary>Runs what the arguments ask for and returns the process's exit code.</summary>
    public static int Run(string[] arguments)
    {
        // Nothing the Host runs is to report its use to anybody.
        Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")))
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        CommandLine line = CommandLine.Parse(arguments);
        if (line.Error is not null)
        {
            Console.Error.WriteLine(line.Error);
            return CommandLine.UsageExitCode;
        }

        if (line.ShowVersion)
        {
            Console.WriteLine($"PowerShell {PSVersionInfo.PSVersion}");
            return 0;
        }

        using var host = new ConsoleHost(line);
        return host.Run();
    }
}
