namespace ContainerPS.Engine.Networks;

/// <summary>What is to be done with a packet from a client.</summary>
internal enum QueryVerdict
{
    /// <summary>It is answered or forwarded.</summary>
    Good,

    /// <summary>Nothing: it is no query at all, and an answer might be answered.</summary>
    Drop,

    /// <summary>It is answered with FORMERR: it is not as RFC 1035 has it.</summary>
    Malformed,

    /// <summary>It is answered with NOTIMP: it asks for something other than a lookup.</summary>
    NotImplemented,

    /// <summary>It is answered with REFUSED: it asks for a whole zone.</summary>
    Refused,

    /// <summary>It is answered with BADVERS: it has an EDNS that is not known.</summary>
    BadVersion,
}
