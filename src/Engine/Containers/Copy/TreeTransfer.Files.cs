using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

// Regular files. What is there already is replaced when the copy is whole, so that nobody ever sees a part of it, and it stays when the copy fails.
internal sealed unsafe partial class TreeTransfer
{
    private static int NewFile => LibC.O_WRONLY | LibC.O_CREAT | LibC.O_EXCL | LibC.O_NOFOLLOW | LibC.O_CLOEXEC;

    private void CopyFile(int source, in Syscall.statx_t status, int target, byte* name)
    {
        var reader = EntryStatus.Reopen(source, LibC.O_RDONLY | LibC.O_NOATIME);
        if (reader < 0) throw Failed("open", SourceName(), -reader);
        try
        {
            var file = Syscall.openat(target, name, NewFile, 0x180 /* 0600 */);
            if (file == -LibC.EEXIST)
            {
                ReplaceFile(reader, status, target, name);
                return;
            }

            FillNew(reader, status, file, target, name);
        }
        finally
        {
            LibC.close(reader);
        }
    }

    private void ReplaceFile(int reader, in Syscall.statx_t status, int target, byte* name)
    {
        CheckReplaceable(target, name);

        // A file that is mounted cannot be replaced, but written to.
        if (EntryStatus.TryGet(target, name, out var there) && there.stx_mnt_id != EntryStatus.Of(target).stx_mnt_id)
        {
            FillMounted(reader, status, target, name);
            return;
        }

        fixed (byte* temporary = TemporaryName())
        {
            FillNew(reader, status, Syscall.openat(target, temporary, NewFile, 0x180 /* 0600 */), target, temporary);
            var result = Exchange(target, temporary, name);
            Syscall.unlinkat(target, temporary, 0);
            if (result < 0) throw Failed("rename", TargetName(), -result);
        }
    }

    // A plain rename over a file has ext4 write the new one to the disk at once, which nobody asked for.
    private static int Exchange(int directory, byte* from, byte* to)
    {
        var result = Syscall.renameat2(directory, from, directory, to, Syscall.RENAME_EXCHANGE);
        return result == -LibC.EINVAL || result == -LibC.ENOENT ? Syscall.renameat2(directory, from, directory, to, 0) : result;
    }

    private void FillNew(int reader, in Syscall.statx_t status, int file, int target, byte* name)
    {
        if (file < 0) throw Failed("make file", TargetName(), -file);
        try
        {
            Fill(reader, status, file);
            SetAttributes(reader, file, status);
        }
        catch
        {
            Syscall.unlinkat(target, name, 0);
            throw;
        }
        finally
        {
            LibC.close(file);
        }
    }

    private void FillMounted(int reader, in Syscall.statx_t status, int target, byte* name)
    {
        var place = Syscall.openat(target, name, LibC.O_PATH | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        if (place < 0) throw Failed("open", TargetName(), -place);
        var file = EntryStatus.Of(place).Type == FileBits.S_IFREG ? EntryStatus.Reopen(place, LibC.O_WRONLY) : -LibC.EBUSY;
        LibC.close(place);
        if (file < 0) throw Failed("write", TargetName(), -file);
        try
        {
            var result = Syscall.ftruncate(file, 0);
            if (result < 0) throw Failed("write", TargetName(), -result);
            Fill(reader, status, file);
        }
        finally
        {
            LibC.close(file);
        }
    }

    private void Fill(int reader, in Syscall.statx_t status, int file)
    {
        // Files of the machine's own kernel do not tell their size.
        var unknown = status.stx_size == 0 && _from.Container is null && KernelFileSystems.Has(reader);
        if (status.stx_size == 0 && !unknown) return;
        var result = _content.Copy(reader, file, unknown ? long.MaxValue : (long)status.stx_size, unknown ? long.MaxValue : (long)status.stx_blocks, out var side);
        if (result < 0) throw Failed(side == FileContent.Side.Source ? "read" : "write", side == FileContent.Side.Source ? SourceName() : TargetName(), -result);
    }

    /// <summary>Refuses to put anything in the place of a directory.</summary>
    private void CheckReplaceable(int target, byte* name)
    {
        if (!EntryStatus.TryGet(target, name, out var there) || there.Type != FileBits.S_IFDIR) return;
        throw new ContainerEngineException("IsDirectory", ErrorKind.InvalidArgument, $"'{TargetName()}' is a directory, so '{SourceName()}', which is none, is not copied over it. Remove it first.", TargetName());
    }

    private static byte[] TemporaryName() => System.Text.Encoding.ASCII.GetBytes($".containerps-{Guid.NewGuid():n}\0");
}
