using System.Globalization;
using System.Text;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

internal sealed partial class StageBuilder
{
    private bool EnterDirectory(WorkdirInstruction instruction)
    {
        var directory = WorkingDirectory.Of(_state.Draft.Config.WorkingDir, instruction.Path);
        _state.Draft.Config.WorkingDir = directory;
        var createdBy = $"WORKDIR {directory}";
        if (directory == "/")
        {
            _state.Note(createdBy);
            return false;
        }

        using var key = new StepKey("workdir", PlatformText, _state.Top);
        key.Add("directory", directory);
        key.Add("user", _state.Draft.Config.User);
        return _runner.Run(_state, key.Finish(), createdBy, _stage.IsPartOfResult, layer =>
        {
            if (HasDirectory(directory)) return;
            using var root = OpenRoot(layer);
            using var writer = new TreeWriter(root, OwnerOf(_state.Draft.Config.User, instruction.Location), null, _session.Cancellation);
            writer.MakeDirectory(directory).Dispose();
        });
    }

    private bool Copy(FileInstruction instruction, int index)
    {
        var copy = instruction as CopyInstruction;
        var add = instruction as AddInstruction;
        if (instruction.Sources.Count + instruction.Files.Count > 1 && !instruction.Destination.EndsWith('/') && instruction.Destination is not ("." or ".."))
            throw new DockerfileException(instruction.Location, $"{instruction.Keyword} has several sources, so its destination must be a directory and end in '/': '{instruction.Destination}/'.");
        var owner = instruction.Owner is null ? null : OwnerOf(instruction.Owner, instruction.Location);
        var mode = instruction.Mode is { } text ? ModeChange.Parse(text, instruction.Location) : null;
        var destination = DestinationOf(instruction.Destination);
        var exclude = IgnoreFile.Of(instruction.Exclude, instruction.Location);
        using var tree = _sources.Find(copy?.From is null ? FileOrigin.Context : _stage.Origins[index][0], static _ => { }).Open(_session.EmptyFolder);
        using var key = new StepKey("copy", PlatformText, instruction.Link ? null : _state.Top);
        key.Add("destination", destination);
        key.Add("owner", owner is { } given ? string.Create(CultureInfo.InvariantCulture, $"{given.Uid}:{given.Gid}") : null);
        key.Add("mode", mode?.ToString());
        key.Add("flags", [instruction.Link ? "link" : "", copy?.Parents == true ? "parents" : "", add is null ? "" : "add", add?.Unpack?.ToString() ?? ""]);
        key.Add("latest time", _session.LatestTime?.ToString(CultureInfo.InvariantCulture));
        var finder = new SourceFinder(tree, exclude, _session.Cancellation);
        var works = new List<Action<TreeWriter>>();
        foreach (var source in instruction.Sources)
        {
            if (add is not null && RemoteSource.Is(source)) works.Add(AddRemote(add, source, key, destination));
            else works.Add(AddLocal(instruction, tree, finder, source, key, destination));
        }

        if (add is { Checksum: not null } && !instruction.Sources.Any(RemoteSource.Is)) throw new DockerfileException(instruction.Location, "'--checksum' of ADD is for addresses of files and repositories.");
        foreach (var file in instruction.Files) works.Add(AddDocument(file, key, destination));
        return _runner.Run(_state, key.Finish(), CreatedBy(instruction, copy), _stage.IsPartOfResult, layer =>
        {
            // What is linked does not look at what lies below.
            using var root = instruction.Link ? RootedDirectory.Open(layer.Diff) : OpenRoot(layer);
            using var writer = new TreeWriter(root, owner, mode, _session.Cancellation);
            foreach (var work in works) work(writer);
        });
    }

    private Action<TreeWriter> AddLocal(FileInstruction instruction, SourceTree tree, SourceFinder finder, string source, StepKey key, string destination)
    {
        var isParents = instruction is CopyInstruction { Parents: true };
        var items = isParents ? finder.FindWithParents(source, instruction.Location) : finder.Find(source, instruction.Location);
        key.Add("files", new ContentDigest(tree, _sources.Digests, _session.Cancellation).Of(items));
        var unpacks = instruction is AddInstruction add && add.Unpack != false;
        return writer =>
        {
            foreach (var item in items)
            {
                if (!unpacks || !TryUnpack(tree, item, writer, destination)) writer.Copy(tree, item, destination);
            }
        };
    }

    private static bool TryUnpack(SourceTree tree, SourceItem item, TreeWriter writer, string destination)
    {
        if (!item.Entries[0].IsFile) return false;
        using var handle = tree.Open(item.Entries[0].Path, Tmds.Linux.LibC.O_RDONLY);
        using var file = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        if (!TarDetector.IsTar(file)) return false;
        Unpack(file, writer, destination);
        return true;
    }

