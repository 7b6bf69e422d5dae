namespace ContainerPS.Engine.Networks;

/// <summary>The addresses of a name, one behind the other; a name may have none of a kind.</summary>
/// <param name="Version4">IPv4, 4 bytes each.</param>
/// <param name="Version6">IPv6, 16 bytes each.</param>
internal sealed record NamedAddresses(byte[] Version4, byte[] Version6);
