using System.Management.Automation.Runspaces;
using System.Text;

namespace ContainerPS.TestHost;

/// <summary>What was asked on the command line, in pwsh's spelling.</summary>
internal sealed class CommandLine
{
    public const int UsageExitCode = 64;

    private static readonly string[] s_switches = ["noprofile", "noninteractive", "nologo", "noexit", "interactive", "login", "mta", "sta"];

    public string? File { get; private set; }

    public string? Command { get; private set; }

    public List<CommandParameter> Arguments { get; } = [];

    public string? WorkingDirectory { get; private set; }

    public bool ReadCommandsFromInput { get; private set; }

    public bool NonInteractive { get; private set; }

    public bool NoExit { get; private set; }

    public bool ShowVersion { get; private set; }

    public string? Error { get; private set; }

    public static CommandLine Parse(string[] arguments)
    {
        var line = new CommandLine();
        for (int i = 0; i < arguments.Length && line.Error is null; i++)
        {
            string argument = arguments[i];
            if (!argument.StartsWith('-') || argument == "-")
            {
                line.TakeFile(arguments[i..]);
                return line;
            }

            string key = argument.TrimStart('-').ToLowerInvariant();
            switch (key)
            {
                case "file" or "f":
                    line.TakeFile(arguments[(i + 1)..]);
                    return line;
                case "command" or "c":
                    line.TakeCommand(arguments[(i + 1)..]);
                    return line;
                case "encodedcommand" or "ec" or "e" or "enc":
                    line.TakeEncodedCommand(arguments[(i + 1)..]);
                    return line;
                case "workingdirectory" or "wd" or "wo":
                    line.WorkingDirectory = line.Value(arguments, ref i);
                    break;
                case "executionpolicy" or "ex" or "ep" or "outputformat" or "o" or "of" or "inputformat" or "inp" or "if":
                    line.Value(arguments, ref i);
                    break;
                case "version" or "v":
                    line.ShowVersion = true;
                    break;
                default:
                    line.TakeSwitch(argument, key);
                    break;
            }
        }

        return line;
    }

    private void TakeSwitch(string argument, string key)
    {
        string? known = s_switches.FirstOrDefault(name => name == key)
            ?? (key.Length >= 3 ? s_switches.FirstOrDefault(name => name.StartsWith(key, StringComparison.Ordinal)) : null);
        switch (known)
        {
            case null:
                Error = $"The argument '{argument}' is not recognized as the name of a script file. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.";
                break;
            case "noninteractive":
                NonInteractive = true;
                break;
            case "noexit":
                NoExit = true;
                break;
        }
    }

    private string? Value(string[] arguments, ref int i)
    {
        if (++i < arguments.Length)
            return arguments[i];
        Error = $"The parameter '{arguments[i - 1]}' needs a value.";
        return null;
    }

    private void TakeCommand(string[] rest)
    {
        if (rest.Length == 0)
            Error = "Cannot process the command because of a missing parameter. A command must follow -Command.";
        else if (rest is ["-"])
            ReadCommandsFromInput = true;
        else
            Command = string.Join(' ', rest);
    }

    private void TakeEncodedCommand(string[] rest)
    {
        try
        {
            Command = Encoding.Unicode.GetString(Convert.FromBase64String(rest.FirstOrDefault() ?? string.Empty));
        }
        catch (FormatException)
        {
            Error = "Cannot process the command because the value specified with -EncodedCommand is not properly encoded. The value must be Base64 encoded.";
        }
    }

    private void TakeFile(string[] rest)
    {
        if (rest.Length == 0)
        {
            Error = "The argument '-File' needs the path of a script.";
            return;
        }

        if (rest[0] == "-")
        {
            ReadCommandsFromInput = true;
            return;
        }

        File = Path.GetFullPath(rest[0]);
        if (!System.IO.File.Exists(File))
        {
            Error = $"The argument '{rest[0]}' is not recognized as the name of a script file. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.";
            return;
        }

        TakeScriptArguments(rest.AsSpan(1));
    }

    /// <summary>-Name, -Name:value and plain values; after a colon the words true and false become booleans, as a switch wants them.</summary>
    private void TakeScriptArguments(ReadOnlySpan<string> rest)
    {
        string? waiting = null;
        foreach (string argument in rest)
        {
            if (waiting is not null)
            {
                Arguments.Add(new CommandParameter(waiting, argument));
                waiting = null;
            }
            else if (argument.Length > 1 && argument[0] == '-')
            {
                int colon = argument.IndexOf(':');
                if (colon < 0)
                    Arguments.Add(new CommandParameter(argument));
                else if (colon == argument.Length - 1)
                    waiting = argument[..colon];
                else
                    Arguments.Add(new CommandParameter(argument[..colon], BooleanOrText(argument[(colon + 1)..])));
            }
            else
            {
                Arguments.Add(new CommandParameter(null, argument));
            }
        }
    }

    private static object BooleanOrText(string text) =>
        bool.TryParse(text.StartsWith('$') ? text[1..] : text, out bool value) ? value : text;
}
