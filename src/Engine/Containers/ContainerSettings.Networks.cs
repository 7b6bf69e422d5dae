namespace ContainerPS;

/// <content>How it is reached, and what it reaches.</content>
public sealed partial record ContainerSettings
{
    /// <summary>In place of networks: <c>none</c>, <c>host</c> or <c>container:NAME</c>; or a network's name. Null for <see cref="Networks"/>.</summary>
    public string? Network { get; set; }

    /// <summary>Networks it is on, <c>eth0</c> first; empty for the network <c>bridge</c>.</summary>
    public IReadOnlyList<NetworkAttachment> Networks { get; set; } = [];

    /// <summary>True when it was taken off all networks.</summary>
    public bool IsDisconnected { get; set; }

    /// <summary>Published ports: <c>[[ip:][host port]:]port[/protocol]</c>, with ranges.</summary>
    public IReadOnlyList<string> Publish { get; set; } = [];

    /// <summary>True to publish all exposed ports, each on a free port.</summary>
    public bool PublishAll { get; set; }

    /// <summary>Exposed ports beside the image's: <c>port[-last][/protocol]</c>.</summary>
    public IReadOnlyList<string> Expose { get; set; } = [];

    /// <summary>Addresses of name servers, as the container sees them; empty for the engine's settings', or the host's.</summary>
    public IReadOnlyList<string> Dns { get; set; } = [];

    /// <summary>Domains in which names are looked up; a dot alone for none.</summary>
    public IReadOnlyList<string> DnsSearch { get; set; } = [];

    /// <summary>Options of the resolver (man 5 resolv.conf).</summary>
    public IReadOnlyList<string> DnsOptions { get; set; } = [];

    /// <summary>Lines for /etc/hosts: <c>name:address</c>; the address may be <c>host-gateway</c>.</summary>
    public IReadOnlyList<string> AddHosts { get; set; } = [];
}
