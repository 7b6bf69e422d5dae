using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ContainerPS.TestHost;

/// <summary>Writes to the console as pwsh does: all streams but errors on standard output, errors on standard error when that is redirected.</summary>
internal sealed partial class ConsoleUserInterface(bool nonInteractive) : PSHostUserInterface
{
    private readonly ConsoleRawUserInterface _raw = new();
    private readonly ProgressLine _progress = new();

    public override PSHostRawUserInterface RawUI => _raw;

    public override bool SupportsVirtualTerminal { get; } = Environment.GetEnvironmentVariable("TERM") != "dumb";

    public void ClearProgress() => _progress.Clear();

    public override void Write(string value)
    {
        lock (_progress)
        {
            _progress.Hide();
            Console.Out.Write(GetOutputString(value, SupportsVirtualTerminal));
        }
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Write(Coloured(foregroundColor, backgroundColor, value));

    public override void WriteLine(string value) => Write(value + Environment.NewLine);

    public override void WriteLine() => Write(Environment.NewLine);

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Write(Coloured(foregroundColor, backgroundColor, value) + Environment.NewLine);

    public override void WriteErrorLine(string value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        if (!Console.IsErrorRedirected)
            WriteLine(value);
        else
            Console.Error.WriteLine(GetOutputString(value, SupportsVirtualTerminal));
    }

    public override void WriteDebugLine(string message) => WriteStyled(FormatStyle.Debug, "DEBUG: " + message);

    public override void WriteVerboseLine(string message) => WriteStyled(FormatStyle.Verbose, "VERBOSE: " + message);

    public override void WriteWarningLine(string message) => WriteStyled(FormatStyle.Warning, "WARNING: " + message);

    public override void WriteInformation(InformationRecord record)
    {
        // The engine has already written what is to be seen of it.
    }

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (Console.IsOutputRedirected)
            return;
        lock (_progress)
            _progress.Update(sourceId, record);
    }

    public override string? ReadLine()
    {
        RefuseWhenNonInteractive();
        return ReadAnswer();
    }

    /// <summary>What is read from a pipe is shown, so that the output reads as a session would.</summary>
    private string? ReadAnswer()
    {
        string? answer = Console.In.ReadLine();
        if (Console.IsInputRedirected)
            WriteLine(answer ?? string.Empty);
        return answer;
    }

    public override SecureString ReadLineAsSecureString()
    {
        RefuseWhenNonInteractive();
        var secret = new SecureString();
        if (Console.IsInputRedirected)
        {
            foreach (char letter in Console.In.ReadLine() ?? string.Empty)
                secret.AppendChar(letter);
            return secret;
        }

        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace && secret.Length > 0)
                secret.RemoveAt(secret.Length - 1);
            else if (key.KeyChar >= ' ')
                secret.AppendChar(key.KeyChar);
        }

        WriteLine();
        return secret;
    }

    private void WriteStyled(FormatStyle style, string text) =>
        WriteLine(SupportsVirtualTerminal ? GetFormatStyleString(style) + text + PSStyle.Instance.Reset : text);

    private string Coloured(ConsoleColor foreground, ConsoleColor background, string value)
    {
        if (!SupportsVirtualTerminal)
            return value;
        string start = PSStyle.MapForegroundColorToEscapeSequence(foreground);
        if (background != _raw.BackgroundColor && Enum.IsDefined(background))
            start += PSStyle.MapBackgroundColorToEscapeSequence(background);
        return start + value + PSStyle.Instance.Reset;
    }

    private void RefuseWhenNonInteractive()
    {
        if (nonInteractive)
            throw new PSInvalidOperationException("PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.");
    }
}
