using System.Globalization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>Plans device nodes and links below /dev (config-linux.md#devices and #default-devices).</summary>
internal static unsafe class DevicePlanner
{
    /// <summary>What making a device node needs.</summary>
    internal const int CAP_MKNOD = 27;

    private const uint S_IFIFO = 0x1000;
    private const uint S_IFCHR = 0x2000;
    private const uint S_IFBLK = 0x6000;

    private static ReadOnlySpan<(string Name, uint Major, uint Minor)> Defaults =>
        new[] { ("null", 1u, 3u), ("zero", 1u, 5u), ("full", 1u, 7u), ("random", 1u, 8u), ("urandom", 1u, 9u), ("tty", 5u, 0u) };

    /// <summary>Plans the default devices, those of the spec, and the usual links.</summary>
    /// <param name="plan">What the child does.</param>
    /// <param name="linux">The <c>linux</c> object.</param>
    /// <param name="bind">True to mount the machine's nodes: a user namespace's root may not make any, nor who lacks CAP_MKNOD.</param>
    internal static void Plan(ChildPlan plan, LinuxSpec? linux, bool bind)
    {
        // A bind of the caller's /dev has them all, and must not be changed.
        plan.Field = "linux.devices";
        var dev = plan.Text("/dev");
        foreach (var (name, major, minor) in Defaults)
        {
            if (!IsListed(linux, $"/dev/{name}"))
                AddNode(plan, dev, name, $"/dev/{name}", S_IFCHR | 0x1B6 /* 0666 */, major, minor, 0, 0, bind);
        }

        for (var i = 0; i < (linux?.Devices?.Count ?? 0); i++)
        {
            plan.Field = string.Create(CultureInfo.InvariantCulture, $"linux.devices[{i}]");
            PlanDevice(plan, linux!.Devices![i], plan.Field, bind);
        }

        plan.Field = null;
        AddLink(plan, dev, "fd", "/proc/self/fd", 0);
        AddLink(plan, dev, "stdin", "/proc/self/fd/0", 0);
        AddLink(plan, dev, "stdout", "/proc/self/fd/1", 0);
        AddLink(plan, dev, "stderr", "/proc/self/fd/2", 0);
        AddLink(plan, dev, "core", "/proc/kcore", 0);
        AddLink(plan, dev, "ptmx", "pts/ptmx", ChildPath.Replace);
    }

    private static bool IsListed(LinuxSpec? linux, string path)
    {
        for (var i = 0; i < (linux?.Devices?.Count ?? 0); i++)
            if (linux!.Devices![i].Path == path) return true;
        return false;
    }

    private static void PlanDevice(ChildPlan plan, LinuxDevice device, string field, bool bind)
    {
        var path = SpecValidator.InnerPath(device.Path, $"{field}.path");
        if (path == "/") throw new InvalidSpecException($"{field}.path", "must name a file");
        var type = device.Type switch
        {
            "c" or "u" => S_IFCHR,
            "b" => S_IFBLK,
            "p" => S_IFIFO,
            _ => throw new InvalidSpecException($"{field}.type", $"'{device.Type}' must be c, b, u or p"),
        };
        if (device.Major is < 0 or > 4095) throw new InvalidSpecException($"{field}.major", $"{device.Major} must be 0 to 4095");
        if (device.Minor is < 0 or > 1048575) throw new InvalidSpecException($"{field}.minor", $"{device.Minor} must be 0 to 1048575");
        var slash = path.LastIndexOf('/');
        var isPipe = type == S_IFIFO;
        AddNode(
            plan,
            plan.Text(slash == 0 ? "/" : path[..slash]),
            path[(slash + 1)..],
            path,
            type | ((device.FileMode ?? 0x1B6) & 0xFFF),
            isPipe ? 0 : (uint)device.Major,
            isPipe ? 0 : (uint)device.Minor,
            device.Uid ?? 0,
            device.Gid ?? 0,
            bind && !isPipe);
    }

    private static void AddNode(ChildPlan plan, byte* directory, string name, string path, uint mode, uint major, uint minor, uint uid, uint gid, bool bind)
    {
        if (bind)
        {
            AddBind(plan, path, mode, ChildCalls.DeviceNumber(major, minor));
            return;
        }

        plan.Add(ChildStep.MakeDevice, path, new()
        {
            Path = directory,
            Text = plan.Text(name),
            Flags = mode,
            Length = (nint)ChildCalls.DeviceNumber(major, minor),
            Set = uid,
            Clear = gid,
        });
    }

    /// <summary>Mounts the machine's node of that path, when it is the device that is asked for.</summary>
    private static void AddBind(ChildPlan plan, string path, uint mode, uint device)
    {
        var tree = DetachedTree.Open(path, recursive: false, plan.Field);
        var fd = plan.Own(tree.Mount);
        var result = ChildCalls.fstat(fd, out var type, out var number);
        if (result < 0) throw new RuntimeStepException("inspect device", path, (int)-result);
        if ((type & ChildCalls.S_IFMT) != (mode & ChildCalls.S_IFMT) || ChildCalls.DeviceNumber(number >> 32, number & uint.MaxValue) != device)
            throw new InvalidSpecException(plan.Field ?? "linux.devices", $"'{path}' is another device on this machine, and a container with a user namespace can only have the machine's");
        plan.Add(ChildStep.AttachMount, path, new() { Fd = fd, Path = plan.Text(path), Flags = (ulong)ChildPath.File });
    }

    private static void AddLink(ChildPlan plan, byte* directory, string name, string target, ChildPath flags) =>
        plan.Add(ChildStep.MakeSymbolicLink, $"/dev/{name}", new() { Path = directory, Text = plan.Text(name), Data = plan.Text(target), Flags = (ulong)flags });
}
