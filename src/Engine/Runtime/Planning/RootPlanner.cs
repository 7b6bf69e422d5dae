using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>Plans the root file system: a detached overlay or bind mount made here, attached by the child in its own mount namespace.</summary>
internal static unsafe class RootPlanner
{
    /// <summary>Plans the root and everything up to its attachment; returns it, or -1 when only the child can open it.</summary>
    internal static int Plan(ChildPlan plan, StartRequest request)
    {
        // Not even a root that shares its mounts with the machine may be pivoted to below a shared mount.
        plan.Add(ChildStep.SetPropagation, "/", new() { Path = plan.Text("/"), Propagation = Syscall.MS_REC | Syscall.MS_SLAVE });
        if (request.Overlay is { } overlay)
        {
            return PlanOverlay(plan, overlay, request.Bundle);
        }

        var path = Path.GetFullPath(request.Spec.Root!.Path!, request.Bundle);
        var tree = DetachedTree.Open(path, recursive: true, "root.path");
        if (tree.IsDirectory)
        {
            var fd = plan.Own(tree.Mount);

            // Pivot_root takes no shared root; it gets its propagation afterwards.
            tree.Change(0, 0, IsShared(request.Spec) ? Syscall.MS_PRIVATE : Syscall.MS_SLAVE, recursive: !IsShared(request.Spec), path);
            plan.Add(ChildStep.AttachRoot, path, new() { Fd = fd, Path = plan.Text(path) });
            return fd;
        }

        tree.Mount.Dispose();
        throw new InvalidSpecException("root.path", $"'{request.Spec.Root.Path}' is not a directory");
    }

    /// <summary>True when mounts of the machine and of the container shall reach each other.</summary>
    internal static bool IsShared(RuntimeSpec spec) => spec.Linux?.RootfsPropagation is "shared" or "rshared";

    /// <summary>Plans what is changed on the finished root: its propagation, and that nothing can be written to it.</summary>
    internal static void PlanProtection(ChildPlan plan, RuntimeSpec spec)
    {
        if (spec.Root is { Readonly: true })
            plan.Add(ChildStep.SetMountAttributes, "root.readonly", new() { Set = Syscall.MOUNT_ATTR_RDONLY });
    }

    /// <summary>Plans <c>linux.rootfsPropagation</c>; runs after pivot_root, which refuses a shared root.</summary>
    internal static void PlanPropagation(ChildPlan plan, RuntimeSpec spec)
    {
        var propagation = spec.Linux?.RootfsPropagation switch
        {
            null or "" => 0UL,
            "shared" or "rshared" => Syscall.MS_SHARED,
            "slave" or "rslave" => Syscall.MS_SLAVE,
            "private" or "rprivate" => Syscall.MS_PRIVATE,
            "unbindable" or "runbindable" => Syscall.MS_UNBINDABLE,
            var other => throw new InvalidSpecException("linux.rootfsPropagation", $"'{other}' must be shared, slave, private or unbindable"),
        };
        if (propagation == 0) return;
        var recursive = spec.Linux!.RootfsPropagation![0] == 'r' ? Syscall.MS_REC : 0;
        plan.Add(ChildStep.SetPropagation, "linux.rootfsPropagation", new() { Path = plan.Text("/"), Propagation = propagation | recursive });
    }

