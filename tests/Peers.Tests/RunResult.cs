namespace ContainerPS.Peers.Tests;

/// <summary>How a program ended and what it said.</summary>
internal sealed record RunResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Lines of the output.</summary>
    internal string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The output of a program that succeeded, without the space at its end.</summary>
    internal string Text
    {
        get
        {
            Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Errors}{Output}");
            return Output.TrimEnd();
        }
    }
}
