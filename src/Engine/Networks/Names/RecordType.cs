namespace ContainerPS.Engine.Networks;

/// <summary>Types of records and questions (IANA, DNS parameters) that are treated in some way of their own.</summary>
internal static class RecordType
{
    internal const ushort A = 1;
    internal const ushort PTR = 12;
    internal const ushort AAAA = 28;
    internal const ushort OPT = 41;
    internal const ushort IXFR = 251;
    internal const ushort AXFR = 252;
    internal const ushort ANY = 255;

    /// <summary>The class of the Internet.</summary>
    internal const ushort IN = 1;

    /// <summary>A question about all classes.</summary>
    internal const ushort AnyClass = 255;
}
