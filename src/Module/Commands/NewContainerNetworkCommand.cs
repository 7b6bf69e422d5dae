using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>New-ContainerNetwork: makes a network.</summary>
[Cmdlet(VerbsCommon.New, "ContainerNetwork", SupportsShouldProcess = true)]
[OutputType(typeof(ContainerNetwork))]
public sealed class NewContainerNetworkCommand : ContainerCommand
{
    /// <summary>Names.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>What makes it: bridge, macvlan or ipvlan.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NetworkDriverCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Driver { get; set; }

    /// <summary>Its subnet, such as 10.20.0.0/16; one of IPv4, one of IPv6, or both. Without it a free one is chosen.</summary>
    [Parameter]
    [IdentityOf]
    public string[] Subnet { get; set; } = [];

    /// <summary>The gateway in each subnet; the first address when left out.</summary>
    [Parameter]
    public string[] Gateway { get; set; } = [];

    /// <summary>The part of each subnet that is handed out, such as 10.20.128.0/17.</summary>
    [Parameter]
    public string[] IPRange { get; set; } = [];

    /// <summary>Addresses that containers are not to get, by name: a hashtable, or 'name=address' strings.</summary>
    [Parameter]
    [Alias("AuxAddress")]
    public object[] AuxiliaryAddress { get; set; } = [];

    /// <summary>Addresses of IPv6, too; without a subnet of IPv6, of a unique local one (RFC 4193).</summary>
    [Parameter]
    public SwitchParameter IPv6 { get; set; }

    /// <summary>Nothing outside is reached from it.</summary>
    [Parameter]
    public SwitchParameter Internal { get; set; }

    /// <summary>Largest packet in bytes; what the way out of this machine takes when left out.</summary>
    [Parameter]
    public int? Mtu { get; set; }

    /// <summary>The driver's options: a hashtable, or 'key=value' strings such as 'parent=eth0'.</summary>
    [Parameter]
    [Alias("Opt")]
    public object[] Option { get; set; } = [];

    /// <summary>Metadata: a hashtable, or 'key=value' strings.</summary>
    [Parameter]
    public object[] Label { get; set; } = [];

    private protected override void Process()
    {
        foreach (var name in Name)
            ForItem(() => Create(name));
    }

    private void Create(string name)
    {
        var settings = new NetworkSettings
        {
            Name = name,
            Driver = Driver,
            Subnets = Subnet,
            Gateways = Gateway,
            IPRanges = IPRange,
            AuxiliaryAddresses = PairSetting.Read(AuxiliaryAddress, nameof(AuxiliaryAddress)),
            IPv6 = IPv6,
            Internal = Internal,
            Mtu = Mtu,
            Options = PairSetting.Read(Option, nameof(Option)),
            Labels = LabelSetting.Read(Label, [], static path => path),
        };
        if (ShouldProcess(name, "Make network"))
            WriteObject(Engine.Networks.Create(settings));
    }
}
