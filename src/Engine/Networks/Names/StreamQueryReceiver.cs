namespace ContainerPS.Engine.Networks;

/// <summary>Receives a query that came by a connection; the memory is the connection's.</summary>
internal delegate void StreamQueryReceiver(NameConnection connection, ReadOnlySpan<byte> message);
