using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>
/// Files and directories that a start makes to mount something on, where the stage has none. They are no part of the layer: what is empty of them is removed
/// afterwards. The command may have put anything in their place meanwhile, so no link is followed then (CVE-2024-23652).
/// </summary>
internal sealed unsafe class MountStubs
{
    // Inner ones after the directories that they are in.
    private readonly List<string> _paths = [];

    /// <summary>Finds out what is missing.</summary>
    /// <param name="root">The stage's files as they are before the command runs.</param>
    /// <param name="targets">Where something is mounted.</param>
    internal static MountStubs Find(SafeFileHandle root, IEnumerable<string> targets)
    {
        var stubs = new MountStubs();
        foreach (var target in targets) stubs.Add(root, target);
        return stubs;
    }

    /// <summary>Removes what is left of them.</summary>
    /// <param name="upper">Folder with what the command has changed.</param>
    internal void Remove(string upper)
    {
        if (_paths.Count == 0) return;
        using var root = FileDescriptors.Open(upper, LibC.O_PATH | LibC.O_DIRECTORY);
        for (var i = _paths.Count - 1; i >= 0; i--) Remove(root, _paths[i]);
    }

    private void Add(SafeFileHandle root, string target)
    {
        var parts = CleanPath.BelowRoot(target).Split('/');
        var path = "";
        var count = 0;
        for (; count < parts.Length; count++)
        {
            var next = $"{path}/{parts[count]}";
            if (!Exists(root, next)) break;
            path = next;
        }

        if (count == parts.Length) return;

        // Through links on the way, the first that is missing may be missing elsewhere.
        var real = path.Length == 0 ? "" : RealPath(root, path);
        for (; count < parts.Length; count++)
        {
            real = real.Length == 0 ? parts[count] : $"{real}/{parts[count]}";
            if (!_paths.Contains(real)) _paths.Add(real);
        }
    }

    private static bool Exists(SafeFileHandle root, string path)
    {
        var fd = Open(root, path, noLinks: false);
        if (fd < 0) return false;
        LibC.close(fd);
        return true;
    }

    private static string RealPath(SafeFileHandle root, string path)
    {
        using var file = new SafeFileHandle(Open(root, path, noLinks: false), ownsHandle: true);
        if (file.IsInvalid) return CleanPath.BelowRoot(path);
        var real = FileDescriptors.PathOf(file.Number());
        var top = FileDescriptors.PathOf(root.Number());
        return CleanPath.BelowRoot(top != "/" && real.StartsWith(top, StringComparison.Ordinal) ? real[top.Length..] : real) is var below and not "." ? below : "";
    }

    private static void Remove(SafeFileHandle root, string path)
    {
        var slash = path.LastIndexOf('/');
        var parent = slash < 0 ? Open(root, ".", noLinks: true) : Open(root, path[..slash], noLinks: true);
        if (parent < 0) return;
        using var directory = new SafeFileHandle(parent, ownsHandle: true);
        fixed (byte* name = Encoding.UTF8.GetBytes(path[(slash + 1)..] + '\0'))
        {
            if (!EntryStatus.TryGet(parent, name, out var status)) return;

            // A directory with something in it stays: that is refused.
            if (status.Type == FileBits.S_IFDIR) _ = Syscall.unlinkat(parent, name, LibC.AT_REMOVEDIR);
            else if (status is { Type: FileBits.S_IFREG, stx_size: 0 }) _ = Syscall.unlinkat(parent, name, 0);
        }
    }

    private static int Open(SafeFileHandle root, string path, bool noLinks)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            return (int)Syscall.OpenInRoot(root.Number(), name, LibC.O_PATH | LibC.O_CLOEXEC, noLinks);
    }
}
