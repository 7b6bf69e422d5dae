using System.Text.Json;
using ContainerPS.Engine.JsonDocuments;

namespace ContainerPS.Engine.Networks;

/// <summary>The file of a <see cref="RunNetworks"/>.</summary>
internal static class RunNetworksDocument
{
    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidSpecException">It is damaged.</exception>
    internal static RunNetworks Read(ReadOnlySpan<byte> document) => new JsonDocumentReader(document, "networks.json").Document(Read);

    /// <summary>Its text.</summary>
    internal static ReadOnlySpan<byte> Write(RunNetworks run) => JsonDocumentWriter.Write(json =>
    {
        json.Objects("networks"u8, run.Networks, WriteNetwork);
        json.Objects("ports"u8, run.Ports, PortDocument.Write);
        json.Flag("holdsPorts"u8, run.HoldsPorts);
    });

    private static RunNetworks Read(ref JsonDocumentReader r)
    {
        List<RunNetwork>? networks = null;
        List<PublishedPort>? ports = null;
        var holdsPorts = false;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("networks"u8)) networks = r.List(ReadNetwork);
            else if (r.Is("ports"u8)) ports = r.List(PortDocument.Read);
            else if (r.Is("holdsPorts"u8)) holdsPorts = r.Flag();
            else r.Skip();
        }

        return new RunNetworks { Networks = networks ?? [], Ports = ports ?? [], HoldsPorts = holdsPorts };
    }

    private static void WriteNetwork(Utf8JsonWriter json, RunNetwork network)
    {
        json.Text("networkId"u8, network.NetworkId);
        json.Text("network"u8, network.Network);
        json.Text("driver"u8, network.Driver);
        json.WriteStartObject("endpoint"u8);
        EndpointDocument.Write(json, network.Endpoint);
        json.WriteEndObject();
        json.Flag("isInternal"u8, network.IsInternal);
        json.Texts("gateways"u8, network.Gateways);
        json.Texts("hostAddresses"u8, network.HostAddresses);
    }

    private static RunNetwork ReadNetwork(ref JsonDocumentReader r)
    {
        string? id = null, name = null, driver = null;
        EndpointRecord? endpoint = null;
        List<string>? gateways = null, addresses = null;
        var isInternal = false;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("networkId"u8)) id = r.Text();
            else if (r.Is("network"u8)) name = r.Text();
            else if (r.Is("driver"u8)) driver = r.Text();
            else if (r.Is("endpoint"u8)) endpoint = EndpointDocument.Read(ref r);
            else if (r.Is("isInternal"u8)) isInternal = r.Flag();
            else if (r.Is("gateways"u8)) gateways = r.Texts();
            else if (r.Is("hostAddresses"u8)) addresses = r.Texts();
            else r.Skip();
        }

        return new RunNetwork
        {
            NetworkId = id ?? throw r.Lacks("networkId"),
            Network = name ?? throw r.Lacks("network"),
            Driver = driver ?? throw r.Lacks("driver"),
            Endpoint = endpoint ?? throw r.Lacks("endpoint"),
            IsInternal = isInternal,
            Gateways = gateways ?? [],
            HostAddresses = addresses ?? [],
        };
    }
}
