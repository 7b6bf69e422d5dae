using System.Net;
using System.Runtime.InteropServices;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Finds addresses by name and names by address. A name stands for itself (<c>db</c>) and, followed by its network's, for itself there (<c>db.back</c>).
/// A plain name that several of the networks know is looked up in the first of them that has an address of the kind, as Docker does.
/// </summary>
internal sealed class NameIndex
{
    /// <summary>An id as it is shown, which is a name, too. The whole id is longer than a label may be.</summary>
    private const int ShortId = 12;

    private readonly Dictionary<byte[], NamedAddresses> _addresses = new(ByteSpanComparer.Instance);
    private readonly Dictionary<byte[], byte[]> _names = new(ByteSpanComparer.Instance);
    private readonly Dictionary<byte[], NamedAddresses>.AlternateLookup<ReadOnlySpan<byte>> _addressesBySpan;
    private readonly Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> _namesBySpan;

    internal NameIndex(IReadOnlyList<NamedEndpoint> endpoints)
    {
        _addressesBySpan = _addresses.GetAlternateLookup<ReadOnlySpan<byte>>();
        _namesBySpan = _names.GetAlternateLookup<ReadOnlySpan<byte>>();
        var found = new Dictionary<byte[], Entry>(ByteSpanComparer.Instance);
        foreach (var endpoint in InOrderOfNetworks(endpoints))
        {
            foreach (var name in NamesOf(endpoint))
            {
                Add(found, name, network: null, endpoint);
                Add(found, name, endpoint.Network, endpoint);
            }

            AddName(endpoint.IPv4, endpoint);
            AddName(endpoint.IPv6, endpoint);
        }

        foreach (var (key, entry) in found) _addresses[key] = new NamedAddresses([.. entry.Version4], [.. entry.Version6]);
    }

    /// <inheritdoc cref="INameTable.Find"/>
    internal NamedAddresses? Find(ReadOnlySpan<byte> name) => _addressesBySpan.TryGetValue(name, out var addresses) ? addresses : null;

    /// <inheritdoc cref="INameTable.NameOf"/>
    internal byte[]? NameOf(ReadOnlySpan<byte> address) => _namesBySpan.TryGetValue(address, out var name) ? name : null;

    private static IEnumerable<NamedEndpoint> InOrderOfNetworks(IReadOnlyList<NamedEndpoint> endpoints)
    {
        var networks = new List<string>();
        foreach (var endpoint in endpoints)
        {
            if (!networks.Contains(endpoint.Network)) networks.Add(endpoint.Network);
        }

        foreach (var network in networks)
        {
            foreach (var endpoint in endpoints)
            {
                if (endpoint.Network == network) yield return endpoint;
            }
        }
    }

    private static IEnumerable<string> NamesOf(NamedEndpoint endpoint)
    {
        yield return endpoint.ContainerName;
        foreach (var alias in endpoint.Aliases) yield return alias;
        yield return endpoint.ContainerId.Length > ShortId ? endpoint.ContainerId[..ShortId] : endpoint.ContainerId;
    }

    private static void Add(Dictionary<byte[], Entry> found, string name, string? network, NamedEndpoint endpoint)
    {
        if (DnsName.Encode(network is null ? name : $"{name}.{network}") is not { } encoded) return;
        var key = new byte[encoded.Length];
        DnsName.Lower(encoded, key);

        // "a.b.c" is a container "a.b.c" rather than "a.b" on "c", and that rather than "a" on "b.c".
        var rank = network is null ? int.MaxValue : name.Length;
        if (!found.TryGetValue(key, out var entry) || entry.Rank < rank) found[key] = entry = new Entry(rank);
        if (entry.Rank > rank) return;
        AddAddress(entry.Version4, endpoint.IPv4, endpoint.Network, ref entry.Network4);
        AddAddress(entry.Version6, endpoint.IPv6, endpoint.Network, ref entry.Network6);
    }

    private static void AddAddress(List<byte> addresses, IPAddress? address, string network, ref string? knownNetwork)
    {
        if (address is null || (knownNetwork is not null && knownNetwork != network)) return;
        knownNetwork = network;
        var bytes = address.GetAddressBytes();

        // An alias may be a container's name as well.
        for (var i = 0; i < addresses.Count; i += bytes.Length)
        {
            if (bytes.AsSpan().SequenceEqual(CollectionsMarshal.AsSpan(addresses).Slice(i, bytes.Length))) return;
        }

        addresses.AddRange(bytes);
    }

    private void AddName(IPAddress? address, NamedEndpoint endpoint)
    {
        if (address is null) return;
        var name = DnsName.Encode($"{endpoint.ContainerName}.{endpoint.Network}") ?? DnsName.Encode($"{endpoint.ContainerId[..Math.Min(ShortId, endpoint.ContainerId.Length)]}.{endpoint.Network}");
        if (name is not null) _names.TryAdd(address.GetAddressBytes(), name);
    }

    private sealed class Entry(int rank)
    {
        internal string? Network4;
        internal string? Network6;

        internal int Rank { get; } = rank;

        internal List<byte> Version4 { get; } = [];

        internal List<byte> Version6 { get; } = [];
    }
}
