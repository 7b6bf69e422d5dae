using System.Text.Json;

namespace ContainerPS.Engine.Storage;

/// <summary>Steps that earlier builds have done. An entry is a file named by the step's key; its layer is a layer of the store, which is kept as long as the entry is there.</summary>
internal sealed class StepCache(StorePaths paths)
{
    private readonly string _folder = Path.Combine(paths.BuildCache, "steps");

    /// <summary>A step of an earlier build, or null. It counts as used now.</summary>
    internal CachedStep? Find(Digest key)
    {
        var path = PathOf(key);
        if (Read(path) is not { } step) return null;
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (IOException)
        {
            // It was removed just now; its layer is looked for by the caller.
        }

        return step;
    }

    /// <summary>Keeps a step.</summary>
    internal void Add(Digest key, CachedStep step)
    {
        Directory.CreateDirectory(paths.BuildCache, StagingFolder.PrivateMode);
        Directory.CreateDirectory(_folder, StagingFolder.PrivateMode);

        // After a power cut the file may be empty, or the layer missing: either way the step is done again.
        AtomicFile.Write(PathOf(key), JsonSerializer.SerializeToUtf8Bytes(step, StepJson.Default.CachedStep), durable: false);
    }

    /// <summary>All steps that are kept, with the files that say so and when they were last used.</summary>
    internal IEnumerable<(FileInfo File, CachedStep Step)> All()
    {
        if (!Directory.Exists(_folder)) yield break;
        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles("*.json"))
            if (Read(file.FullName) is { } step) yield return (file, step);
    }

    /// <summary>Chain ids of the layers that are kept for builds.</summary>
    internal static IEnumerable<Digest> Chains(StorePaths paths)
    {
        foreach (var (_, step) in new StepCache(paths).All())
            if (Digest.TryParse(step.Chain, out var chain)) yield return chain;
    }

    private static CachedStep? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), StepJson.Default.CachedStep);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private string PathOf(Digest key) => Path.Combine(_folder, key.Hex + ".json");
}
