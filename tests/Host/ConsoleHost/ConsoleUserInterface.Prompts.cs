using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ContainerPS.TestHost;

/// <summary>Questions to the user: missing mandatory parameters, choices (-Confirm), credentials.</summary>
internal sealed partial class ConsoleUserInterface
{
    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        RefuseWhenNonInteractive();
        WriteHeading(caption, message);
        var answers = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (FieldDescription field in descriptions)
        {
            Type type = Type.GetType(field.ParameterAssemblyFullName) ?? typeof(string);
            // At the end of input nothing is answered, and whoever asked says what is missing.
            if (Ask(field.Name, type) is not { } answer)
                break;
            answers[field.Name] = PSObject.AsPSObject(answer);
        }

        return answers;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RefuseWhenNonInteractive();
        WriteHeading(caption, message);
        List<(string Key, string Label)> options = [.. choices.Select(Split)];
        while (true)
        {
            Write(string.Join("  ", options.Select(option => $"[{option.Key}] {option.Label}"))
                + (defaultChoice >= 0 ? $" (default is \"{options[defaultChoice].Key}\"): " : ": "));
            string? answer = ReadAnswer()?.Trim();
            if (answer is null or "")
            {
                if (defaultChoice >= 0)
                    return defaultChoice;
                if (answer is null)
                    throw new PSInvalidOperationException("The input ended before the question was answered.");
                continue;
            }

            int chosen = options.FindIndex(option => option.Key.Equals(answer, StringComparison.OrdinalIgnoreCase)
                || option.Label.Equals(answer, StringComparison.OrdinalIgnoreCase));
            if (chosen >= 0)
                return chosen;
        }
    }

    public override PSCredential? PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential? PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
    {
        RefuseWhenNonInteractive();
        WriteHeading(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            Write("User: ");
            userName = ReadAnswer() ?? string.Empty;
            if (userName.Length == 0)
                return null;
        }

        Write($"Password for user {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    private object? Ask(string name, Type type)
    {
        if (type == typeof(SecureString))
        {
            Write($"{name}: ");
            return ReadLineAsSecureString();
        }

        if (type.IsArray)
            return AskForList(name, type);
        Write($"{name}: ");
        return ReadAnswer() is { } text ? LanguagePrimitives.ConvertTo(text, type, CultureInfo.CurrentCulture) : null;
    }

    private object? AskForList(string name, Type type)
    {
        var items = new List<string>();
        while (true)
        {
            Write($"{name}[{items.Count}]: ");
            string? item = ReadAnswer();
            if (item is null && items.Count == 0)
                return null;
            if (string.IsNullOrEmpty(item))
                return LanguagePrimitives.ConvertTo(items.ToArray(), type, CultureInfo.CurrentCulture);
            items.Add(item);
        }
    }

    private void WriteHeading(string caption, string message)
    {
        if (!string.IsNullOrEmpty(caption))
        {
            WriteLine();
            WriteLine(caption);
        }


        if (!string.IsNullOrEmpty(message))
            WriteLine(message);
    }

    /// <summary>"&amp;Yes" is chosen by Y and shown as Yes.</summary>
    private static (string Key, string Label) Split(ChoiceDescription choice)
    {
        int mark = choice.Label.IndexOf('&');
        string label = choice.Label.Replace("&", string.Empty, StringComparison.Ordinal);
        string key = mark >= 0 && mark + 1 < choice.Label.Length ? choice.Label[mark + 1].ToString().ToUpperInvariant() : label;
        return (key, label);
    }
}
