using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

// Paths, devices and the terminal inside the root, and the kernel's parameter files.
internal static unsafe partial class ChildProgram
{
    private const uint TIOCSPTLCK = 0x40045431;
    private const uint TIOCGPTPEER = 0x5441;
    private const uint TIOCSWINSZ = 0x5414;

    /// <summary>
    /// Opens a path inside the root, making what is missing of it. A made directory is entered by its own name without following a
    /// link, so whoever changes the tree meanwhile can only make this fail.
    /// </summary>
    private static nint OpenTarget(int root, byte* path, ChildPath flags)
    {
        var noLinks = (flags & ChildPath.NoLinks) != 0;
        var target = Syscall.OpenInRoot(root, path, ChildCalls.O_PATH | ChildCalls.O_CLOEXEC, noLinks);
        if (target == -LibC.ENOENT) target = MakeTarget(root, path, (flags & ChildPath.File) != 0, noLinks);
        if (target < 0 || (flags & ChildPath.InsideProc) != 0) return target;

        // Whoever could mount inside /proc would answer for the kernel.
        var result = Syscall.FileSystemOf((int)target, out var magic, out _);
        if (result >= 0 && magic == Syscall.PROC_SUPER_MAGIC) result = -LibC.EPERM;
        if (result >= 0) return target;
        _ = ChildCalls.close((int)target);
        return result;
    }

    private static nint MakeTarget(int root, byte* path, bool file, bool noLinks)
    {
        var directory = root;
        var made = false;
        var start = path;
        while (*start == '/') start++;
        while (true)
        {
            var end = start;
            while (*end != 0 && *end != '/') end++;
            var last = *end == 0;
            *end = 0;
            var next = made ? -LibC.ENOENT : Syscall.OpenInRoot(root, path, ChildCalls.O_PATH | ChildCalls.O_CLOEXEC, noLinks);
            if (next == -LibC.ENOENT)
            {
                made = true;
                next = last && file ? MakeFile(directory, start) : EnterNewDirectory(directory, start);
            }

            if (directory != root) _ = ChildCalls.close(directory);
            if (last || next < 0) return next;
            *end = (byte)'/';
            directory = (int)next;
            start = end + 1;
        }
    }

    private static nint EnterNewDirectory(int parent, byte* name)
    {
        var result = ChildCalls.mkdirat(parent, name, 0x1ED /* 0755 */);
        if (result < 0 && result != -LibC.EEXIST) return result;
        return ChildCalls.openat(parent, name, ChildCalls.O_PATH | ChildCalls.O_DIRECTORY | ChildCalls.O_NOFOLLOW);
    }

    private static nint MakeFile(int parent, byte* name)
    {
        var result = ChildCalls.openat(parent, name, ChildCalls.O_WRONLY | ChildCalls.O_CREAT | ChildCalls.O_EXCL | ChildCalls.O_NOFOLLOW, 0x1A4 /* 0644 */);
        if (result < 0) return result;
        _ = ChildCalls.close((int)result);
        return ChildCalls.openat(parent, name, ChildCalls.O_PATH | ChildCalls.O_NOFOLLOW);
    }

    /// <summary>Makes directory <c>Path</c> when it is missing.</summary>
    private static nint MakeDirectory(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var result = OpenTarget(descriptors->Root, operation->Path, ChildPath.InsideProc);
        if (result >= 0) _ = ChildCalls.close((int)result);
        return result;
    }

    /// <summary>Makes link <c>Text</c> to <c>Data</c> in directory <c>Path</c>; what has that name already stays unless it is to be replaced.</summary>
    private static nint MakeSymbolicLink(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var directory = OpenTarget(descriptors->Root, operation->Path, 0);
        if (directory < 0) return directory;
        if (((ChildPath)operation->Flags & ChildPath.Replace) != 0) _ = ChildCalls.unlinkat((int)directory, operation->Text);
        var result = ChildCalls.symlinkat((byte*)operation->Data, (int)directory, operation->Text);
        _ = ChildCalls.close((int)directory);
        return result == -LibC.EEXIST ? 0 : result;
    }

