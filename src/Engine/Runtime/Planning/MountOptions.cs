using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>The options of a mount, sorted by what the kernel takes them as (runtime-spec config.md#linux-mount-options).</summary>
internal sealed class MountOptions
{
    private static readonly string[] s_known =
    [
        "async", "atime", "bind", "defaults", "dev", "diratime", "exec", "idmap", "loud", "noatime", "nodev", "nodiratime", "noexec", "noiversion", "nolazytime",
        "nomand", "norelatime", "nostrictatime", "nosuid", "nosymfollow", "private", "ratime", "rbind", "rdev", "rdiratime", "relatime", "remount", "rexec", "ridmap", "rnoatime",
        "rnodev", "rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime", "rnosuid", "rnosymfollow", "ro", "rprivate", "rrelatime", "rro", "rrw", "rshared",
        "rslave", "rstrictatime", "rsuid", "rsymfollow", "runbindable", "rw", "shared", "slave", "strictatime", "suid", "symfollow", "tmpcopyup", "unbindable",
    ];

    /// <summary>The options that are not handed to the file system.</summary>
    internal static ReadOnlySpan<string> Known => s_known;

    /// <summary>Attributes to set on the mount.</summary>
    internal ulong Set { get; private set; }

    /// <summary>Attributes to clear on it, before those are set.</summary>
    internal ulong Clear { get; private set; }

    /// <summary>Attributes to set on it and on the mounts below.</summary>
    internal ulong RecursiveSet { get; private set; }

    /// <summary>Attributes to clear on it and on the mounts below.</summary>
    internal ulong RecursiveClear { get; private set; }

    /// <summary>Propagation to give it (MS_SHARED …), or 0.</summary>
    internal ulong Propagation { get; private set; }

    /// <summary>True when the propagation is for the mounts below, too.</summary>
    internal bool RecursivePropagation { get; private set; }

    /// <summary>True for a bind mount.</summary>
    internal bool Bind { get; private set; }

    /// <summary>True for a bind mount with what is mounted below its source.</summary>
    internal bool RecursiveBind { get; private set; }

    /// <summary>True when its files are shown with mapped owners.</summary>
    internal bool IdMap { get; private set; }

    /// <summary>True when those of the mounts below are, too.</summary>
    internal bool RecursiveIdMap { get; private set; }

    /// <summary>True when what is mounted there already gets these attributes.</summary>
    internal bool Remount { get; private set; }

    /// <summary>True for a tmpfs that begins with what the root file system has there.</summary>
    internal bool CopyUp { get; private set; }

    /// <summary>What the file system itself is told: a name, and a value unless it is a flag.</summary>
    internal List<(string Key, string? Value)> Parameters { get; } = [];

    /// <summary>True when a parameter of that name is given.</summary>
    internal bool Has(string key) => Parameters.Exists(p => p.Key == key);

    /// <summary>Sorts the options.</summary>
    /// <param name="options">As in config.json.</param>
    /// <param name="field">The mount, for errors.</param>
    internal static MountOptions Parse(IReadOnlyList<string>? options, string field)
    {
        var result = new MountOptions();
        for (var i = 0; i < (options?.Count ?? 0); i++)
        {
            var option = options![i];
            if (string.IsNullOrEmpty(option)) throw new InvalidSpecException($"{field}.options[{i}]", "is empty");
            SpecValidator.CheckText(option, $"{field}.options[{i}]");
            if (!result.TakeAttribute(option) && !result.TakeKind(option, $"{field}.options[{i}]")) result.TakeParameter(option);
        }

        return result;
    }

    private bool TakeAttribute(string option)
    {
        var recursive = option.Length > 1 && option[0] == 'r' && option is not ("ro" or "rw" or "relatime");
        var (set, clear) = (recursive ? option[1..] : option) switch
        {
            "ro" => (Syscall.MOUNT_ATTR_RDONLY, 0UL),
            "rw" => (0UL, Syscall.MOUNT_ATTR_RDONLY),
            "nosuid" => (Syscall.MOUNT_ATTR_NOSUID, 0UL),
            "suid" => (0UL, Syscall.MOUNT_ATTR_NOSUID),
            "nodev" => (Syscall.MOUNT_ATTR_NODEV, 0UL),
            "dev" => (0UL, Syscall.MOUNT_ATTR_NODEV),
            "noexec" => (Syscall.MOUNT_ATTR_NOEXEC, 0UL),
            "exec" => (0UL, Syscall.MOUNT_ATTR_NOEXEC),
            "nodiratime" => (Syscall.MOUNT_ATTR_NODIRATIME, 0UL),
            "diratime" => (0UL, Syscall.MOUNT_ATTR_NODIRATIME),
            "nosymfollow" => (Syscall.MOUNT_ATTR_NOSYMFOLLOW, 0UL),
            "symfollow" => (0UL, Syscall.MOUNT_ATTR_NOSYMFOLLOW),
            "noatime" => (Syscall.MOUNT_ATTR_NOATIME, Syscall.MOUNT_ATTR__ATIME),
            "strictatime" => (Syscall.MOUNT_ATTR_STRICTATIME, Syscall.MOUNT_ATTR__ATIME),
            "relatime" or "norelatime" or "atime" or "nostrictatime" => (Syscall.MOUNT_ATTR_RELATIME, Syscall.MOUNT_ATTR__ATIME),
            _ => (0UL, 0UL),
        };
        if ((set | clear) == 0) return false;

        // What comes later wins over what came before.
        if (recursive)
        {
            RecursiveSet = (RecursiveSet & ~clear) | set;
            RecursiveClear = (RecursiveClear & ~set) | clear;
        }
        else
        {
            Set = (Set & ~clear) | set;
            Clear = (Clear & ~set) | clear;
        }

        return true;
    }

    private bool TakeKind(string option, string field)
    {
        switch (option)
        {
            case "bind":
                Bind = true;
                return true;
            case "rbind":
                Bind = RecursiveBind = true;
                return true;
            case "shared" or "rshared":
                return SetPropagation(Syscall.MS_SHARED, option);
            case "slave" or "rslave":
                return SetPropagation(Syscall.MS_SLAVE, option);
            case "private" or "rprivate":
                return SetPropagation(Syscall.MS_PRIVATE, option);
            case "unbindable" or "runbindable":
                return SetPropagation(Syscall.MS_UNBINDABLE, option);
            case "defaults" or "silent" or "loud":
                return true; // what the kernel says in its log is not for the container
            case "async" or "nomand" or "nolazytime" or "noiversion":
                // What the kernel does anyway, unless an option before this one said otherwise.
                Parameters.RemoveAll(p => p.Value is null && p.Key == (option == "async" ? "sync" : option[2..]));
                return true;
            case "idmap":
                IdMap = true;
                return true;
            case "ridmap":
                IdMap = RecursiveIdMap = true;
                return true;
            case "tmpcopyup":
                CopyUp = true;
                return true;
            case "remount":
                Remount = true;
                return true;
            case "copy-symlink" or "src-nofollow" or "dest-nofollow":
                throw new InvalidSpecException(field, $"'{option}' is not supported; leave it out");
            default:
                return false;
        }
    }

    private bool SetPropagation(ulong propagation, string option)
    {
        Propagation = propagation;
        RecursivePropagation = option[0] == 'r';
        return true;
    }

    private void TakeParameter(string option)
    {
        var equals = option.IndexOf('=');
        Parameters.Add(equals > 0 ? (option[..equals], option[(equals + 1)..]) : (option, null));
    }
}
