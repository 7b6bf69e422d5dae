using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ContainerPS.Engine.Networks;

/// <summary>IP addresses as text in documents.</summary>
internal sealed class IPAddressJson : JsonConverter<IPAddress>
{
    /// <inheritdoc/>
    public override IPAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IPAddress.TryParse(reader.GetString(), out var address) ? address : throw new JsonException("This is no IP address.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
