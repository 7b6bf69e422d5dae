namespace ContainerPS.Engine.Networks;

/// <summary>How a change of the firewall went.</summary>
internal enum FirewallOutcome
{
    /// <summary>What was asked for was added or taken away.</summary>
    Changed,

    /// <summary>Our rules were not complete, as after <c>nft flush ruleset</c>, and were made anew from what there is.</summary>
    Rebuilt,

    /// <summary>There is no <c>nft</c> on this host: no rule was changed. The caller warns once, with <see cref="Firewall.UnavailableMessage"/>.</summary>
    Unavailable,
}
