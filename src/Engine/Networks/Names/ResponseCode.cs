namespace ContainerPS.Engine.Networks;

/// <summary>How a query went (RFC 1035 4.1.1, RFC 6891 9).</summary>
internal static class ResponseCode
{
    internal const int NOERROR = 0;
    internal const int FORMERR = 1;
    internal const int SERVFAIL = 2;
    internal const int NXDOMAIN = 3;
    internal const int NOTIMP = 4;
    internal const int REFUSED = 5;

    /// <summary>A version of EDNS that is not known; its upper bits go in the OPT record.</summary>
    internal const int BADVERS = 16;
}
