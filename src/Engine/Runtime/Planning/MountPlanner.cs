using System.Globalization;
using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>Plans the <c>mounts</c> of config.json (config.md#mounts).</summary>
internal static unsafe class MountPlanner
{
    // What may be mounted inside /proc: files that others make up for the container (lxcfs), and one the checkpointer writes.
    private static readonly string[] s_allowedInsideProc =
    [
        "/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat", "/proc/swaps", "/proc/uptime", "/proc/loadavg", "/proc/slabinfo",
        "/proc/sys/kernel/ns_last_pid", "/proc/sys/crypto/fips_enabled",
    ];

    /// <summary>Plans all mounts in their order; then makes those file systems read-only that had to be written to at first.</summary>
    internal static void Plan(ChildPlan plan, StartRequest request, int root, ICgroup cgroup, Namespaces namespaces)
    {
        var mounts = request.Spec.Mounts;
        for (var i = 0; i < (mounts?.Count ?? 0); i++)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"mounts[{i}]");
            plan.Field = field;
            PlanMount(plan, mounts![i], field, request, root, cgroup, namespaces);
        }

        plan.Field = null;
    }

    /// <summary>Makes what is mounted on /dev read-only when that was asked: its nodes and links are made after it is mounted.</summary>
    internal static void PlanReadOnlyDevices(ChildPlan plan, RuntimeSpec spec)
    {
        for (var i = 0; i < (spec.Mounts?.Count ?? 0); i++)
        {
            if (IsDevices(spec.Mounts![i]) && (MountOptions.Parse(spec.Mounts[i].Options, "mounts").Set & Syscall.MOUNT_ATTR_RDONLY) != 0)
                plan.Add(ChildStep.SetMountAttributes, "/dev", new() { Path = plan.Text("/dev"), Set = Syscall.MOUNT_ATTR_RDONLY });
        }
    }

    private static void PlanMount(ChildPlan plan, Mount mount, string field, StartRequest request, int root, ICgroup cgroup, Namespaces namespaces)
    {
        SpecValidator.CheckText(mount.Type, $"{field}.type");
        SpecValidator.CheckText(mount.Source, $"{field}.source");
        var options = MountOptions.Parse(mount.Options, field);

        // Older documents have relative ones, which are below the root (config.md#mounts).
        var path = mount.Destination is { Length: > 0 } given && given[0] != '/' ? "/" + given : mount.Destination;
        var destination = SpecValidator.InnerPath(path, $"{field}.destination");
        var isBind = options.Bind || mount.Type == "bind";
        var mapsIds = options.IdMap || mount.UidMappings is { Count: > 0 } || mount.GidMappings is { Count: > 0 };
        if (mapsIds && !isBind) throw new InvalidSpecException($"{field}.options", "map ids, which only a bind mount can");
        if (options.Remount) PlanRemount(plan, destination, options, field);
        else if (isBind) PlanBind(plan, mount, destination, options, field, request, mapsIds);
        else if (options.CopyUp) PlanCopiedTmpfs(plan, mount, destination, options, field, root);
        else if (mount.Type is "cgroup" or "cgroup2") CgroupMountPlanner.Plan(plan, mount.Type, destination, options, cgroup, namespaces);
        else PlanNew(plan, mount, destination, options, field, request.Spec.Linux);
    }

    private static void PlanBind(ChildPlan plan, Mount mount, string destination, MountOptions options, string field, StartRequest request, bool mapsIds)
    {
        if (string.IsNullOrEmpty(mount.Source)) throw new InvalidSpecException($"{field}.source", "must name what to bind");
        var source = Path.GetFullPath(mount.Source, request.Bundle);
        var tree = OpenSource(source, options.RecursiveBind, $"{field}.source", [request.VolumesFolder, request.LayersFolder]);
        var fd = plan.Own(tree.Mount);
        CheckProc(destination, field, tree.IsProc);
        var flags = tree.IsDirectory ? 0 : ChildPath.File;
        if (IsInsideProc(destination)) flags |= ChildPath.InsideProc;
        if (mapsIds)
        {
            using var ids = OpenMapping(mount, request.Spec.Linux!, field);
            tree.MapIds(ids, options.RecursiveIdMap, source);
        }

        tree.Change(options.Set, options.Clear, 0, recursive: false, source);
        tree.Change(options.RecursiveSet, options.RecursiveClear, 0, recursive: true, source);
        if (!RootPlanner.IsShared(request.Spec)) tree.Change(0, 0, Syscall.MS_SLAVE, recursive: true, source);
        tree.Change(0, 0, options.Propagation, options.RecursivePropagation, source);
        plan.Add(ChildStep.AttachMount, destination, new() { Fd = fd, Path = plan.Text(destination), Flags = (ulong)flags });
    }

    // VOLUMES/name/data is the engine's own; from there on the path is of whoever writes to the volume, or has made the image.
    private static DetachedTree OpenSource(string source, bool recursive, string field, ReadOnlySpan<string?> folders)
    {
        const int partsOfOwn = 2;
        foreach (var folder in folders)
        {
            if (folder is null || !source.StartsWith(folder + "/", StringComparison.Ordinal)) continue;
            var parts = source[(folder.Length + 1)..].Split('/', partsOfOwn + 1);
            if (parts.Length > partsOfOwn) return DetachedTree.OpenInside(Path.Combine(folder, parts[0], parts[1]), parts[2], recursive, field);
        }

        return DetachedTree.Open(source, recursive, field);
    }

    private static void PlanRemount(ChildPlan plan, string destination, MountOptions options, string field)
    {
        if (options.Parameters.Count > 0) throw new InvalidSpecException($"{field}.options", $"'{options.Parameters[0].Key}' is an option of the file system, which cannot be changed by a remount");
        var path = plan.Text(destination);
        plan.Add(ChildStep.SetMountAttributes, destination, new() { Path = path, Set = options.Set, Clear = options.Clear, Propagation = options.Propagation, Flags = options.RecursivePropagation ? (ulong)ChildPath.Recursive : 0 });
        if ((options.RecursiveSet | options.RecursiveClear) != 0)
            plan.Add(ChildStep.SetMountAttributes, destination, new() { Path = path, Set = options.RecursiveSet, Clear = options.RecursiveClear, Flags = (ulong)ChildPath.Recursive });
    }

    /// <summary>The mount's own mapping, or that of the container.</summary>
    private static SafeFileHandle OpenMapping(Mount mount, LinuxSpec linux, string field)
    {
        if (mount.UidMappings is { Count: > 0 } || mount.GidMappings is { Count: > 0 })
        {
            IdMappings.Check(mount.UidMappings, $"{field}.uidMappings");
            IdMappings.Check(mount.GidMappings, $"{field}.gidMappings");
            return IdMappings.OpenNamespace(mount.UidMappings!, mount.GidMappings!);
        }

        if (linux.Namespaces!.Find(n => n.Type == "user") is not { } user) throw new InvalidSpecException($"{field}.uidMappings", "must be set: the container has no user namespace whose ids could be meant");
        return string.IsNullOrEmpty(user.Path) ? IdMappings.OpenNamespace(linux.UidMappings!, linux.GidMappings!) : FileDescriptors.Open(user.Path, LibC.O_RDONLY);
    }

    private static void PlanCopiedTmpfs(ChildPlan plan, Mount mount, string destination, MountOptions options, string field, int root)
    {
        if (mount.Type != "tmpfs") throw new InvalidSpecException($"{field}.options", "have tmpcopyup, which is for a tmpfs");
        CheckProc(destination, field, isProc: false);
        var tree = CopiedTmpfs.Make(root, destination, options, field);
        plan.Add(ChildStep.AttachMount, destination, new() { Fd = plan.Own(tree.Mount), Path = plan.Text(destination) });
    }

    private static void PlanNew(ChildPlan plan, Mount mount, string destination, MountOptions options, string field, LinuxSpec? linux)
    {
        if (string.IsNullOrEmpty(mount.Type)) throw new InvalidSpecException($"{field}.type", "must be set");
        if (!string.IsNullOrEmpty(mount.Source) && !options.Has("source")) options.Parameters.Insert(0, ("source", mount.Source));
        LabelPlanner.AddTo(options.Parameters, mount.Type, linux);
        CheckProc(destination, field, mount.Type == "proc");
        if (PartOfOverlay.TakePart(mount.Type, options) is { } part)
        {
            var tree = PartOfOverlay.Open(options, part, field);
            plan.Add(ChildStep.AttachMount, destination, new() { Fd = plan.Own(tree.Mount), Path = plan.Text(destination), Flags = (ulong)(tree.IsDirectory ? 0 : ChildPath.File) });
            return;
        }

        ChildPath flags = 0;
        if (mount.Type is "proc" or "sysfs") flags |= ChildPath.NoLinks;
        if (mount.Type == "tmpfs" && !options.Has("mode")) flags |= ChildPath.KeepMode;
        var set = options.Set | options.RecursiveSet;
        if (IsDevices(mount)) set &= ~Syscall.MOUNT_ATTR_RDONLY;
        plan.Add(ChildStep.Mount, destination, NewMount(plan, mount.Type, destination, options.Parameters, flags, set, options.Propagation));
    }

    /// <summary>The operation that mounts a new file system.</summary>
    internal static ChildOperation NewMount(
        ChildPlan plan, string type, string destination, IReadOnlyList<(string Key, string? Value)> parameters, ChildPath flags, ulong attributes, ulong propagation) => new()
    {
        Text = plan.Text(type),
        Path = plan.Text(destination),
        Data = Parameters(plan, parameters),
        Length = parameters.Count,
        Flags = (ulong)flags,
        Set = attributes,
        Propagation = propagation,
    };

    /// <summary>Parameters of a file system in native memory.</summary>
    internal static MountParameter* Parameters(ChildPlan plan, IReadOnlyList<(string Key, string? Value)> parameters)
    {
        var result = (MountParameter*)plan.Arena.Allocate(parameters.Count * sizeof(MountParameter));
        for (var i = 0; i < parameters.Count; i++)
        {
            result[i].Key = plan.Text(parameters[i].Key);
            if (parameters[i].Value is { } value) result[i].Value = plan.Text(value);
        }

        return result;
    }

    private static bool IsDevices(Mount mount) => mount.Type == "tmpfs" && mount.Destination is "/dev" or "/dev/";

    private static bool IsInsideProc(string destination) => destination.StartsWith("/proc/", StringComparison.Ordinal);

    /// <summary>Nothing but a procfs may be mounted on /proc, and nothing inside that could pass for the kernel's answers about processes.</summary>
    private static void CheckProc(string destination, string field, bool isProc)
    {
        if (destination == "/proc" && !isProc)
            throw new InvalidSpecException($"{field}.destination", "'/proc' may only be a procfs");
        if (IsInsideProc(destination) && Array.IndexOf(s_allowedInsideProc, destination) < 0)
            throw new InvalidSpecException($"{field}.destination", $"'{destination}' is inside /proc, where nothing may be mounted");
    }
}
