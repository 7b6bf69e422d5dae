using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>The mounts of a container's spec, in the order in which they are made: what is asked for takes the place of what every container has.</summary>
internal static class SpecMounts
{
    private const string DefaultPropagation = "rprivate";

    /// <summary>Lays what was asked over the defaults.</summary>
    /// <param name="defaults">File systems that every container has, in their order.</param>
    /// <param name="files">Files of the engine's, such as <c>/etc/hosts</c>.</param>
    /// <param name="asked">What was asked for.</param>
    internal static List<Mount> Combine(IEnumerable<Mount> defaults, IEnumerable<Mount> files, IReadOnlyCollection<Mount> asked)
    {
        var targets = asked.Select(static mount => mount.Destination!).ToHashSet(StringComparer.Ordinal);
        var ownsDevices = targets.Contains("/dev");
        var kept = defaults.Where(mount => !targets.Contains(mount.Destination!) && !(ownsDevices && mount.Destination!.StartsWith("/dev/", StringComparison.Ordinal)));

        // Outer directories first, so that no mount hides another.
        var own = asked.Concat(files.Where(mount => !targets.Contains(mount.Destination!)));
        return [.. kept, .. own.OrderBy(static mount => mount.Destination!.Count(static c => c == '/'))];
    }

    /// <summary>A mount as the runtime takes it.</summary>
    internal static Mount Of(MountRecord mount) => mount.Type switch
    {
        MountTypes.Tmpfs => new Mount { Destination = mount.Target, Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "nodev", "noexec", .. mount.Options ?? [], .. mount.ReadOnly ? (string[])["ro"] : []] },
        MountTypes.Image => OfImage(mount),
        _ => new Mount { Destination = mount.Target, Type = "bind", Source = mount.Source, Options = BindOptions(mount) },
    };

    /// <summary>The root's propagation that lets mounts made inside reach the machine; null where none was asked to.</summary>
    internal static string? RootPropagation(IEnumerable<MountRecord> mounts) => mounts.Any(static mount => mount.Propagation is "shared" or "rshared") ? "shared" : null;

    // Overlay needs two layers at least when none is written to.
    private static Mount OfImage(MountRecord mount)
    {
        if (mount.LayerPaths is [var layer])
        {
            var source = mount.ImagePart is { } inner ? Path.Combine(layer, inner) : layer;
            return new Mount { Destination = mount.Target, Type = "bind", Source = source, Options = ["bind", DefaultPropagation, "ro", "nosuid", "nodev"] };
        }

        List<string> options = ["ro", "nosuid", "nodev", .. (mount.LayerPaths ?? []).Select(static path => "lowerdir+=" + path)];
        if (mount.ImagePart is { } part) options.Add("X-mount.subdir=" + part);
        return new Mount { Destination = mount.Target, Type = "overlay", Source = "overlay", Options = options };
    }

    private static List<string> BindOptions(MountRecord mount)
    {
        List<string> options = [mount.Recursive == "disabled" ? "bind" : "rbind", mount.Propagation ?? DefaultPropagation];
        if (mount.ReadOnly) options.Add("ro");

        // What is mounted below is as read-only, unless it was asked to stay writable.
        if (mount.ReadOnly && mount.Recursive is not ("writable" or "disabled")) options.Add("rro");
        return options;
    }
}
