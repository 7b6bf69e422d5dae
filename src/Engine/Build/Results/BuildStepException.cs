using System.Globalization;

namespace ContainerPS;

/// <summary>A step of a build has failed.</summary>
public sealed class BuildStepException : ContainerEngineException
{
    private const int LinesInMessage = 20;

    internal BuildStepException(BuildStep step, string reason, int? exitCode, IReadOnlyList<string> output, Exception? inner = null)
        : base("BuildStepFailed", (inner as ContainerEngineException)?.Kind ?? ErrorKind.Failed, MessageOf(step, reason, output), step.Text, inner) =>
        (Step, ExitCode, Output) = (step, exitCode, output);

    /// <summary>The step.</summary>
    public BuildStep Step { get; }

    /// <summary>Exit code of its program; null when no program ran.</summary>
    public int? ExitCode { get; }

    /// <summary>The last lines that its program has written.</summary>
    public IReadOnlyList<string> Output { get; }

    /// <summary>The error of a program that has ended with another exit code than 0.</summary>
    internal static BuildStepException OfExit(BuildStep step, int exitCode, bool outOfMemory, IReadOnlyList<string> output) => new(
        step,
        string.Create(CultureInfo.InvariantCulture, $"the command ended with exit code {exitCode}{(outOfMemory ? ": it ran out of memory" : "")}"),
        exitCode,
        output);

    private static string MessageOf(BuildStep step, string reason, IReadOnlyList<string> output)
    {
        var text = $"{step.File}:{step.Line}: {step.Text}: {reason}";
        if (!text.EndsWith('.')) text += ".";
        if (output.Count == 0) return text;
        var skipped = Math.Max(0, output.Count - LinesInMessage);
        return $"{text} Its last output:{Environment.NewLine}{string.Join(Environment.NewLine, output.Skip(skipped))}";
    }
}
