using System.Globalization;
using System.Text.Json;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>
/// Folders of <c>RUN --mount=type=cache</c>: <c>build-cache/mounts/&lt;digest of the id&gt;/data</c>. Whatever an id looks like, its folder's name is a digest, and
/// what is in it is resolved inside it.
/// </summary>
internal sealed class CacheFolders(StorePaths paths)
{
    /// <summary>Folder of all of them; the runtime resolves parts of them inside their <c>data</c>.</summary>
    internal string Folder => Path.Combine(paths.BuildCache, "mounts");

    /// <summary>Opens the folder of an id, making it when it is not there, and keeps others from it as its sharing says.</summary>
    /// <param name="id">The id.</param>
    /// <param name="sharing">What others may do with it at the same time.</param>
    /// <param name="owner">Its owner when it is made.</param>
    /// <param name="mode">Its mode when it is made.</param>
    /// <param name="fill">Fills it when it is made.</param>
    /// <param name="cancellation">Gives up waiting for it.</param>
    internal CacheFolder Open(string id, CacheSharing sharing, FileOwner owner, uint mode, Action<string>? fill, CancellationToken cancellation)
    {
        var locks = new StoreLocks(paths);
        for (var copy = 0; ; copy++)
        {
            // Private: the first that nobody uses.
            var name = Digest.Of(copy == 0 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}\0{copy}")).Hex;
            var held = sharing switch
            {
                CacheSharing.Locked => locks.BuildFolder(name, cancellation),
                CacheSharing.Private => locks.TryBuildFolder(name),
                _ => null,
            };
            if (held is null && sharing == CacheSharing.Private) continue;
            var use = locks.UseBuildFolder(name);
            try
            {
                var path = Path.Combine(Folder, name);
                if (!Directory.Exists(path)) Make(path, id, owner, mode, fill);
                Directory.SetLastWriteTimeUtc(path, DateTime.UtcNow);
                return new CacheFolder(Path.Combine(path, "data"), use, held);
            }
            catch
            {
                use.Dispose();
                held?.Dispose();
                throw;
            }
        }
    }

    /// <summary>All of them: path, id and when they were last used.</summary>
    internal IEnumerable<(string Path, string Id, DateTime Used)> All()
    {
        if (!Directory.Exists(Folder)) yield break;
        foreach (var path in Directory.EnumerateDirectories(Folder))
        {
            if (!Digest.TryParseHex(System.IO.Path.GetFileName(path), out _)) continue;
            CacheFolderRecord? record = null;
            try
            {
                record = JsonSerializer.Deserialize(File.ReadAllBytes(System.IO.Path.Combine(path, "mount.json")), BuildJson.Default.CacheFolderRecord);
            }
            catch (Exception e) when (e is IOException or JsonException)
            {
                // Another build removes or makes it.
            }

            yield return (path, record?.Id ?? "", Directory.GetLastWriteTimeUtc(path));
        }
    }

    private void Make(string path, string id, FileOwner owner, uint mode, Action<string>? fill)
    {
        Directory.CreateDirectory(paths.BuildCache, StagingFolder.PrivateMode);
        Directory.CreateDirectory(Folder, StagingFolder.PrivateMode);
        using var staging = StagingFolder.Create(System.IO.Path.Combine(Folder, "ingest"));
        var staged = staging.NewPath();
        Directory.CreateDirectory(staged, StagingFolder.PrivateMode);
        var data = System.IO.Path.Combine(staged, "data");
        Directory.CreateDirectory(data);
        fill?.Invoke(data);
        FolderMode.Set(data, owner, mode);
        File.WriteAllBytes(System.IO.Path.Combine(staged, "mount.json"), JsonSerializer.SerializeToUtf8Bytes(new CacheFolderRecord { Id = id }, BuildJson.Default.CacheFolderRecord));
        try
        {
            Directory.Move(staged, path);
        }
        catch (IOException) when (Directory.Exists(path))
        {
            // Another build has made it meanwhile.
        }
    }
}
