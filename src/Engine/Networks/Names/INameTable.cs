namespace ContainerPS.Engine.Networks;

/// <summary>What a container's name service answers by itself. Asked once per query, by one thread: it must be quick, and allocate nothing.</summary>
internal interface INameTable
{
    /// <summary>False when nothing may be asked of resolvers outside, since all the container's networks are internal.</summary>
    bool MayForward { get; }

    /// <summary>Takes note of changes since it was asked last; called before a query is looked up.</summary>
    void Refresh();

    /// <summary>The addresses of a name in the packets' form and in lower case, or null when it is none of ours.</summary>
    NamedAddresses? Find(ReadOnlySpan<byte> name);

    /// <summary>The name of an address (4 or 16 bytes) in the packets' form, or null when it is none of ours.</summary>
    byte[]? NameOf(ReadOnlySpan<byte> address);
}
