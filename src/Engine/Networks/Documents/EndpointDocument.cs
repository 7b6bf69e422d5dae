using System.Text.Json;
using ContainerPS.Engine.JsonDocuments;

namespace ContainerPS.Engine.Networks;

/// <summary>An <see cref="EndpointRecord"/> in the files of a network and of a container.</summary>
internal static class EndpointDocument
{
    /// <summary>Writes its members.</summary>
    internal static void Write(Utf8JsonWriter json, EndpointRecord endpoint)
    {
        json.Text("containerId"u8, endpoint.ContainerId);
        json.Text("containerName"u8, endpoint.ContainerName);
        json.Texts("aliases"u8, endpoint.Aliases);
        json.Text("iPv4"u8, endpoint.IPv4);
        json.Text("iPv6"u8, endpoint.IPv6);
        json.Text("mac"u8, endpoint.Mac);
        json.Text("device"u8, endpoint.Device);
        json.Text("interface"u8, endpoint.Interface);
        json.Flag("announces"u8, endpoint.Announces);
        json.Objects("ports"u8, endpoint.Ports, PortDocument.Write);
        json.WriteNumber("monitorPid"u8, endpoint.MonitorPid);
        json.WriteNumber("monitorStartTime"u8, endpoint.MonitorStartTime);
        json.Flag("isChanging"u8, endpoint.IsChanging);
    }

    /// <summary>Reads it.</summary>
    internal static EndpointRecord Read(ref JsonDocumentReader r)
    {
        string? id = null, name = null, ipv4 = null, ipv6 = null, mac = null, device = null, inside = null;
        List<string>? aliases = null;
        List<PublishedPort>? ports = null;
        int? monitor = null;
        ulong? start = null;
        bool announces = false, isChanging = false;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("containerId"u8)) id = r.Text();
            else if (r.Is("containerName"u8)) name = r.Text();
            else if (r.Is("aliases"u8)) aliases = r.Texts();
            else if (r.Is("iPv4"u8)) ipv4 = r.Text();
            else if (r.Is("iPv6"u8)) ipv6 = r.Text();
            else if (r.Is("mac"u8)) mac = r.Text();
            else if (r.Is("device"u8)) device = r.Text();
            else if (r.Is("interface"u8)) inside = r.Text();
            else if (r.Is("announces"u8)) announces = r.Flag();
            else if (r.Is("ports"u8)) ports = r.List(PortDocument.Read);
            else if (r.Is("monitorPid"u8)) monitor = r.Int32();
            else if (r.Is("monitorStartTime"u8)) start = r.UInt64();
            else if (r.Is("isChanging"u8)) isChanging = r.Flag();
            else r.Skip();
        }

        return new EndpointRecord
        {
            ContainerId = id ?? throw r.Lacks("containerId"),
            ContainerName = name ?? throw r.Lacks("containerName"),
            Aliases = aliases ?? [],
            IPv4 = ipv4,
            IPv6 = ipv6,
            Mac = mac ?? throw r.Lacks("mac"),
            Device = device ?? "",
            Interface = inside ?? throw r.Lacks("interface"),
            Announces = announces,
            Ports = ports ?? [],
            MonitorPid = monitor ?? throw r.Lacks("monitorPid"),
            MonitorStartTime = start ?? throw r.Lacks("monitorStartTime"),
            IsChanging = isChanging,
        };
    }
}
