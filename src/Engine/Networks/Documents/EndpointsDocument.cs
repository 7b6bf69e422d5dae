using ContainerPS.Engine.JsonDocuments;

namespace ContainerPS.Engine.Networks;

/// <summary>The file of a <see cref="NetworkState"/>.</summary>
internal static class EndpointsDocument
{
    // Bytes of one endpoint without ports.
    private const int UsualLength = 320;

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidSpecException">It is damaged.</exception>
    internal static NetworkState Read(ReadOnlySpan<byte> document) => new JsonDocumentReader(document, "endpoints.json").Document(Read);

    /// <summary>Its text.</summary>
    internal static ReadOnlySpan<byte> Write(NetworkState state) => JsonDocumentWriter.Write(
        json =>
        {
            json.Text("name"u8, state.Name);
            json.Text("lastIPv4"u8, state.LastIPv4);
            json.Text("lastIPv6"u8, state.LastIPv6);
            json.Flag("isFresh"u8, state.IsFresh);
            json.Objects("endpoints"u8, state.Endpoints, EndpointDocument.Write);
        },
        UsualLength * (1 + state.Endpoints.Count));

    private static NetworkState Read(ref JsonDocumentReader r)
    {
        string? name = null, lastIPv4 = null, lastIPv6 = null;
        var isFresh = false;
        List<EndpointRecord>? endpoints = null;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("name"u8)) name = r.Text();
            else if (r.Is("lastIPv4"u8)) lastIPv4 = r.Text();
            else if (r.Is("lastIPv6"u8)) lastIPv6 = r.Text();
            else if (r.Is("isFresh"u8)) isFresh = r.Flag();
            else if (r.Is("endpoints"u8)) endpoints = r.List(EndpointDocument.Read);
            else r.Skip();
        }

        return new NetworkState { Name = name ?? "", LastIPv4 = lastIPv4, LastIPv6 = lastIPv6, IsFresh = isFresh, Endpoints = endpoints ?? [] };
    }
}
