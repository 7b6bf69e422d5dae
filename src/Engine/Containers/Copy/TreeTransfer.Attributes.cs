using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

// Owner, mode, extended attributes, times, in this order: a change of owner takes setuid and capabilities away. And how failures are told.
internal sealed unsafe partial class TreeTransfer
{
    private readonly byte[] _attributeNames = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
    private byte[]? _attributeValue;

    private void SetAttributes(int source, int target, in Syscall.statx_t status)
    {
        if (_rules.KeepOwner) Check(Syscall.fchown(target, status.stx_uid, status.stx_gid), "change owner");
        Check(Syscall.fchmod(target, ModeOf(status)), "change mode");
        CopyExtended(source, target);
        SetTimes(target, null, status, 0);
        if (status.Type == FileBits.S_IFREG) Remember(status, target);
    }

    private uint ModeOf(in Syscall.statx_t status)
    {
        if (!_rules.DropPowers) return status.Permissions;
        return status.Type switch
        {
            FileBits.S_IFREG => status.Permissions & ~(FileBits.S_ISUID | FileBits.S_ISGID),
            FileBits.S_IFCHR or FileBits.S_IFBLK => status.Permissions & 0x180, // 0600
            _ => status.Permissions,
        };
    }

    private void CopyExtended(int source, int target)
    {
        fixed (byte* names = _attributeNames)
        {
            var length = Syscall.flistxattr(source, names, _attributeNames.Length);
            for (var at = 0; at < length;)
            {
                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(names + at);
                if (IsCopied(name)) CopyAttribute(source, target, names + at);
                at += name.Length + 1;
            }
        }
    }

    // trusted.* is the kernel's and overlay's own, labels are those of where the file is.
    private bool IsCopied(ReadOnlySpan<byte> name) =>
        (name.StartsWith("user."u8) && !name.StartsWith("user.overlay."u8))
        || (!_rules.DropPowers && (name.SequenceEqual("security.capability"u8) || name.StartsWith("system.posix_acl_"u8)));

    private void CopyAttribute(int source, int target, byte* name)
    {
        _attributeValue ??= GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
        fixed (byte* value = _attributeValue)
        {
            var size = Syscall.fgetxattr(source, name, value, _attributeValue.Length);
            if (size < 0) return;
            var result = Syscall.fsetxattr(target, name, value, size, 0);

            // An attribute that the other file system does not keep is one it does not act upon.
            if (result != -LibC.EOPNOTSUPP && result != -LibC.EPERM) Check(result, "set attribute of");
        }
    }

    private void SetTimes(int file, byte* name, in Syscall.statx_t status, int flags)
    {
        var times = stackalloc Syscall.timespec64[2];
        times[0] = new() { tv_sec = status.stx_atime.tv_sec, tv_nsec = status.stx_atime.tv_nsec };
        times[1] = new() { tv_sec = status.stx_mtime.tv_sec, tv_nsec = status.stx_mtime.tv_nsec };
        Check(Syscall.utimensat(file, name, times, flags), "set times of");
    }

    private int Check(int result, string call) => result >= 0 ? result : throw Failed(call, TargetName(), -result);

    private static ContainerEngineException Failed(string call, string path, int errno)
    {
        if (errno == LibC.ENOSPC || errno == LibC.EDQUOT) return new ContainerEngineException("NoSpace", ErrorKind.ResourceExhausted, $"No space is left for '{path}'. Free some, and copy again.", path);
        if (errno == LibC.EROFS) return new ContainerEngineException("ReadOnly", ErrorKind.PermissionDenied, $"'{path}' cannot be written: it is read-only there, as a whole file system or by the container's settings.", path);
        return new KernelException(call, path, errno);
    }
}
