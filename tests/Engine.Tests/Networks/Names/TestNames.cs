using System.Net;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks.Names;

/// <summary>Endpoints and tables for the tests.</summary>
internal static class TestNames
{
    internal static NamedEndpoint Endpoint(string name, string? version4, string? version6 = null, string network = "back", string id = "0123456789abcdef", params string[] aliases) =>
        new(network, id, name, aliases, version4 is null ? null : IPAddress.Parse(version4), version6 is null ? null : IPAddress.Parse(version6));

    /// <summary>A table that never changes.</summary>
    internal static EndpointNames Table(params NamedEndpoint[] endpoints) => new(() => new NamedEndpoints(endpoints, MayForward: true), () => 1);

    internal static NameIndex Index(params NamedEndpoint[] endpoints) => new(endpoints);

    /// <summary>The addresses of a name, or null.</summary>
    internal static string? Find(this NameIndex index, string name)
    {
        var lower = Packet.Name(name.ToLowerInvariant());
        if (index.Find(lower) is not { } addresses) return null;
        List<string> found = [];
        for (var i = 0; i < addresses.Version4.Length; i += 4) found.Add(new IPAddress(addresses.Version4.AsSpan(i, 4)).ToString());
        for (var i = 0; i < addresses.Version6.Length; i += 16) found.Add(new IPAddress(addresses.Version6.AsSpan(i, 16)).ToString());
        return string.Join(' ', found);
    }
}
