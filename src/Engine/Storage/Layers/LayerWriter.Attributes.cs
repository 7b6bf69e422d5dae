using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Storage;

// What entries say of files, and what overlayfs says of them.
internal sealed unsafe partial class LayerWriter
{
    private readonly byte[] _attributeNames = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
    private readonly byte[] _attributeValue = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);

    private SafeFileHandle? _mergedRoot;
    private SafeFileHandle? _lowerRoot;

    [Flags]
    private enum OverlayMarks
    {
        None = 0,
        Opaque = 1,
        Redirect = 2,
        MetadataOnly = 4,
    }

    private TarEntry EntryOf(in Syscall.statx_t status, byte[] path, TarEntryType type, IReadOnlyList<TarXattr> attributes, byte[]? link = null) =>
        FileEntry.Of(status, path, type, TimeOf(status), attributes, link);

    // Whole seconds, as in the layers of other tools.
    private TarTime TimeOf(in Syscall.statx_t status) => new(Math.Min(status.stx_mtime.tv_sec, _options.LatestTime ?? long.MaxValue));

    // Not what is the kernel's, the engine's or the machine's policy: trusted.* and security.* but for the capabilities of programs.
    private IReadOnlyList<TarXattr> AttributesOf(int file, out OverlayMarks marks)
    {
        marks = OverlayMarks.None;
        List<TarXattr>? attributes = null;
        fixed (byte* names = _attributeNames, value = _attributeValue)
        {
            var length = Syscall.flistxattr(file, names, _attributeNames.Length);
            for (var at = 0; at < length;)
            {
                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(names + at);
                if (name.StartsWith("trusted.overlay."u8)) marks |= MarkOf(file, names + at, name["trusted.overlay.".Length..]);
                else if (IsOfImage(name))
                {
                    var size = Syscall.fgetxattr(file, names + at, value, _attributeValue.Length);
                    if (size >= 0) (attributes ??= []).Add(new TarXattr(name.ToArray(), _attributeValue[..size]));
                }

                at += name.Length + 1;
            }
        }

        // The kernel lists them in the order in which they were set.
        attributes?.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return attributes is null ? [] : attributes;
    }

    /// <summary>True for attributes that go with a file into an image.</summary>
    internal static bool IsOfImage(ReadOnlySpan<byte> name) =>
        (name.StartsWith("user."u8) && !name.StartsWith("user.overlay."u8)) || name.SequenceEqual("security.capability"u8) || name.StartsWith("system.posix_acl_"u8);

    private OverlayMarks MarkOf(int file, byte* attribute, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("redirect"u8)) return OverlayMarks.Redirect;
        if (name.SequenceEqual("metacopy"u8)) return OverlayMarks.MetadataOnly;
        if (!name.SequenceEqual("opaque"u8)) return OverlayMarks.None;
        fixed (byte* value = _attributeValue)
            return Syscall.fgetxattr(file, attribute, value, _attributeValue.Length) == 1 && *value == 'y' ? OverlayMarks.Opaque : OverlayMarks.None;
    }

    private SafeFileHandle OpenMerged(byte[] path, int flags)
    {
        _mergedRoot ??= _options.Merged?.Invoke() ?? throw new InvalidContentException($"'{TarText.Display(path)}' lies in another layer, under another name.", TarText.Display(path));
        nint fd;
        fixed (byte* name = (byte[])[.. path, 0]) fd = Syscall.OpenInRoot(_mergedRoot.Number(), name, flags | LibC.O_NOFOLLOW | LibC.O_NONBLOCK | LibC.O_CLOEXEC, noLinks: true);
        return new SafeFileHandle(Check((int)fd, "open", path), ownsHandle: true);
    }

    private bool HidesDirectory(byte[] path)
    {
        if (_options.Lower is null) return true;
        _lowerRoot ??= _options.Lower();
        nint fd;
        fixed (byte* name = (byte[])[.. path, 0]) fd = Syscall.OpenInRoot(_lowerRoot.Number(), name, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC, noLinks: true);
        if (fd < 0) return false;
        LibC.close((int)fd);
        return true;
    }

    private static void RemoveOpaque(SafeFileHandle directory, byte[] path)
    {
        fixed (byte* name = "trusted.overlay.opaque\0"u8) Check(Syscall.fremovexattr(directory.Number(), name), "remove attribute", path);
    }

    private static void SetTime(int directory, byte* name, long seconds, byte[] path)
    {
        var times = stackalloc Syscall.timespec64[2];
        times[0] = times[1] = new Syscall.timespec64 { tv_sec = seconds };
        Check(Syscall.utimensat(directory, name, times, LibC.AT_SYMLINK_NOFOLLOW), "set time", path);
    }

    private static SafeFileHandle Reopen(int file, int flags, byte[] path) => new(Check(EntryStatus.Reopen(file, flags), "open", path), ownsHandle: true);

    private static int Check(int result, string call, byte[] path) => result >= 0 ? result : throw new KernelException(call, TarText.Display(path), -result);
}
