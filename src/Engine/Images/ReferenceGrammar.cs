namespace ContainerPS.Engine.Images;

/// <summary>
/// The grammar of image references (distribution/reference, regexp.go and normalize.go), written out so that each refusal can say what is wrong.
/// <code>
/// reference  := name [":" tag] ["@" digest]          name   := [domain "/"] component ("/" component)*
/// component  := [a-z0-9]+ (separator [a-z0-9]+)*     domain := host [":" [0-9]+]
/// separator  := "." | "_" | "__" | "-"+              host   := label ("." label)* | "[" [a-fA-F0-9:]+ "]"
/// tag        := [A-Za-z0-9_][A-Za-z0-9_.-]{0,127}    label  := [A-Za-z0-9] ([A-Za-z0-9-]* [A-Za-z0-9])?
/// </code>
/// </summary>
internal static class ReferenceGrammar
{
    private const int MaxPath = 255;
    private const int MaxTag = 128;

    /// <summary>Reads a reference; gives null, or what is wrong with it.</summary>
    internal static string? TryParse(string text, out ImageReference? reference)
    {
        reference = null;
        if (text.Length == 0) return "it is empty";
        if (text.Length == 64 && IsLowerHex(text)) return "64 hexadecimal digits are an image id, not a name";

        var (domain, rest) = SplitDomain(text);
        string? digest = null, tag = null;
        if (rest.IndexOf('@') is var at and >= 0)
        {
            digest = rest[(at + 1)..];
            rest = rest[..at];
            if (DigestError(digest) is { } wrong) return wrong;
        }

        if (rest.IndexOf(':') is var colon and >= 0)
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (TagError(tag) is { } wrong) return wrong;
        }

        if (PathError(rest) is { } wrongPath) return wrongPath;
        var path = rest;
        if (DomainError(domain) is { } wrongDomain)
        {
            // As Docker: what is no host name may still be the first component of a path ("a.b_c/d").
            if (PathError(domain) is not null) return wrongDomain;
            path = $"{domain}/{rest}";
            domain = "";
        }

        if (path.Length > MaxPath) return $"the repository has {path.Length} characters and may have {MaxPath}";
        reference = new ImageReference(domain, path, tag, digest);
        return null;
    }

    /// <summary>What is wrong with a tag, or null.</summary>
    internal static string? TagError(string tag)
    {
        if (tag.Length == 0) return "the tag after ':' is empty";
        if (tag.Length > MaxTag) return $"the tag has {tag.Length} characters and may have {MaxTag}";
        if (!char.IsAsciiLetterOrDigit(tag[0]) && tag[0] != '_') return $"the tag '{tag}' begins with '{tag[0]}', and must begin with a letter, a digit or '_'";
        foreach (var c in tag)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-')) return $"the tag '{tag}' contains '{c}'; letters, digits, '_', '.' and '-' are allowed";
        return null;
    }

    private static (string Domain, string Remainder) SplitDomain(string text)
    {
        var slash = text.IndexOf('/');
        if (slash < 0) return (ImageReference.DefaultDomain, ImageReference.OfficialPrefix + text);
        var (domain, rest) = (text[..slash], text[(slash + 1)..]);
        if (domain == "index.docker.io") domain = ImageReference.DefaultDomain;
        else if (domain != "localhost" && domain.AsSpan().IndexOfAny('.', ':') < 0 && domain.ToLowerInvariant() == domain) (domain, rest) = (ImageReference.DefaultDomain, text);
        if (domain == ImageReference.DefaultDomain && !rest.Contains('/')) rest = ImageReference.OfficialPrefix + rest;
        return (domain, rest);
    }

    private static string? PathError(string path)
    {
        foreach (var component in path.Split('/'))
        {
            if (component.Length == 0) return "there is an empty part between, before or after '/'";
            for (var i = 0; i < component.Length; i++)
            {
                var c = component[i];
                if (IsLowerOrDigit(c)) continue;
                if (char.IsUpper(c)) return $"the repository '{component}' has capital letters, and must be lower case";
                if (c is not ('.' or '_' or '-')) return $"the repository '{component}' contains '{c}'; lower-case letters, digits, '.', '_' and '-' are allowed";
                var length = SeparatorLength(component, i);
                if (i == 0) return $"the repository '{component}' begins with '{c}', and must begin with a letter or digit";
                if (i + length == component.Length) return $"the repository '{component}' ends with '{c}', and must end with a letter or digit";
                if (!IsLowerOrDigit(component[i + length])) return $"the repository '{component}' has '{component.Substring(i, length + 1)}'; '.', '_', '__' or dashes separate letters and digits";
                i += length;
            }
        }

        return null;
    }

    private static int SeparatorLength(string text, int start)
    {
        var end = start + 1;
        if (text[start] == '-') while (end < text.Length && text[end] == '-') end++;
        else if (text[start] == '_' && end < text.Length && text[end] == '_') end++;
        return end - start;
    }

    private static string? DomainError(string domain)
    {
        var host = domain;
        string? port = null;
        if (domain.StartsWith('['))
        {
            var close = domain.IndexOf(']');
            if (close < 0) return $"the address '{domain}' lacks its ']'";
            host = domain[..(close + 1)];
            if (close + 1 < domain.Length)
            {
                if (domain[close + 1] != ':') return $"after the address '{host}' comes a port, as in '{host}:5000'";
                port = domain[(close + 2)..];
            }

            if (host.Length == 2) return "the address in '[]' is empty";
            foreach (var c in host.AsSpan(1, host.Length - 2))
                if (!char.IsAsciiHexDigit(c) && c != ':') return $"the address '{host}' contains '{c}'; an IPv6 address is hexadecimal digits and ':'";
        }
        else
        {
            if (domain.IndexOf(':') is var colon and >= 0) (host, port) = (domain[..colon], domain[(colon + 1)..]);
            foreach (var label in host.Split('.'))
                if (!IsLabel(label)) return $"'{host}' is not a registry's host name";
        }

        return port is null || (port.Length > 0 && port.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0) ? null : $"the port '{port}' of registry '{host}' is not a number";
    }

    private static bool IsLabel(string label)
    {
        if (label.Length == 0 || label[0] == '-' || label[^1] == '-') return false;
        foreach (var c in label)
            if (!char.IsAsciiLetterOrDigit(c) && c != '-') return false;
        return true;
    }

    private static string? DigestError(string digest)
    {
        var colon = digest.IndexOf(':');
        if (colon < 0) return $"the digest '{digest}' is not of the form sha256:<64 hexadecimal digits>";
        var length = digest[..colon] switch { "sha256" => 64, "sha384" => 96, "sha512" => 128, _ => 0 };
        if (length == 0) return $"the digest '{digest}' is of an unknown algorithm";
        var hex = digest[(colon + 1)..];
        return hex.Length == length && IsLowerHex(hex) ? null : $"the digest '{digest}' is not {length} lower-case hexadecimal digits after '{digest[..colon]}:'";
    }

    private static bool IsLowerHex(string text) => text.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0;

    private static bool IsLowerOrDigit(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
