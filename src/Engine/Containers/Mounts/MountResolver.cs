using System.Globalization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Settles which mounts a container has, by Docker's rules: what containers named by <c>-VolumesFrom</c> have comes first and gives way to <c>-Volume</c> and
/// <c>-Mount</c>, which must not meet at one target; the image's volumes are where nothing else is. Nothing is made or looked up here.
/// </summary>
internal sealed class MountResolver
{
    private readonly Dictionary<string, PlannedMount> _mounts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly Func<string> _newName;
    private readonly Func<string, string> _folderOf;

    private MountResolver(Func<string> newName, Func<string, string> folderOf) => (_newName, _folderOf) = (newName, folderOf);

    /// <summary>The mounts, in no order.</summary>
    /// <param name="settings">What was asked.</param>
    /// <param name="image">What the image says.</param>
    /// <param name="others">The mounts of the containers that <c>-VolumesFrom</c> names, and whether they are only read.</param>
    /// <param name="newName">Makes names of anonymous volumes.</param>
    /// <param name="folderOf">Folder with the content of a volume.</param>
    /// <exception cref="InvalidSettingException">Two are asked for at one target, or one cannot be.</exception>
    internal static IReadOnlyList<PlannedMount> Resolve(
        ContainerSettings settings, ContainerConfig image, IReadOnlyList<(IReadOnlyList<MountRecord> Mounts, bool ReadOnly)> others, Func<string> newName, Func<string, string> folderOf)
    {
        var resolver = new MountResolver(newName, folderOf);
        foreach (var (mounts, readOnly) in others)
        {
            foreach (var mount in mounts) resolver._mounts[mount.Target] = new PlannedMount(mount with { ReadOnly = mount.ReadOnly || readOnly }) { IsShared = true, Parameter = "VolumesFrom" };
        }

        foreach (var target in settings.Tmpfs.Keys) resolver.Claim(Clean(target, "Tmpfs"), "Tmpfs");
        foreach (var volume in settings.Volumes) resolver.Add(resolver.Of(volume));
        foreach (var mount in settings.Mounts) resolver.Add(resolver.Of(mount));
        foreach (var target in image.Volumes?.Keys ?? Enumerable.Empty<string>())
        {
            // What an image says is not taken for more than it can be: a volume somewhere below the root.
            if (AbsolutePath.IsBelowRoot(target)) resolver.AddImageVolume(settings.Image, Clean(target, "Image"));
        }

        return [.. resolver._mounts.Values];
    }

    private void Add(PlannedMount mount)
    {
        Claim(mount.Record.Target, mount.Parameter!);
        _mounts[mount.Record.Target] = mount;
    }

    // What is asked for twice is refused; what another container has at the target gives way.
    private void Claim(string target, string parameter)
    {
        if (!_asked.Add(target)) throw new InvalidSettingException(parameter, target, $"{parameter}: something else is asked for at '{target}'. Give one of -Volume, -Mount and -Tmpfs for each target.");
        _mounts.Remove(target);
    }

    private void AddImageVolume(string image, string target)
    {
        // Who could write there would answer for the kernel.
        if (target is "/proc" or "/sys" || target.StartsWith("/proc/", StringComparison.Ordinal) || target.StartsWith("/sys/", StringComparison.Ordinal))
            throw new InvalidSettingException("Image", image, $"The image '{image}' declares a volume at '{target}', where only the kernel's own file systems may be. It cannot be run.");
        if (!_asked.Contains(target) && !_mounts.ContainsKey(target)) _mounts[target] = new PlannedMount(OfVolume(null, target, null)) { Fills = true };
    }