    private static int PlanOverlay(ChildPlan plan, OverlayRoot overlay, string target)
    {
        fixed (byte* type = "overlay"u8)
        {
            var context = (int)Syscall.fsopen(type, Syscall.FSOPEN_CLOEXEC);
            if (context < 0) throw new RuntimeStepException("open file system", "overlay", -context, "Load the kernel module overlay.");
            using var owner = new SafeFileHandle(context, ownsHandle: true);
            if (!TrySetLayers(context, overlay))
            {
                PlanOldOverlay(plan, overlay, target);
                return -1;
            }

            SetString(context, "source"u8, "overlay");
            SetString(context, "upperdir"u8, overlay.Upper);
            SetString(context, "workdir"u8, overlay.Work);
            if (overlay.Volatile) SetFlag(context, "volatile"u8);
            var result = Syscall.fsconfig(context, Syscall.FSCONFIG_CMD_CREATE, null, null);
            if (result < 0) throw new RuntimeStepException("mount overlay", overlay.Upper, (int)-result, KernelMessages(context));
            var mount = (int)Syscall.fsmount(context, Syscall.FSMOUNT_CLOEXEC, 0);
            if (mount < 0) throw new RuntimeStepException("mount overlay", overlay.Upper, -mount);
            plan.Add(ChildStep.AttachRoot, target, new() { Fd = plan.Own(new SafeFileHandle(mount, true)), Path = plan.Text(target) });
            return mount;
        }
    }

    /// <summary>Names the layers one by one; false on kernels before 6.8, which do not know that.</summary>
    private static bool TrySetLayers(int context, OverlayRoot overlay)
    {
        for (var i = 0; i < overlay.Lower.Count; i++)
        {
            var result = TrySetString(context, "lowerdir+"u8, overlay.Lower[i]);
            if (result == -LibC.EINVAL && i == 0) return false;
            if (result < 0) throw new RuntimeStepException("add overlay layer", overlay.Lower[i], (int)-result);
        }

        return true;
    }

    private static void SetString(int context, ReadOnlySpan<byte> key, string value)
    {
        var result = TrySetString(context, key, value);
        if (result < 0) throw new RuntimeStepException("set overlay directory", value, (int)-result);
    }

    private static nint TrySetString(int context, ReadOnlySpan<byte> key, string value)
    {
        fixed (byte* name = key)
        fixed (byte* text = Encoding.UTF8.GetBytes(value + '\0'))
            return Syscall.fsconfig(context, Syscall.FSCONFIG_SET_STRING, name, text);
    }

    /// <summary>The one text of mount(2) holds a page; layers are named relative to the directory they share, so that many fit.</summary>
    private static void SetFlag(int context, ReadOnlySpan<byte> key)
    {
        nint result;
        fixed (byte* name = key) result = Syscall.fsconfig(context, Syscall.FSCONFIG_SET_FLAG, name, null);
        if (result < 0) throw new RuntimeStepException("set overlay flag", System.Text.Encoding.UTF8.GetString(key), (int)-result);
    }

    private static void PlanOldOverlay(ChildPlan plan, OverlayRoot overlay, string target)
    {
        var common = Path.GetDirectoryName(overlay.Lower[0])!;
        while (!overlay.Lower.All(l => l.StartsWith(common + '/', StringComparison.Ordinal)))
            common = Path.GetDirectoryName(common) ?? throw new InvalidSpecException("layers", "must be absolute paths");
        var data = $"lowerdir={string.Join(':', overlay.Lower.Select(l => l[(common.Length + 1)..]))},upperdir={overlay.Upper},workdir={overlay.Work}{(overlay.Volatile ? ",volatile" : "")}";
        if (Encoding.UTF8.GetByteCount(data) >= Environment.SystemPageSize)
            throw new RuntimeStepException("mount overlay", overlay.Upper, LibC.E2BIG, $"This kernel takes fewer than the image's {overlay.Lower.Count} layers; kernels from 6.8 on take 500.");
        plan.Add(ChildStep.MountOverlay, target, new() { Path = plan.Text(target), Text = plan.Text(common), Data = plan.Text(data) });
    }

    /// <summary>What the kernel says in words about the failure (man 2 fsopen, "message retrieval").</summary>
    private static string? KernelMessages(int context)
    {
        var buffer = stackalloc byte[512];
        var length = (int)Syscall.read(context, buffer, 512);
        return length <= 2 ? null : $"The kernel says: {Encoding.UTF8.GetString(buffer + 2, length - 2).Trim()}.";
    }
}
