using ContainerPS.Engine.JsonDocuments;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>Reads <c>container.json</c>, which <see cref="RecordJson"/> writes.</summary>
internal static partial class RecordReader
{
    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidSpecException">It is damaged.</exception>
    internal static ContainerRecord Read(ReadOnlySpan<byte> document) => new JsonDocumentReader(document, "container.json").Document(Record);

    private static ContainerRecord Record(ref JsonDocumentReader r)
    {
        string? id = null, name = null, imageId = null, platform = null;
        DateTimeOffset created = default;
        ContainerSettings? settings = null;
        ContainerConfig? config = null;
        List<string>? layers = null;
        List<MountRecord>? mounts = null;
        RunRecord? lastRun = null;
        var isStopped = false;
        var restarts = 0;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("id"u8)) id = r.Text();
            else if (r.Is("name"u8)) name = r.Text();
            else if (r.Is("created"u8)) created = r.Time();
            else if (r.Is("settings"u8)) settings = r.Object<ContainerSettings>(Setting);
            else if (r.Is("imageId"u8)) imageId = r.Text();
            else if (r.Is("platform"u8)) platform = r.Text();
            else if (r.Is("imageConfig"u8)) config = r.Object<ContainerConfig>(ConfigMember);
            else if (r.Is("layerPaths"u8)) layers = r.Texts();
            else if (r.Is("mounts"u8)) mounts = r.List(Mount);
            else if (r.Is("lastRun"u8)) lastRun = r.Object<RunRecord>(RunMember);
            else if (r.Is("isStopped"u8)) isStopped = r.Flag();
            else if (r.Is("restartCount"u8)) restarts = r.Int32();
            else r.Skip();
        }

        return new ContainerRecord
        {
            Id = id ?? throw r.Lacks("id"),
            Name = name ?? throw r.Lacks("name"),
            Created = created,
            Settings = settings ?? throw r.Lacks("settings"),
            ImageId = imageId ?? throw r.Lacks("imageId"),
            Platform = platform ?? throw r.Lacks("platform"),
            ImageConfig = config ?? throw r.Lacks("imageConfig"),
            LayerPaths = layers ?? throw r.Lacks("layerPaths"),
            Mounts = mounts,
            LastRun = lastRun,
            IsStopped = isStopped,
            RestartCount = restarts,
        };
    }

    private static bool RunMember(ref JsonDocumentReader r, RunRecord o)
    {
        if (r.Is("startedAt"u8)) o.StartedAt = r.Time();
        else if (r.Is("finishedAt"u8)) o.FinishedAt = r.Time();
        else if (r.Is("exitCode"u8)) o.ExitCode = r.Int32();
        else if (r.Is("oomKilled"u8)) o.OomKilled = r.Flag();
        else if (r.Is("error"u8)) o.Error = r.Text();
        else return false;
        return true;
    }

    private static MountRecord Mount(ref JsonDocumentReader r)
    {
        string? type = null, name = null, source = null, target = null, propagation = null, recursive = null, image = null, imageId = null, part = null;
        bool readOnly = false, isAnonymous = false, isDriven = false, makesSource = false;
        List<string>? options = null, layers = null;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("type"u8)) type = r.Text();
            else if (r.Is("name"u8)) name = r.Text();
            else if (r.Is("source"u8)) source = r.Text();
            else if (r.Is("target"u8)) target = r.Text();
            else if (r.Is("readOnly"u8)) readOnly = r.Flag();
            else if (r.Is("isAnonymous"u8)) isAnonymous = r.Flag();
            else if (r.Is("isDriven"u8)) isDriven = r.Flag();
            else if (r.Is("makesSource"u8)) makesSource = r.Flag();
            else if (r.Is("propagation"u8)) propagation = r.Text();
            else if (r.Is("recursive"u8)) recursive = r.Text();
            else if (r.Is("options"u8)) options = r.Texts();
            else if (r.Is("image"u8)) image = r.Text();
            else if (r.Is("imageId"u8)) imageId = r.Text();
            else if (r.Is("layerPaths"u8)) layers = r.Texts();
            else if (r.Is("imagePart"u8)) part = r.Text();
            else r.Skip();
        }

        return new MountRecord
        {
            Type = type ?? throw r.Lacks("type"),
            Name = name,
            Source = source,
            Target = target ?? throw r.Lacks("target"),
            ReadOnly = readOnly,
            IsAnonymous = isAnonymous,
            IsDriven = isDriven,
            MakesSource = makesSource,
            Propagation = propagation,
            Recursive = recursive,
            Options = options,
            Image = image,
            ImageId = imageId,
            LayerPaths = layers,
            ImagePart = part,
        };
    }
}
