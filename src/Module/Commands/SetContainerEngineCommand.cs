using System.Collections;
using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Set-ContainerEngine: changes the engine's settings. What is not given stays as it is; an empty array takes all away.</summary>
[Cmdlet(VerbsCommon.Set, "ContainerEngine", SupportsShouldProcess = true)]
[OutputType(typeof(ContainerEngine))]
public sealed class SetContainerEngineCommand : ContainerCommand
{
    /// <summary>Mirrors: addresses for Docker Hub, 'registry=address' or a hashtable of registries and addresses for others. They are tried in their order, then the registry itself.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public object[]? RegistryMirror { get; set; }

    /// <summary>Registries ('host', 'host:port' or 'address/bits') that may be spoken to without TLS, or with a certificate that nobody vouches for.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public string[]? InsecureRegistry { get; set; }

    /// <summary>Layers that are downloaded at a time, 1 to 64.</summary>
    [Parameter]
    public int? MaxConcurrentDownloads { get; set; }

    /// <summary>Layers that are uploaded at a time, 1 to 64.</summary>
    [Parameter]
    public int? MaxConcurrentUploads { get; set; }

    /// <summary>How much the cache of builds may take: 20GB, '20G'. Beyond that, what has not been used for longest goes.</summary>
    [Parameter]
    public string? BuildCacheLimit { get; set; }

    /// <summary>Log driver of containers that are created without one: json-file, none or journald.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(LogDriverCompleter))]
    public string? LogDriver { get; set; }

    /// <summary>All options of that driver, such as @{ 'max-size' = '50m'; 'max-file' = 5 }.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public object[]? LogOption { get; set; }

    /// <summary>Keys that leave a terminal while the container goes on, where a command names none: 'ctrl-p,ctrl-q'. An empty text brings those back.</summary>
    [Parameter]
    [AllowEmptyString]
    public string? DetachKeys { get; set; }

    /// <summary>Addresses that subnets of networks are cut of: 'address/bits/bits of each', such as 10.89.0.0/16/24. An empty array brings the usual ones back.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public string[]? AddressPool { get; set; }

    /// <summary>Addresses of name servers of containers that name none, in place of this machine's.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public string[]? Dns { get; set; }

    /// <summary>Domains in which containers look names up that name none, in place of this machine's; '.' for none.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public string[]? DnsSearch { get; set; }

    /// <summary>Options of the resolver (man 5 resolv.conf) of containers that have none, such as ndots:2.</summary>
    [Parameter]
    [Alias("DnsOpt")]
    [AllowEmptyCollection]
    public string[]? DnsOption { get; set; }

    /// <summary>Returns the engine as it is then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        if (!ShouldProcess(Engine.Paths.ConfigFile, "Change the engine's settings"))
            return;
        if (DetachKeys is not null)
            Engine.SetDetachKeys(DetachKeys);
        Engine.SetRegistrySettings(RegistryMirror is null ? null : ReadMirrors(RegistryMirror), InsecureRegistry, MaxConcurrentDownloads, MaxConcurrentUploads);
        if (TextSetting.Size(BuildCacheLimit, nameof(BuildCacheLimit)) is { } limit)
            Engine.SetBuildCacheLimit(limit);
        if (LogDriver is not null || LogOption is not null)
            Engine.SetLogSettings(LogDriver, LogOption is null ? null : PairSetting.Read(LogOption, nameof(LogOption)));
        if (AddressPool is not null)
            Engine.SetAddressPools(AddressPool);
        if (Dns is not null || DnsSearch is not null || DnsOption is not null)
            Engine.SetDnsSettings(Dns, DnsSearch, DnsOption);
        if (PassThru)
            WriteObject(Engine.GetInfo());
    }

    private static Dictionary<string, IReadOnlyList<string>> ReadMirrors(object[] values)
    {
        var mirrors = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var item in values)
        {
            var value = item is PSObject wrapped ? wrapped.BaseObject : item;
            if (value is IDictionary table)
            {
                foreach (DictionaryEntry entry in table)
                    Add(entry.Key.ToString()!, entry.Value is PSObject inner ? inner.BaseObject : entry.Value);
                continue;
            }

            var text = LanguagePrimitives.ConvertTo<string>(value);
            var equals = text.IndexOf('=');
            Add(equals > 0 ? text[..equals] : ImageReference.DefaultDomain, text[(equals + 1)..]);
        }

        return mirrors;

        void Add(string registry, object? addresses) => mirrors[registry] =
            [.. mirrors.GetValueOrDefault(registry) ?? [], .. addresses is IEnumerable many and not string ? many.Cast<object>().Select(LanguagePrimitives.ConvertTo<string>) : [LanguagePrimitives.ConvertTo<string>(addresses)]];
    }
}
