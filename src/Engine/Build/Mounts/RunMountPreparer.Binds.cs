using System.Globalization;
using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

// What is mounted from contexts, stages and images, and the folders that builds share.
internal sealed partial class RunMountPreparer
{
    private void AddBind(PreparedMounts prepared, RunMount mount, FileSource source)
    {
        var target = TargetOf(mount);
        if (source.Context is not null)
        {
            AddContext(prepared, mount, source, target);
            return;
        }

        var inner = CleanPath.BelowRoot(mount.Source ?? ".");
        IReadOnlyList<string> folders = source.Folders.Count == 0 ? [NewFolder()] : source.Folders;
        if (folders.Count == 1 && mount.ReadOnly)
        {
            // The runtime resolves it inside the layer.
            prepared.Mounts.Add(Bind(inner == "." ? folders[0] : $"{folders[0]}/{inner}", target, isReadOnly: true, "nodev"));
            return;
        }

        prepared.Mounts.Add(Overlay(folders, inner, target, mount.ReadOnly));
    }

    private void AddContext(PreparedMounts prepared, RunMount mount, FileSource source, string target)
    {
        var tree = prepared.Hold(source.Open(NewFolder));
        var file = prepared.Hold(tree.TryOpen(CleanPath.BelowRoot(mount.Source ?? "."), followLast: true, out var real)
            ?? throw new ContainerEngineException("FileNotFound", ErrorKind.NotFound, $"There is no '{mount.Source}' in {tree.Name}", mount.Source));
        var isDirectory = EntryStatus.Of(file).Type == FileBits.S_IFDIR;
        var mask = isDirectory && tree.Ignore.Patterns.Count > 0 ? IgnoreMask.Make(tree, real, NewFolder, session.Cancellation) : null;
        if (mask is null && mount.ReadOnly)
        {
            // By this process's descriptor: whatever its path leads to meanwhile, it is what was found.
            prepared.Mounts.Add(Bind(string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{file.Number()}"), target, isReadOnly: true, "nodev"));
            return;
        }

        // What is written goes to a folder of this build's, and what does not count is hidden by another one.
        prepared.Mounts.Add(Overlay(mask is null ? [source.Context!.Folder] : [mask, source.Context!.Folder], real, target, mount.ReadOnly));
    }

    private Mount Overlay(IReadOnlyList<string> folders, string inner, string target, bool isReadOnly)
    {
        var options = new List<string> { "nodev" };
        foreach (var folder in folders) options.Add("lowerdir+=" + folder);
        if (isReadOnly)
        {
            options.Add("ro");

            // Overlay wants two folders at least where none is written to.
            if (folders.Count == 1) options.Add("lowerdir+=" + NewFolder());
        }
        else
        {
            var upper = NewFolder();
            FolderMode.Copy(folders[0], upper);
            options.AddRange(["upperdir=" + upper, "workdir=" + NewFolder(), "volatile"]);
        }

        // Also the whole of it is taken as a part: what is mounted is then a tree with nothing around it.
        options.Add("X-mount.subdir=" + (inner == "." ? "/" : "/" + inner));
        return new Mount { Destination = target, Type = "overlay", Source = "overlay", Options = options };
    }

    private void AddCache(PreparedMounts prepared, RunMount mount, FileSource source)
    {
        var target = TargetOf(mount);
        Action<string>? fill = mount.From is null ? null : folder => Fill(folder, source, mount.Source);
        var folder = prepared.Hold(session.CacheFolders.Open(
            mount.Id ?? target, mount.Sharing, new FileOwner(mount.UserId ?? 0, mount.GroupId ?? 0), mount.Mode ?? 0x1ed, fill, session.Cancellation));
        var inner = mount.From is null ? CleanPath.BelowRoot(mount.Source ?? ".") : ".";
        prepared.Mounts.Add(Bind(inner == "." ? folder.Path : $"{folder.Path}/{inner}", target, mount.ReadOnly, "nodev"));
    }

    private void Fill(string folder, FileSource source, string? path)
    {
        using var tree = source.Open(NewFolder);
        using var writer = new TreeWriter(RootedDirectory.Open(folder), null, null, session.Cancellation);
        writer.Copy(tree, new SourceFinder(tree, IgnoreFile.Nothing, session.Cancellation).FindPlain(path ?? "."), "/");
    }
}