    /// <summary>Makes node <c>Text</c> in directory <c>Path</c>: type and mode <c>Flags</c>, device <c>Length</c>, owner <c>Set</c>, group <c>Clear</c>. An equal one may be there.</summary>
    private static nint MakeDevice(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var directory = (int)OpenTarget(descriptors->Root, operation->Path, 0);
        if (directory < 0) return directory;
        var result = ChildCalls.mknodat(directory, operation->Text, (uint)operation->Flags, (uint)operation->Length);
        if (result == -LibC.EEXIST)
        {
            result = ChildCalls.fstatat(directory, operation->Text, ChildCalls.AT_SYMLINK_NOFOLLOW, out var mode, out var device);
            if (result >= 0 && ((mode & ChildCalls.S_IFMT) != ((uint)operation->Flags & ChildCalls.S_IFMT)
                || ChildCalls.DeviceNumber(device >> 32, device & uint.MaxValue) != (uint)operation->Length)) result = -LibC.EEXIST;
        }
        else if (result >= 0 && (operation->Set | operation->Clear) != 0)
        {
            result = ChildCalls.fchownat(directory, operation->Text, (uint)operation->Set, (uint)operation->Clear, ChildCalls.AT_SYMLINK_NOFOLLOW);
        }

        _ = ChildCalls.close(directory);
        return result;
    }

    /// <summary>Opens a new terminal of the container's devpts, of the size at <c>Data</c>, owned by user <c>Flags</c>, and sends its master to the parent.</summary>
    private static nint OpenTerminal(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var result = Syscall.OpenInRoot(descriptors->Root, operation->Path, ChildCalls.O_RDWR | ChildCalls.O_NOCTTY | ChildCalls.O_CLOEXEC, noLinks: true);
        if (result < 0) return result;
        var master = (int)result;
        result = Syscall.FileSystemOf(master, out var magic, out _);
        if (result >= 0 && magic != Syscall.DEVPTS_SUPER_MAGIC) result = -LibC.ENODEV;
        var unlocked = 0;
        if (result >= 0) result = ChildCalls.ioctl(master, TIOCSPTLCK, &unlocked);
        if (result >= 0) result = ChildCalls.ioctl(master, TIOCGPTPEER, (void*)(ChildCalls.O_RDWR | ChildCalls.O_NOCTTY | ChildCalls.O_CLOEXEC));
        descriptors->Terminal = (int)result;
        if (result >= 0 && operation->Data != null) result = ChildCalls.ioctl(master, TIOCSWINSZ, operation->Data);
        byte empty = 0;
        if (result >= 0) result = ChildCalls.fchownat(descriptors->Terminal, &empty, (uint)operation->Flags, uint.MaxValue, ChildCalls.AT_EMPTY_PATH);
        if (result >= 0) result = ChildMessages.Send(descriptors->Socket, new ChildMessage { Kind = ChildMessageKind.Terminal }, master);
        _ = ChildCalls.close(master);
        return result;
    }

    /// <summary>Mounts the terminal on /dev/console, by descriptors alone: no link planted in the image is followed.</summary>
    private static nint AttachConsole(ChildDescriptors* descriptors)
    {
        byte empty = 0;
        fixed (byte* dev = "dev"u8)
        fixed (byte* console = "console"u8)
        {
            var directory = Syscall.OpenInRoot(descriptors->Root, dev, ChildCalls.O_PATH | ChildCalls.O_DIRECTORY | ChildCalls.O_CLOEXEC);
            if (directory < 0) return directory;
            var target = MakeFile((int)directory, console);
            if (target == -LibC.EEXIST) target = ChildCalls.openat((int)directory, console, ChildCalls.O_PATH | ChildCalls.O_NOFOLLOW);
            _ = ChildCalls.close((int)directory);
            if (target < 0) return target;
            var result = ChildCalls.fstat((int)target, out var mode, out _);
            if (result >= 0 && (mode & ChildCalls.S_IFMT) is not (ChildCalls.S_IFCHR or 0x8000 /* S_IFREG */)) result = -LibC.ELOOP;
            if (result >= 0) result = Syscall.open_tree(descriptors->Terminal, &empty, Syscall.OPEN_TREE_CLONE | Syscall.OPEN_TREE_CLOEXEC | Syscall.AT_EMPTY_PATH);
            if (result >= 0) result = Syscall.move_mount((int)result, &empty, (int)target, &empty, Syscall.MOVE_MOUNT_F_EMPTY_PATH | Syscall.MOVE_MOUNT_T_EMPTY_PATH);
            _ = ChildCalls.close((int)target);
            return result;
        }
    }