    private static void Unpack(FileStream file, TreeWriter writer, string destination)
    {
        using var tar = Compression.OpenDecompressed(file, out _);
        writer.Unpack(tar, destination);
    }

    private Action<TreeWriter> AddRemote(AddInstruction instruction, string source, StepKey key, string destination)
    {
        var remote = RemoteSource.Fetch(source, instruction, _session.EmptyFolder(), _session.Cancellation);
        if (remote.Folder is { } folder)
        {
            var tree = SourceTree.OfFolder(folder, $"the repository '{source}'", IgnoreFile.Nothing, keepsDigests: false);
            var item = new SourceFinder(tree, IgnoreFile.Of(instruction.Exclude, instruction.Location), _session.Cancellation).FindPlain(".");
            key.Add("repository", new ContentDigest(tree, _sources.Digests, _session.Cancellation).Of([item]));
            return writer =>
            {
                using (tree) writer.Copy(tree, item, destination);
            };
        }

        key.Add("download", [remote.Name, remote.Digest.ToString()]);
        return writer =>
        {
            using var file = new FileStream(remote.File!, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (instruction.Unpack == true && TarDetector.IsTar(file)) Unpack(file, writer, destination);
            else writer.Write(remote.Name, file, 0x180, remote.Modified, destination);
        };
    }

    private static Action<TreeWriter> AddDocument(Heredoc document, StepKey key, string destination)
    {
        var content = Encoding.UTF8.GetBytes(document.Text);
        key.Add("document", document.Name);
        key.Add("content", content);
        return writer => writer.Write(document.Name, new MemoryStream(content), 0x1a4, time: null, destination);
    }

    private string DestinationOf(string destination)
    {
        var isDirectory = destination.EndsWith('/') || destination is "." or "" || destination.EndsWith("/.", StringComparison.Ordinal);
        var path = WorkingDirectory.Of(_state.Draft.Config.WorkingDir, destination);
        return isDirectory && path != "/" ? path + "/" : path;
    }

    private static string CreatedBy(FileInstruction instruction, CopyInstruction? copy)
    {
        var text = new StringBuilder(instruction.Keyword);
        if (copy?.Parents == true) text.Append(" --parents");
        if (instruction.Owner is { Length: > 0 } owner) text.Append(" --chown=").Append(owner);
        if (instruction.Mode is { Length: > 0 } mode) text.Append(" --chmod=").Append(mode);
        foreach (var source in instruction.Sources) text.Append(' ').Append(source);
        foreach (var file in instruction.Files) text.Append(" <<").Append(file.Name);
        return text.Append(' ').Append(instruction.Destination).Append(" # buildkit").ToString();
    }

    private bool HasDirectory(string path)
    {
        var folders = _state.Folders(_session.Images.Layers);
        if (folders.Count == 0) return false;
        using var view = RootView.OfLayers(folders);
        try
        {
            using var directory = view.OpenDirectory(path);
            return directory is not null;
        }
        catch (KernelException)
        {
            // Something else is there: to make the directory says what.
            return false;
        }
    }

    // The stage's files with an empty directory over them that takes what is written.
    private RootedDirectory OpenRoot(StagedLayer layer)
    {
        var folders = _state.Folders(_session.Images.Layers);
        if (folders.Count == 0) return RootedDirectory.Open(layer.Diff);
        return RootedDirectory.Of(OverlayView.Write(folders, layer.Diff, _session.EmptyFolder(), readOnly: false, isVolatile: true), "the stage");
    }

    // A user's own group goes with the user; a number stands for both.
    private FileOwner? OwnerOf(string? text, SourceLocation location)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (TryNumbers(text, out var numbers)) return numbers;
        var folders = _state.Folders(_session.Images.Layers);
        try
        {
            UserDatabase users;
            if (folders.Count == 0)
            {
                users = new UserDatabase(null, null);
            }
            else
            {
                using var view = RootView.OfLayers(folders);
                users = UserDatabase.Of(view);
            }

            var user = users.Resolve(text, []);
            return new FileOwner(user.Uid, text.Contains(':') || !uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? user.Gid : user.Uid);
        }
        catch (InvalidSettingException e)
        {
            throw new DockerfileException(location, e.Message.Replace("-User ", "The owner ", StringComparison.Ordinal), e);
        }
    }

    private static bool TryNumbers(string text, out FileOwner owner)
    {
        var colon = text.IndexOf(':');
        owner = default;
        if (!uint.TryParse(colon < 0 ? text : text[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var uid) || uid == uint.MaxValue) return false;
        var gid = uid;
        if (colon >= 0 && (!uint.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out gid) || gid == uint.MaxValue)) return false;
        owner = new FileOwner(uid, gid);
        return true;
    }
}
