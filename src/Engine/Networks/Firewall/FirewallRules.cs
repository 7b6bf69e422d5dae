namespace ContainerPS.Engine.Networks;

/// <summary>
/// Our two tables but for what is in their sets: always the same, however many networks, containers and ports there are.
/// <code>
///                                    ┌── bridge: what comes out of a container is its own, or dropped
/// container ── veth ── bridge ──────►│
///                                    └── inet:  prerouting   to a published port of the host → to the container's
/// outside ───────────────────────────────►      forward      within a bridge, replies, out, to published ports; the rest to a bridge is dropped
/// host ──────────────────────────────────►      output       as prerouting, for the host's own addresses but loopback
///                                               postrouting  out of a bridge: the host's address (masquerade)
/// </code>
/// Every base chain accepts what it does not drop, and what one chain accepts the host's other chains still see: a drop of the administrator's wins.
/// </summary>
internal static class FirewallRules
{
    /// <summary>Another number for each change of what is below: rules of an earlier version are made anew.</summary>
    internal const string VersionSet = "version2";

    /// <summary>What is in <see cref="VersionSet"/>.</summary>
    internal const int VersionElement = 1;

    /// <summary>Sets and maps of the inet table.</summary>
    internal static readonly (string Kind, string Name, string Type)[] InetSets =
    [
        ("set", VersionSet, "type mark;"),
        ("set", "our_bridges", "type ifname;"),
        ("set", "same_bridge", "type ifname . ifname;"),
        ("set", "internal_bridges", "type ifname;"),
        ("set", "isolated_bridges", "type ifname;"),
        ("set", "subnets4", "type ipv4_addr . ifname; flags interval;"),
        ("set", "subnets6", "type ipv6_addr . ifname; flags interval;"),
        ("set", "masquerade4", "type ipv4_addr; flags interval;"),
        ("set", "masquerade6", "type ipv6_addr; flags interval;"),
        ("set", "self4", "type ipv4_addr . inet_proto . inet_service;"),
        ("set", "self6", "type ipv6_addr . inet_proto . inet_service;"),
        ("set", "relayed4", "type ipv4_addr . inet_proto . inet_service;"),
        ("set", "anyrelayed4", "type inet_proto . inet_service;"),
        ("set", "relayed6", "type ipv6_addr . inet_proto . inet_service;"),
        ("set", "anyrelayed6", "type inet_proto . inet_service;"),
        ("map", "ports4", "type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service;"),
        ("map", "anyports4", "type inet_proto . inet_service : ipv4_addr . inet_service;"),
        ("map", "ports6", "type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service;"),
        ("map", "anyports6", "type inet_proto . inet_service : ipv6_addr . inet_service;"),
    ];

    /// <summary>Sets of the bridge table.</summary>
    internal static readonly (string Kind, string Name, string Type)[] BridgeSets =
    [
        ("set", VersionSet, "type mark;"),
        ("set", "our_devices", "type ifname;"),
        ("set", "our_macs", "type ifname . ether_addr;"),
        ("set", "sources4", "type ifname . ether_addr . ipv4_addr;"),
        ("set", "sources6", "type ifname . ether_addr . ipv6_addr;"),
        ("set", "targets6", "typeof iifname . @th,64,128;"),
        ("set", "isolated_devices", "type ifname;"),
    ];

    /// <summary>Chains of the inet table.</summary>
    internal static readonly string[] InetChains =
    [
        "publish",
        "relayed",
        "prerouting { type nat hook prerouting priority -100; policy accept; }",
        "output { type nat hook output priority -100; policy accept; }",
        "postrouting { type nat hook postrouting priority 100; policy accept; }",
        "forward { type filter hook forward priority 0; policy accept; }",
        "input { type filter hook input priority 0; policy accept; }",
    ];

    /// <summary>Chains of the bridge table.</summary>
    internal static readonly string[] BridgeChains =
    [
        "own6",
        "unspecified6",

        // Before br_netfilter (0) shows the frames to the inet table, if it does.
        "prerouting { type filter hook prerouting priority -200; policy accept; }",
        "forward { type filter hook forward priority -200; policy accept; }",
    ];

