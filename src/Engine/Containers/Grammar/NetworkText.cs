namespace ContainerPS.Engine.Containers;

/// <summary>
/// A network as Docker's command line takes it: a name, or <c>name=NETWORK,alias=…,ip=…,ip6=…,mac-address=…</c>, of which <c>alias</c> may be given again.
/// </summary>
internal static class NetworkText
{
    private const string Form = "Use a name, or name=NETWORK with alias=NAME, ip=ADDRESS, ip6=ADDRESS and mac-address=ADDRESS, separated by commas.";

    /// <summary>Reads a network.</summary>
    /// <exception cref="InvalidSettingException">It is not of that form.</exception>
    internal static NetworkAttachment Parse(string text, string parameter)
    {
        if (!text.Contains('=')) return new NetworkAttachment { Network = text.Length > 0 ? text : throw Invalid(text, parameter, "is empty") };
        string? name = null, address = null, address6 = null, mac = null;
        var aliases = new List<string>();
        foreach (var field in text.Split(','))
        {
            var equals = field.IndexOf('=');
            if (equals <= 0 || equals == field.Length - 1) throw Invalid(text, parameter, $"has '{field}', which is not a key and a value");
            var value = field[(equals + 1)..];
            switch (field[..equals].Trim().ToLowerInvariant())
            {
                case "name": name = value; break;
                case "alias": aliases.Add(value); break;
                case "ip": address = value; break;
                case "ip6": address6 = value; break;
                case "mac-address": mac = value; break;
                default: throw Invalid(text, parameter, $"has the key '{field[..equals]}', which is unknown");
            }
        }

        if (name is null) throw Invalid(text, parameter, "has no name");
        return new NetworkAttachment { Network = name, Aliases = aliases, IPAddress = address, IPv6Address = address6, MacAddress = mac };
    }

    private static InvalidSettingException Invalid(string text, string parameter, string fault) => new(parameter, text, $"{parameter}: '{text}' {fault}. {Form}");
}
