using System.Diagnostics;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>The published runcs, run as its users run it: code between clone and exec cannot run in a test process with its many threads.</summary>
internal static class RuncsProgram
{
    /// <summary>The program: <c>$CONTAINERPS_RUNCS</c>, or where <c>dotnet publish src/Runcs -c Release -r linux-x64</c> puts it.</summary>
    internal static string Path { get; } = Find();

    /// <summary>Starts any program with its output and errors caught.</summary>
    internal static RunResult Run(string program, IEnumerable<string> arguments, string? input = null, int timeoutSeconds = 300)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(timeoutSeconds)))
        {
            process.Kill();
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} has not ended");
        }

        return new RunResult(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Starts any program with its streams as pipes.</summary>
    internal static System.Diagnostics.Process Start(string program, IEnumerable<string> arguments) =>
        System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("CONTAINERPS_RUNCS") is { Length: > 0 } path) return path;
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            var published = System.IO.Path.Combine(folder, "src/Runcs/bin/Release/net10.0/linux-x64/publish/runcs");
            if (File.Exists(published)) return published;
        }

        throw new FileNotFoundException("There is no runcs: set CONTAINERPS_RUNCS, or run 'dotnet publish src/Runcs -c Release -r linux-x64'.");
    }
}

/// <summary>How a program ended and what it said.</summary>
internal sealed record RunResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Lines of the output.</summary>
    internal string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
