namespace ContainerPS.Engine.Containers;

/// <summary>Search domains as Docker's command line takes them: a domain, which may end in a dot, or a dot alone for "none".</summary>
internal static class DnsSearch
{
    private const int LongestDomain = 254;

    /// <summary>Reads a domain: without blanks around it and without the dot at its end.</summary>
    /// <exception cref="InvalidSettingException">It is not a domain.</exception>
    internal static string Parse(string text, string parameter)
    {
        var domain = text.AsSpan().Trim(' ');
        if (domain is ".")
            return ".";
        domain = domain.TrimEnd(" \t\n\f\r");
        if (domain.EndsWith("."))
            domain = domain[..^1];
        if (domain.Length <= LongestDomain && HasLetter(domain) && HasOnlyLabels(domain))
            return domain.ToString();
        throw new InvalidSettingException(parameter, text, $"{parameter}: '{text}' is not a domain. Use a name such as example.com, or '.' for no search domain.");
    }

    private static bool HasLetter(ReadOnlySpan<char> domain)
    {
        foreach (var c in domain)
        {
            if (char.IsAsciiLetter(c))
                return true;
        }

        return false;
    }

    private static bool HasOnlyLabels(ReadOnlySpan<char> domain)
    {
        foreach (var range in domain.Split('.'))
        {
            if (!IsLabel(domain[range]))
                return false;
        }

        return true;
    }

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (label.Length == 0 || label[0] == '-' || label[^1] == '-')
            return false;
        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return false;
        }

        return true;
    }
}
