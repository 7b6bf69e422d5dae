using System.Management.Automation;
using ContainerPS.Engine;

namespace ContainerPS.Module;

/// <summary>
/// Cmdlets with parameters only, no program. Words that PowerShell could not bind reach <see cref="Unbound"/>, so that the error can say what a word of
/// Docker's is called here.
/// </summary>
public abstract class ContainerCommand : EngineCommand
{
    // What takes a name, to which PowerShell gives "--all" by position.
    private static readonly string[] s_subjects = ["Container", "Image", "Volume", "Name", "Path", "Registry"];

    /// <summary>What fits no parameter.</summary>
    [Parameter(DontShow = true, ValueFromRemainingArguments = true)]
    public object[] Unbound { get; set; } = [];

    private protected sealed override void CheckWords()
    {
        var command = MyInvocation.MyCommand.Name;
        foreach (var subject in s_subjects)
        {
            if (MyInvocation.BoundParameters.TryGetValue(subject, out var value) && FirstDashed(value) is { } dashed)
                throw DockerWords.Refusal(command, dashed, Unbound.FirstOrDefault()?.ToString());
        }

        if (Unbound.Length == 0)
            return;
        var words = Array.ConvertAll(Unbound, static word => word?.ToString() ?? "");
        var index = Array.FindIndex(words, static word => word.StartsWith('-') && word.Length > 1);
        if (index >= 0)
            throw DockerWords.Refusal(command, words[index], index + 1 < words.Length ? words[index + 1] : null);
        throw new InvalidSettingException(words[0], words[0], $"'{words[0]}' is one word too many for {command}. Several names are separated by commas; Get-Help {command} tells what else there is.");
    }

    private static string? FirstDashed(object? value) => value switch
    {
        string text => IsDashed(text) ? text : null,
        string[] texts => Array.Find(texts, IsDashed),
        _ => null,
    };

    private static bool IsDashed(string text) => text.StartsWith("--", StringComparison.Ordinal);
}
