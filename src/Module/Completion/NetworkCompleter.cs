namespace ContainerPS.Module;

/// <summary>Names of networks.</summary>
public sealed class NetworkCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word)
    {
        const string shared = "container:";
        if (word.StartsWith(shared, StringComparison.OrdinalIgnoreCase))
        {
            foreach (var container in OpenEngine()?.Containers.List(damaged: static _ => { }) ?? [])
                yield return (shared + container.Name, $"The network of {container.Name}: {container.State}");
            yield break;
        }

        foreach (var network in OpenEngine()?.Networks.List(static _ => { }) ?? [])
            yield return (network.Name, network.Name switch { "host" => "This machine's own network", "none" => "Only the loopback device", _ => $"{network.Driver} {string.Join(", ", network.Subnets.Select(static subnet => subnet.Subnet))}" });
    }
}

/// <summary>Drivers of networks.</summary>
public sealed class NetworkDriverCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) =>
    [
        ("bridge", "A network in this machine, whose containers reach the outside by its addresses"),
        ("macvlan", "Containers on the wire of a device, with hardware addresses of their own"),
        ("ipvlan", "Containers on the wire of a device, with its hardware address"),
    ];
}
