using System.Diagnostics;

namespace ContainerPS.Peers.Tests;

/// <summary>Starts programs with their streams as pipes.</summary>
internal static class Programs
{
    /// <summary>The packed runcs: <c>$CONTAINERPS_RUNCS</c>, or where <c>./build.sh pack</c> puts it.</summary>
    internal static string Runcs { get; } = FindRuncs();

    /// <summary>Runs a program to its end.</summary>
    internal static RunResult Run(string program, IEnumerable<string> arguments, string? input = null, int timeoutSeconds = 180)
    {
        using var process = Start(program, arguments);
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without reading; what it says tells why.
        }

        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(timeoutSeconds)) || !Task.WaitAll([errors, output], TimeSpan.FromSeconds(60)))
        {
            if (!process.HasExited) process.Kill();
            throw new TimeoutException($"'{program} {string.Join(' ', arguments)}' has not ended, or something it started still has its output open");
        }

        return new RunResult(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Starts a program.</summary>
    internal static Process Start(string program, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static string FindRuncs()
    {
        if (Environment.GetEnvironmentVariable("CONTAINERPS_RUNCS") is { Length: > 0 } path) return path;
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var packed = Path.Combine(folder, "out/ContainerPS/runcs");
            if (File.Exists(packed)) return packed;
        }

        throw new FileNotFoundException("There is no runcs: set CONTAINERPS_RUNCS, or run './build.sh pack'.");
    }
}
