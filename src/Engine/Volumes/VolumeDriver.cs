using System.Net;
using System.Net.Sockets;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Volumes;

/// <summary>
/// The driver <c>local</c>, with Docker's options: <c>type</c>, <c>device</c> and <c>o</c> are what mount(8) would be given. Such a volume is mounted on
/// its folder while a container that uses it runs.
/// </summary>
internal static class VolumeDriver
{
    /// <summary>The only driver.</summary>
    internal const string Local = "local";

    private const string OptionParameter = "Option";

    /// <summary>Refuses what no volume can be made with.</summary>
    /// <exception cref="InvalidSettingException">There is no such driver, or its options are wrong.</exception>
    internal static void Validate(string driver, IReadOnlyDictionary<string, string> options)
    {
        if (driver != Local)
            throw new InvalidSettingException("Driver", driver, $"There is no volume driver '{driver}'. Use 'local', whose options mount what the kernel can: type, device and o.");
        foreach (var key in options.Keys)
        {
            if (key == "size")
                throw Invalid(key, "The option 'size' needs a file system with project quotas, which volumes do not set up. A tmpfs takes its size in o, as in @{type='tmpfs'; device='tmpfs'; o='size=100m'}.");
            if (key is not ("type" or "device" or "o"))
                throw Invalid(key, $"The volume option '{key}' is unknown. There are type, device and o, as in @{{type='nfs'; device=':/export'; o='addr=10.0.0.1,rw'}}.");
        }

        if (options.Count == 0) return;
        if (string.IsNullOrEmpty(options.GetValueOrDefault("device"))) throw Invalid("device", "The volume option 'device' is missing: what to mount, such as /srv/data with o=bind, or /dev/sdb1.");
        var parsed = Parse(options);
        if (!parsed.Bind && options.GetValueOrDefault("type") is null or "" or "none") throw Invalid("type", "The volume option 'type' is missing: the file system, such as ext4, nfs or tmpfs; or none, with o=bind.");
        if (parsed.Bind && !options["device"].StartsWith('/')) throw Invalid(options["device"], $"The volume option 'device' is '{options["device"]}': a bind mount needs an absolute path.");
    }

    /// <summary>Mounts a volume on its folder unless it is mounted already; the volume's lock is held.</summary>
    /// <exception cref="VolumeException">The kernel refuses.</exception>
    internal static void Mount(VolumeRecord record, string folder)
    {
        if (!record.IsDriven || IsMounted(folder)) return;
        var device = record.Options!["device"];
        var options = Parse(record.Options);
        try
        {
            if (options.Bind) VolumeMount.Bind(device, options, folder);
            else VolumeMount.FileSystem(record.Options["type"], device, WithAddress(record.Name, options), folder);
        }
        catch (KernelException e)
        {
            throw new VolumeException(record.Name, $"The volume '{record.Name}' cannot be mounted: {e.Message} Its options are {Describe(record.Options)}.", e);
        }
    }

    /// <summary>Takes a volume's mounts off its folder, all that are stacked there; the volume's lock is held.</summary>
    internal static void Unmount(VolumeRecord record, string folder)
    {
        while (record.IsDriven && IsMounted(folder)) VolumeMount.Detach(folder);
    }

    /// <summary>True when something is mounted on the folder.</summary>
    internal static bool IsMounted(string folder) => MountTable.Read().Has(MountTable.RealPath(folder));

    private static MountOptions Parse(IReadOnlyDictionary<string, string> options)
    {
        var texts = options.GetValueOrDefault("o", "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        MountOptions parsed;
        try
        {
            parsed = MountOptions.Parse(texts, "o");
        }
        catch (InvalidSpecException e)
        {
            throw Invalid(options["o"], $"The volume option o is '{options["o"]}': {e.Message}");
        }

        return parsed is { CopyUp: false, IdMap: false, Remount: false } ? parsed : throw Invalid(options["o"], $"The volume option o is '{options["o"]}': tmpcopyup, idmap and remount are for mounts of containers.");
    }

    // The kernel's clients take the server by number; what mount.nfs and mount.cifs do is to look up its name.
    private static MountOptions WithAddress(string volume, MountOptions options)
    {
        var at = options.Parameters.FindIndex(static parameter => parameter.Key == "addr");
        if (at < 0 || options.Parameters[at].Value is not { Length: > 0 } host || IPAddress.TryParse(host, out _)) return options;
        try
        {
            options.Parameters[at] = ("addr", Dns.GetHostAddresses(host)[0].ToString());
        }
        catch (SocketException e)
        {
            throw new VolumeException(volume, $"The volume '{volume}' cannot be mounted: its server '{host}' is not found ({e.Message}).", e);
        }

        return options;
    }

    private static string Describe(Dictionary<string, string> options) => string.Join(", ", options.Select(static option => $"{option.Key}={option.Value}"));

    private static InvalidSettingException Invalid(string value, string message) => new(OptionParameter, value, message);
}
