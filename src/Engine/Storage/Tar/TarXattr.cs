namespace ContainerPS.Engine.Storage;

/// <summary>An extended attribute: both parts are bytes, the value may hold anything (man 7 xattr).</summary>
internal readonly record struct TarXattr(byte[] Name, byte[] Value);