    /// <summary>Opens the caller's null device and makes sure that it is one.</summary>
    private static nint OpenNullDevice(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var result = ChildCalls.openat(ChildCalls.AT_FDCWD, operation->Path, ChildCalls.O_PATH | ChildCalls.O_NOFOLLOW);
        if (result < 0) return result;
        descriptors->Null = (int)result;
        result = ChildCalls.fstat(descriptors->Null, out var mode, out var device);
        if (result < 0) return result;
        return (mode & ChildCalls.S_IFMT) == ChildCalls.S_IFCHR && device == ((1UL << 32) | 3) ? 0 : -LibC.ENODEV;
    }

    /// <summary>A procfs of our own that nobody can have mounted anything over.</summary>
    private static nint OpenProc(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var context = Syscall.fsopen(operation->Text, Syscall.FSOPEN_CLOEXEC);
        if (context < 0) return context;
        var result = Syscall.fsconfig((int)context, Syscall.FSCONFIG_CMD_CREATE, null, null);
        if (result >= 0) result = Syscall.fsmount((int)context, Syscall.FSMOUNT_CLOEXEC, 0);
        _ = ChildCalls.close((int)context);
        descriptors->Proc = (int)result;
        return result;
    }

    /// <summary>Writes <c>Text</c> to <c>Path</c> of that procfs, through no link.</summary>
    private static nint WriteSysctl(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        var file = Syscall.OpenBeneath(descriptors->Proc, operation->Path, ChildCalls.O_WRONLY | ChildCalls.O_CLOEXEC);
        return file < 0 ? file : WriteAndClose((int)file, operation);
    }

    /// <summary>
    /// Writes <c>Text</c> to this process's <c>Path</c> in a procfs that nobody can have mounted anything over. No link is
    /// followed and no mount is crossed, so that nothing else can be written in its place.
    /// </summary>
    private static nint WriteAttribute(ChildOperation* operation, ChildDescriptors* descriptors)
    {
        // "<pid>/<path>", from the end
        const int size = 64;
        var name = stackalloc byte[size];
        var length = 0;
        while (operation->Path[length] != 0) length++;
        var first = size - 1 - length;
        if (first < 16) return -LibC.ENAMETOOLONG;
        for (var i = 0; i <= length; i++) name[first + i] = operation->Path[i];
        name[--first] = (byte)'/';
        var pid = (int)Syscall.getpid();
        do name[--first] = (byte)('0' + pid % 10);
        while ((pid /= 10) > 0);
        var file = Syscall.OpenBeneath(descriptors->Proc, name + first, ChildCalls.O_WRONLY | ChildCalls.O_CLOEXEC);
        return file < 0 ? file : WriteAndClose((int)file, operation);
    }

    /// <summary>Writes <c>Text</c> to <c>Path</c> of the caller's procfs; runs before the container's tree is in reach.</summary>
    private static nint WriteProcFile(ChildOperation* operation)
    {
        var result = ChildCalls.openat(ChildCalls.AT_FDCWD, operation->Path, ChildCalls.O_WRONLY);
        if (result < 0) return result;
        var file = (int)result;
        result = Syscall.FileSystemOf(file, out var magic, out _);
        if (result >= 0 && magic == Syscall.PROC_SUPER_MAGIC) return WriteAndClose(file, operation);
        _ = ChildCalls.close(file);
        return result < 0 ? result : -LibC.ENODEV;
    }

    private static nint WriteAndClose(int file, ChildOperation* operation)
    {
        var result = Syscall.write(file, operation->Text, operation->Length);
        _ = ChildCalls.close(file);
        return result;
    }
}
