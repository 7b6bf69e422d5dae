using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>A tmpfs that begins with what the root file system has at the place it covers (option <c>tmpcopyup</c>), attached nowhere yet.</summary>
internal static unsafe class CopiedTmpfs
{
    /// <summary>Makes it.</summary>
    /// <param name="root">The root file system.</param>
    /// <param name="destination">Where it will be mounted.</param>
    /// <param name="options">Its parameters and attributes.</param>
    /// <param name="field">What errors call the mount.</param>
    internal static DetachedTree Make(int root, string destination, MountOptions options, string field)
    {
        using var original = OpenOriginal(root, destination);
        using var context = new SafeFileHandle(OpenContext(options, original, field), ownsHandle: true);
        var mount = (int)Syscall.fsmount(context.Number(), Syscall.FSMOUNT_CLOEXEC, 0);
        if (mount < 0) throw new RuntimeStepException("mount tmpfs", destination, -mount);
        var tree = new DetachedTree(new SafeFileHandle(mount, ownsHandle: true), IsDirectory: true, IsProc: false);
        try
        {
            if (original is not null) Fill(mount, original, options, destination);
            tree.Change(options.Set | options.RecursiveSet, 0, options.Propagation, recursive: false, destination);
            return tree;
        }
        catch
        {
            tree.Mount.Dispose();
            throw;
        }
    }

    /// <summary>The directory in the root file system; null when there is none.</summary>
    private static SafeFileHandle? OpenOriginal(int root, string destination)
    {
        if (root < 0) throw new InvalidSpecException("mounts", $"'{destination}': tmpcopyup on an overlay needs Linux 6.8");
        nint fd;
        fixed (byte* path = Encoding.UTF8.GetBytes(destination + '\0'))
            fd = Syscall.OpenInRoot(root, path, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        if (fd == -LibC.ENOENT) return null;
        return fd >= 0 ? new SafeFileHandle((int)fd, ownsHandle: true) : throw new RuntimeStepException("open", destination, (int)-fd);
    }

    private static int OpenContext(MountOptions options, SafeFileHandle? original, string field)
    {
        int context;
        fixed (byte* type = "tmpfs\0"u8) context = (int)Syscall.fsopen(type, Syscall.FSOPEN_CLOEXEC);
        if (context < 0) throw new RuntimeStepException("open file system", "tmpfs", -context);
        foreach (var (key, value) in options.Parameters)
        {
            nint result;
            fixed (byte* name = Encoding.UTF8.GetBytes(key + '\0'))
            fixed (byte* text = value is null ? null : Encoding.UTF8.GetBytes(value + '\0'))
                result = Syscall.fsconfig(context, value is null ? Syscall.FSCONFIG_SET_FLAG : Syscall.FSCONFIG_SET_STRING, name, text);
            if (result < 0) throw Failure(context, key, result, $"{field}.options");
        }

        var created = Syscall.fsconfig(context, Syscall.FSCONFIG_CMD_CREATE, null, null);
        return created < 0 ? throw Failure(context, "tmpfs", created, field) : context;
    }

    private static RuntimeStepException Failure(int context, string subject, nint result, string field)
    {
        _ = LibC.close(context);
        return new RuntimeStepException("mount tmpfs", subject, (int)-result, field: field);
    }

    private static void Fill(int mount, SafeFileHandle original, MountOptions options, string destination)
    {
        byte dot = (byte)'.';
        var path = stackalloc byte[2] { dot, 0 };
        var top = Syscall.openat(mount, path, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        if (top < 0) throw new RuntimeStepException("open tmpfs", destination, -top);
        using var target = new SafeFileHandle(top, ownsHandle: true);
        Syscall.statx_t asked;
        byte empty = 0;
        _ = Syscall.statx(top, &empty, LibC.AT_EMPTY_PATH, Syscall.STATX_BASIC_STATS, &asked);
        try
        {
            TreeCopy.Copy(original, target);
        }
        catch (Exception e) when (e is IOException or KernelException)
        {
            throw new ContainerEngineException("CopyUpFailed", ErrorKind.Failed, $"What the image has at '{destination}' cannot be copied to the tmpfs there: {e.Message}", destination);
        }

        // What was asked in words wins over what the image has.
        if (options.Has("mode")) _ = Syscall.fchmod(top, asked.Permissions);
        if (options.Has("uid")) _ = Syscall.fchown(top, asked.stx_uid, uint.MaxValue);
        if (options.Has("gid")) _ = Syscall.fchown(top, uint.MaxValue, asked.stx_gid);
    }
}
