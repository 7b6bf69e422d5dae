namespace ContainerPS.Engine;

/// <summary>
/// Names of containers, networks and volumes, by Docker's rule: a letter or digit, then at least one of letters, digits, <c>_ . -</c>. Containers may have
/// names of one character, too, which Docker refuses.
/// </summary>
internal static class ObjectName
{
    /// <summary>True when a name fits the rule.</summary>
    internal static bool IsValid(ReadOnlySpan<char> name) => name.Length > 1 && IsValidForContainer(name);

    /// <summary>True when a name fits a container.</summary>
    internal static bool IsValidForContainer(ReadOnlySpan<char> name)
    {
        if (name.Length == 0 || !char.IsAsciiLetterOrDigit(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-'))
                return false;
        }

        return true;
    }

    /// <summary>Gives a container's valid name back.</summary>
    /// <exception cref="InvalidSettingException">It does not fit the rule.</exception>
    internal static string ParseForContainer(string name, string parameter) => IsValidForContainer(name) ? name : throw new InvalidSettingException(
        parameter,
        name,
        $"{parameter}: '{name}' is not a name. Use letters, digits, '_', '.' and '-', and begin with a letter or digit.");

    /// <summary>Gives a valid name back.</summary>
    /// <exception cref="InvalidSettingException">It does not fit the rule.</exception>
    internal static string Parse(string name, string parameter) => IsValid(name) ? name : throw new InvalidSettingException(
        parameter,
        name,
        $"{parameter}: '{name}' is not a name. Use a letter or digit, followed by one or more letters, digits, '_', '.' or '-'.");
}
