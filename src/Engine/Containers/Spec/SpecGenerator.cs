using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>Makes the OCI spec that runs of what was asked and what the image says: a pure function, Docker's rules.</summary>
internal static class SpecGenerator
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The spec.</summary>
    internal static RuntimeSpec Create(SpecInput input)
    {
        var settings = input.Settings;
        var capabilities = DefaultCapabilities.Effective(settings.CapabilityAdd, settings.CapabilityDrop, settings.Privileged);
        var hostname = Hostname(settings, input.Id, input.HostHostname);
        var security = SecurityOptions.Parse(settings);
        return new RuntimeSpec
        {
            OciVersion = "1.2.0",
            Root = new Root { Path = "rootfs", Readonly = settings.ReadOnly },
            Hostname = settings.Uts == NamespaceMode.Host ? null : hostname,
            Domainname = settings.Domainname,
            Process = Process(input, capabilities, hostname, security),
            Mounts = Mounts(input),
            Annotations = settings.Annotations.Count == 0 ? null : new(settings.Annotations),
            Linux = Linux(input, capabilities, security),
        };
    }

    /// <summary>Program and arguments: entry point and command by Docker's rules. Empty when there is nothing to run.</summary>
    internal static List<string> CommandLine(ContainerSettings settings, ContainerConfig image)
    {
        // A given entry point discards the image's command, which was written for the image's own entry point.
        var entryPoint = settings.EntryPoint ?? image.Entrypoint ?? [];
        var command = settings.Command.Count > 0 ? settings.Command : settings.EntryPoint is null ? image.Cmd ?? [] : [];
        return [.. entryPoint.Where((word, i) => i > 0 || word.Length > 0), .. command];
    }

    /// <summary>Environment of PID 1: the engine's defaults, the image's, then what was asked; a later value replaces an earlier one in its place.</summary>
    internal static List<string> Environment(ContainerSettings settings, ContainerConfig image, string hostname, string home)
    {
        var variables = new EnvironmentList();
        variables.Set(DefaultPath);
        variables.Set("HOSTNAME=" + hostname);
        if (settings.Tty) variables.Set("TERM=xterm");
        foreach (var variable in image.Env ?? []) variables.Set(variable);
        foreach (var variable in settings.Environment) variables.Set(variable);
        variables.SetDefault("HOME=" + home);
        return variables.ToList();
    }

    /// <summary>Host name inside: what was asked, with the host's network or host name the host's, else the short id.</summary>
    internal static string Hostname(ContainerSettings settings, string id, string hostHostname) =>
        settings.Hostname ?? (NetworkMode.IsHost(settings) || settings.Uts == NamespaceMode.Host ? hostHostname : id[..12]);

    private static Process Process(SpecInput input, ulong capabilities, string hostname, SecurityOptions security)
    {
        var settings = input.Settings;
        return new Process
        {
            Terminal = settings.Tty,
            User = new User { Uid = input.User.Uid, Gid = input.User.Gid, AdditionalGids = [.. input.User.AdditionalGids] },
            Args = CommandLine(settings, input.Image),
            Env = Environment(settings, input.Image, hostname, input.User.Home),
            Cwd = WorkingDirectory(settings, input.Image),
            Capabilities = CapabilitySets(capabilities, input.User.Uid),
            Rlimits = Limits(settings),
            NoNewPrivileges = security.NoNewPrivileges,
            ApparmorProfile = settings.Privileged ? null : security.AppArmor,
            SelinuxLabel = settings.Privileged ? null : security.Labels(input.Machine.HasSelinux).Process,
            OomScoreAdj = settings.OomScoreAdj,
        };
    }

    /// <summary>Working directory of PID 1, and of programs that are run in the container.</summary>
    internal static string WorkingDirectory(ContainerSettings settings, ContainerConfig image) =>
        settings.WorkingDirectory ?? (string.IsNullOrEmpty(image.WorkingDir) ? "/" : image.WorkingDir);

    // A user other than root has no capabilities in force, but root's programs with file capabilities keep their bounding set.
    internal static LinuxCapabilities CapabilitySets(ulong capabilities, uint uid)
    {
        var sets = DefaultCapabilities.ToSpec(capabilities);
        if (uid != 0) (sets.Effective, sets.Permitted) = ([], []);
        return sets;
    }

    /// <summary>Resource limits; -1 becomes the kernel's "unlimited", which is all ones.</summary>
    internal static List<Rlimit>? Limits(ContainerSettings settings) => settings.Ulimits.Count == 0 ? null : [.. settings.Ulimits.Select(limit => new Rlimit
    {
        Type = "RLIMIT_" + limit.Name.ToUpperInvariant(),
        Soft = unchecked((ulong)limit.Soft),
        Hard = unchecked((ulong)limit.Hard),
    })];

    private static List<Mount> Mounts(SpecInput input)
    {
        var settings = input.Settings;
        var mounts = DefaultSpec.Mounts(settings.ShmSize ?? DefaultSpec.ShmSize);
        SpecNamespaces.ChangeMounts(mounts, input);
        if (settings.Privileged)
        {
            foreach (var mount in mounts.Where(m => m.Destination is "/sys" or "/sys/fs/cgroup")) mount.Options!.Remove("ro");
        }

        return SpecMounts.Combine(mounts, NetworkFiles.Mounts(input.NetworkFolder ?? input.Folder), [.. settings.Tmpfs.Select(t => Tmpfs(t.Key, t.Value)), .. input.Mounts.Select(SpecMounts.Of)]);
    }

    private static Mount Tmpfs(string target, string options) => new()
    {
        Destination = target,
        Type = "tmpfs",
        Source = "tmpfs",
        Options = ["nosuid", "nodev", "noexec", .. options.Split(',', StringSplitOptions.RemoveEmptyEntries)],
    };

    private static LinuxSpec Linux(SpecInput input, ulong capabilities, SecurityOptions security)
    {
        var settings = input.Settings;
        var paths = !settings.Privileged && !security.SystemPathsUnconfined;
        return new LinuxSpec
        {
            CgroupsPath = ContainerCgroup.PathOf(settings, input.Id),
            Namespaces = SpecNamespaces.Create(input),
            RootfsPropagation = SpecMounts.RootPropagation(input.Mounts),
            Resources = SpecResources.Create(input),
            Devices = SpecResources.Devices(input),
            Seccomp = Filter(input, capabilities, security),
            Sysctl = Sysctl(settings),
            MaskedPaths = paths ? DefaultSpec.MaskedPaths() : null,
            ReadonlyPaths = paths ? DefaultSpec.ReadonlyPaths() : null,
            MountLabel = settings.Privileged ? null : security.Labels(input.Machine.HasSelinux).Mounts,
        };
    }

    // A profile that was asked for holds for a privileged container, too.
    private static LinuxSeccomp? Filter(SpecInput input, ulong capabilities, SecurityOptions security)
    {
        if (security.SeccompUnconfined || (input.Settings.Privileged && security.SeccompProfile is null)) return null;
        var names = Runtime.Capabilities.NamesOf(capabilities).ToHashSet();
        return security.SeccompProfile is { } profile ? SeccompProfileFile.Resolve(profile, names, input.Machine.Release) : DefaultSeccompProfile.Create(names);
    }

    // A container's own network may as well let its users bind low ports and send echo requests, as in Docker.
    private static Dictionary<string, string>? Sysctl(ContainerSettings settings)
    {
        var sysctls = new Dictionary<string, string>();
        if (!NetworkMode.IsHost(settings) && !NetworkMode.IsShared(settings))
        {
            sysctls["net.ipv4.ip_unprivileged_port_start"] = "0";
            sysctls["net.ipv4.ping_group_range"] = "0 2147483647";
        }

        foreach (var (key, value) in settings.Sysctls) sysctls[key] = value;
        return sysctls.Count == 0 ? null : sysctls;
    }
}
