using System.Net;
using System.Text.Json;
using ContainerPS.Engine.JsonDocuments;

namespace ContainerPS.Engine.Networks;

/// <summary>A <see cref="PublishedPort"/> in the files of a network and of a container.</summary>
internal static class PortDocument
{
    /// <summary>Writes its members.</summary>
    internal static void Write(Utf8JsonWriter json, PublishedPort port)
    {
        json.Text("protocol"u8, port.Protocol);
        json.Text("hostAddress"u8, port.HostAddress.ToString());
        json.WriteNumber("hostPort"u8, port.HostPort);
        json.WriteNumber("port"u8, port.Port);
    }

    /// <summary>Reads it.</summary>
    internal static PublishedPort Read(ref JsonDocumentReader r)
    {
        string? protocol = null;
        IPAddress? address = null;
        int? hostPort = null, port = null;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("protocol"u8)) protocol = r.Text();
            else if (r.Is("hostAddress"u8)) address = r.Address();
            else if (r.Is("hostPort"u8)) hostPort = r.Int32();
            else if (r.Is("port"u8)) port = r.Int32();
            else r.Skip();
        }

        return new PublishedPort(
            protocol ?? throw r.Lacks("protocol"),
            address ?? throw r.Lacks("hostAddress"),
            hostPort ?? throw r.Lacks("hostPort"),
            port ?? throw r.Lacks("port"));
    }
}
