using System.Diagnostics;

namespace ContainerPS.Conformance;

/// <summary>How a program ended and what it said.</summary>
public sealed record Ended(int ExitCode, string Output, string Errors)
{
    /// <summary>Lines of the output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Fails the test when the program failed.</summary>
    public Ended Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Errors}{Output}");
        return this;
    }

    /// <summary>Fails the test when the program did not fail; it has to say why.</summary>
    public Ended Refused()
    {
        Assert.True(ExitCode != 0, $"was not refused: {Output}{Errors}");
        Assert.False(string.IsNullOrWhiteSpace(Errors), "nothing says why");
        return this;
    }
}

/// <summary>Programs that tests run.</summary>
internal static class Programs
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    /// <summary>The probe.</summary>
    internal static string Probe { get; } = Path.Combine(AppContext.BaseDirectory, "probe");

    /// <summary>Starts a program with its streams as pipes.</summary>
    internal static Process Start(string program, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>Runs a program to its end and that of everything that holds its streams.</summary>
    internal static Ended Run(string program, IEnumerable<string> arguments, string? input = null)
    {
        using var process = Start(program, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading: what it says of that is what counts.
        }

        if (!Task.WaitAll([errors, output], s_patience) || !process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} has not ended");
        }

        return new Ended(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>One line of a stream, for which is waited.</summary>
    internal static string? ReadLine(StreamReader reader)
    {
        var line = reader.ReadLineAsync();
        return line.Wait(s_patience) ? line.Result : throw new TimeoutException("no line came");
    }

    /// <summary>Waits for a program's end; returns its exit code.</summary>
    internal static int Wait(Process process)
    {
        if (process.WaitForExit(s_patience)) return process.ExitCode;
        process.Kill(entireProcessTree: true);
        throw new TimeoutException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} has not ended");
    }
}