    /// <summary>Rules of the inet table.</summary>
    internal static readonly string[] InetRules =
    [
        // Published ports. What follows is left to the sockets on the host, which the relay serves: packets from and to loopback, which are not routed;
        // link-local ones, which are not forwarded; from a network whose containers do not reach each other; from the very container that is meant, which
        // bridges do not send back to where it came from.
        "prerouting fib daddr type local jump publish",
        "output fib daddr type local jump publish",
        "publish iifname @isolated_bridges iifname != @internal_bridges return",
        "publish ip daddr 127.0.0.0/8 return",
        "publish ip saddr 127.0.0.0/8 return",
        "publish ip6 daddr { ::1, fe80::/10 } return",
        "publish ip saddr . meta l4proto . th dport @self4 return",
        "publish ip6 saddr . meta l4proto . th dport @self6 return",
        "publish dnat ip to ip daddr . meta l4proto . th dport map @ports4",
        "publish meta nfproto ipv4 dnat ip to meta l4proto . th dport map @anyports4",
        "publish dnat ip6 to ip6 daddr . meta l4proto . th dport map @ports6",
        "publish meta nfproto ipv6 dnat ip6 to meta l4proto . th dport map @anyports6",

        // From a container through the host's address to another of its network: the answer must come back through the host.
        "postrouting ct status dnat ip saddr . oifname @subnets4 masquerade",
        "postrouting ct status dnat ip6 saddr . oifname @subnets6 masquerade",
        "postrouting ip saddr @masquerade4 ip saddr . oifname != @subnets4 masquerade",
        "postrouting ip6 saddr @masquerade6 ip6 saddr . oifname != @subnets6 masquerade",

        // Within one bridge, whether or not br_netfilter shows bridged frames here.
        "forward iifname . oifname @same_bridge accept",
        "forward iifname @internal_bridges drop",
        "forward oifname @internal_bridges drop",
        "forward ct state established,related accept",

        // What connection tracking does not know is not masqueraded, either: it would leave with the container's address.
        "forward iifname @our_bridges ct state invalid drop",
        "forward oifname @our_bridges ct status dnat accept",
        "forward oifname @our_bridges drop",

        // Published ports that the relay serves would lead out of an internal network.
        "input iifname @internal_bridges jump relayed",
        "relayed ip daddr . meta l4proto . th dport @relayed4 drop",
        "relayed meta nfproto ipv4 meta l4proto . th dport @anyrelayed4 drop",
        "relayed ip6 daddr . meta l4proto . th dport @relayed6 drop",
        "relayed meta nfproto ipv6 meta l4proto . th dport @anyrelayed6 drop",
    ];

    /// <summary>Rules of the bridge table: frames out of a container bear its addresses, and are IPv4, IPv6 or ARP without a VLAN's tag.</summary>
    internal static readonly string[] BridgeRules =
    [
        // Most frames first: they are looked up once.
        "prerouting ether type ip iifname . ether saddr . ip saddr @sources4 ip daddr != 127.0.0.0/8 accept",
        "prerouting ether type ip6 iifname . ether saddr . ip6 saddr @sources6 ip6 daddr != ::1 goto own6",
        "prerouting iifname != @our_devices accept",
        "prerouting ether type arp iifname . ether saddr @our_macs iifname . arp saddr ether . arp saddr ip @sources4 accept",

        // Asking whether an address is free (RFC 5227).
        "prerouting ether type arp iifname . ether saddr @our_macs arp operation request iifname . arp saddr ether @our_macs arp saddr ip 0.0.0.0 accept",
        "prerouting ether type ip6 iifname . ether saddr @our_macs ip6 saddr :: goto unspecified6",
        "prerouting drop",

        // Containers are no routers, and answer for their own addresses: an advertisement's target is at its byte 8 (RFC 4861, 4.4).
        "own6 icmpv6 type { nd-router-advert, nd-redirect } drop",
        "own6 icmpv6 type nd-neighbor-advert iifname . @th,64,128 != @targets6 drop",
        "own6 accept",

        // Before there is an address: detection of duplicates, groups, routers.
        "unspecified6 icmpv6 type nd-neighbor-solicit iifname . @th,64,128 @targets6 accept",
        "unspecified6 icmpv6 type { mld-listener-report, mld2-listener-report, nd-router-solicit } accept",
        "unspecified6 drop",

        "forward iifname @isolated_devices oifname @isolated_devices drop",
    ];
}
