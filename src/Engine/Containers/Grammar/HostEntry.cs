namespace ContainerPS.Engine.Containers;

/// <summary>
/// A line for the container's /etc/hosts as Docker's command line takes it: <c>name:address</c> or <c>name=address</c>, the address perhaps in
/// brackets, or <c>host-gateway</c> in its place.
/// </summary>
/// <param name="Name">Host name.</param>
/// <param name="Address">Address as it was written, without brackets, or <c>host-gateway</c>.</param>
internal sealed record HostEntry(string Name, string Address)
{
    /// <summary>Stands for the address under which a container reaches the host.</summary>
    internal const string HostGateway = "host-gateway";

    private const string Form = "Use name:address, such as db:10.0.0.5, db:::1 or host:host-gateway.";

    /// <summary>Reads an entry.</summary>
    /// <exception cref="InvalidSettingException">It is not of that form.</exception>
    internal static HostEntry Parse(string text, string parameter)
    {
        // With '=' an IPv6 address needs no thought; otherwise the first colon ends the name.
        var end = text.IndexOf('=');
        if (end < 0)
            end = text.IndexOf(':');
        if (end <= 0 || text.AsSpan(0, end).Contains(':'))
            throw new InvalidSettingException(parameter, text, $"{parameter}: '{text}' is not a host name and an address. {Form}");

        var address = text[(end + 1)..];
        if (address == HostGateway)
            return new(text[..end], address);
        if (address.Length > 2 && address[0] == '[' && address[^1] == ']')
            address = address[1..^1];
        return IPAddressText.TryParse(address.AsSpan().Trim(), out _)
            ? new(text[..end], address)
            : throw new InvalidSettingException(parameter, text, $"{parameter}: '{address}' in '{text}' is not an IP address. {Form}");
    }

    /// <summary>The entry as <c>name:address</c>.</summary>
    public override string ToString() => $"{Name}:{Address}";
}
