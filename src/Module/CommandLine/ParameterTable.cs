using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>A cmdlet's parameters, found as PowerShell finds them: by name, alias, or a beginning of one.</summary>
internal sealed class ParameterTable
{
    private readonly Dictionary<string, Entry> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes the parameters of a cmdlet.</summary>
    internal ParameterTable(CommandInfo command)
    {
        Command = command.Name;
        foreach (var parameter in command.Parameters.Values)
        {
            var isLetter = parameter.Attributes.Any(static attribute => attribute is DockerLetterAttribute);
            var entry = new Entry(parameter.Name, parameter.SwitchParameter, isLetter, Cmdlet.CommonParameters.Contains(parameter.Name) || Cmdlet.OptionalCommonParameters.Contains(parameter.Name));
            _names[parameter.Name] = entry;
            foreach (var alias in parameter.Aliases)
                _names[alias] = entry;
        }
    }

    /// <summary>The cmdlet's name.</summary>
    internal string Command { get; }

    /// <summary>The parameter a word means, or null. PowerShell has refused what fits several.</summary>
    internal Entry? Find(string word)
    {
        if (_names.TryGetValue(word, out var exact))
            return exact;
        Entry? found = null;
        foreach (var (name, entry) in _names)
        {
            if (name.StartsWith(word, StringComparison.OrdinalIgnoreCase) && (found is null || found.IsCommon))
                found = entry;
        }

        return found;
    }

    /// <summary>One parameter.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="IsSwitch">True when it takes no value.</param>
    /// <param name="IsLetter">True for one of <see cref="ProgramCommand"/>'s one-letter options.</param>
    /// <param name="IsCommon">True for PowerShell's own.</param>
    internal sealed record Entry(string Name, bool IsSwitch, bool IsLetter, bool IsCommon);
}