    private PlannedMount Of(VolumeSpec volume)
    {
        var target = Clean(volume.Target, "Volume");
        if (!volume.IsBind) return new PlannedMount(OfVolume(volume.Source, target, null) with { ReadOnly = volume.ReadOnly }) { Volume = new() { Name = volume.Source }, Fills = !volume.NoCopy, Parameter = "Volume" };
        return new PlannedMount(new MountRecord
        {
            Type = MountTypes.Bind,
            Source = volume.Source,
            Target = target,
            ReadOnly = volume.ReadOnly,
            MakesSource = true,
            Propagation = volume.Propagation,
        }) { Parameter = "Volume" };
    }

    private PlannedMount Of(MountSpec mount)
    {
        const string parameter = "Mount";
        var target = Clean(mount.Target, parameter);
        return mount.Type switch
        {
            MountTypes.Bind => new PlannedMount(new MountRecord
            {
                Type = MountTypes.Bind,
                Source = mount.Source,
                Target = target,
                ReadOnly = mount.ReadOnly,
                Propagation = mount.Bind?.Propagation,
                Recursive = mount.Bind?.Recursive is null or "enabled" ? null : mount.Bind.Recursive,
            }) { Parameter = parameter },
            MountTypes.Volume => new PlannedMount(OfVolume(mount.Source.Length == 0 ? null : mount.Source, target, mount.Volume?.Subpath) with { ReadOnly = mount.ReadOnly })
            {
                Volume = new()
                {
                    Name = mount.Source.Length == 0 ? null : mount.Source,
                    Driver = mount.Volume?.Driver,
                    Options = mount.Volume?.DriverOptions ?? [],
                    Labels = mount.Volume?.Labels ?? [],
                },

                // A part of a volume must be there already, so there is nothing to fill.
                Fills = mount.Volume is not { NoCopy: true } and not { Subpath.Length: > 0 },
                Parameter = parameter,
            },
            MountTypes.Tmpfs => new PlannedMount(new MountRecord { Type = MountTypes.Tmpfs, Target = target, ReadOnly = mount.ReadOnly, Options = OptionsOf(mount.Tmpfs) }) { Parameter = parameter },
            MountTypes.Image => new PlannedMount(new MountRecord
            {
                Type = MountTypes.Image,
                Image = mount.Source,
                Target = target,

                // Nobody may change an image that others use.
                ReadOnly = true,
                ImagePart = string.IsNullOrEmpty(mount.ImageSubpath) ? null : Relative(mount.ImageSubpath, "image-subpath"),
            }) { Parameter = parameter },
            _ => throw new InvalidSettingException(parameter, mount.Type, $"{parameter}: the type '{mount.Type}' is not one of bind, volume, tmpfs and image."),
        };
    }

    private MountRecord OfVolume(string? name, string target, string? subpath)
    {
        var known = name ?? _newName();
        var folder = _folderOf(known);
        return new MountRecord
        {
            Type = MountTypes.Volume,
            Name = known,
            Source = string.IsNullOrEmpty(subpath) ? folder : Path.Combine(folder, Relative(subpath, "volume-subpath")),
            Target = target,
            IsAnonymous = name is null,
        };
    }

    private static string Relative(string subpath, string key)
    {
        if (subpath[0] != '/' && !subpath.Split('/').Contains("..") && !subpath.Contains('\0')) return subpath.TrimEnd('/');
        throw new InvalidSettingException("Mount", subpath, $"Mount: {key}={subpath} is not a path inside. Give a relative one without '..', such as data/site.");
    }

    private static List<string> OptionsOf(MountSpec.TmpfsOptions? tmpfs)
    {
        var options = new List<string>();
        if (tmpfs?.Size is > 0 and var size) options.Add(string.Create(CultureInfo.InvariantCulture, $"size={size}"));
        if (tmpfs?.Mode is { } mode) options.Add("mode=" + Convert.ToString(mode, 8));
        return options;
    }

    private static string Clean(string target, string parameter)
    {
        if (!AbsolutePath.IsBelowRoot(target)) throw new InvalidSettingException(parameter, target, $"{parameter}: the target '{target}' is not an absolute path below '/'.");
        return Path.GetFullPath(target).TrimEnd('/');
    }
}
