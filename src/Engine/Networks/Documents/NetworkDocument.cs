using System.Text.Json;
using ContainerPS.Engine.JsonDocuments;

namespace ContainerPS.Engine.Networks;

/// <summary>The file of a <see cref="NetworkRecord"/>.</summary>
internal static class NetworkDocument
{
    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidSpecException">It is damaged.</exception>
    internal static NetworkRecord Read(ReadOnlySpan<byte> document) => new JsonDocumentReader(document, "network").Document(Read);

    /// <summary>Its text.</summary>
    internal static ReadOnlySpan<byte> Write(NetworkRecord network) => JsonDocumentWriter.Write(json =>
    {
        json.Text("id"u8, network.Id);
        json.Text("name"u8, network.Name);
        json.Text("driver"u8, network.Driver);
        json.WriteString("created"u8, network.Created);
        json.TextMap("labels"u8, network.Labels);
        json.TextMap("options"u8, network.Options);
        json.Flag("internal"u8, network.Internal);
        json.Number("mtu"u8, network.Mtu);
        json.Objects("pools"u8, network.Pools, WritePool);
        json.Text("device"u8, network.Device);
    });

    private static NetworkRecord Read(ref JsonDocumentReader r)
    {
        string? id = null, name = null, driver = null, device = null;
        DateTimeOffset created = default;
        Dictionary<string, string>? labels = null, options = null;
        List<AddressPool>? pools = null;
        var isInternal = false;
        int? mtu = null;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("id"u8)) id = r.Text();
            else if (r.Is("name"u8)) name = r.Text();
            else if (r.Is("driver"u8)) driver = r.Text();
            else if (r.Is("created"u8)) created = r.Time();
            else if (r.Is("labels"u8)) labels = r.TextMap();
            else if (r.Is("options"u8)) options = r.TextMap();
            else if (r.Is("internal"u8)) isInternal = r.Flag();
            else if (r.Is("mtu"u8)) mtu = r.Int32();
            else if (r.Is("pools"u8)) pools = r.List(ReadPool);
            else if (r.Is("device"u8)) device = r.Text();
            else r.Skip();
        }

        return new NetworkRecord
        {
            Id = id ?? throw r.Lacks("id"),
            Name = name ?? throw r.Lacks("name"),
            Driver = driver ?? throw r.Lacks("driver"),
            Created = created,
            Labels = labels,
            Options = options,
            Internal = isInternal,
            Mtu = mtu,
            Pools = pools ?? throw r.Lacks("pools"),
            Device = device ?? "",
        };
    }

    private static void WritePool(Utf8JsonWriter json, AddressPool pool)
    {
        json.Text("subnet"u8, pool.Subnet);
        json.Text("gateway"u8, pool.Gateway);
        json.Text("ipRange"u8, pool.IPRange);
        json.TextMap("auxiliary"u8, pool.Auxiliary);
        json.Flag("isAsked"u8, pool.IsAsked);
    }

    private static AddressPool ReadPool(ref JsonDocumentReader r)
    {
        string? subnet = null, gateway = null, range = null;
        Dictionary<string, string>? auxiliary = null;
        var isAsked = false;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("subnet"u8)) subnet = r.Text();
            else if (r.Is("gateway"u8)) gateway = r.Text();
            else if (r.Is("ipRange"u8)) range = r.Text();
            else if (r.Is("auxiliary"u8)) auxiliary = r.TextMap();
            else if (r.Is("isAsked"u8)) isAsked = r.Flag();
            else r.Skip();
        }

        return new AddressPool { Subnet = subnet ?? throw r.Lacks("subnet"), Gateway = gateway, IPRange = range, Auxiliary = auxiliary, IsAsked = isAsked };
    }
}
