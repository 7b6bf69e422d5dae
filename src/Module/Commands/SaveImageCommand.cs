using System.Management.Automation;
using ContainerPS.Engine.Images;

namespace ContainerPS.Module;

/// <summary>Save-Image: writes images into an archive, a folder, or the pipeline.</summary>
[Cmdlet(VerbsData.Save, "Image", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
[OutputType(typeof(FileInfo), typeof(DirectoryInfo), typeof(byte[]))]
public sealed class SaveImageCommand : ContainerCommand
{
    private readonly List<string> _images = [];

    /// <summary>Images: objects, names with wildcards, ids or beginnings of ids. A name without a tag means all its tags; what is given by id is saved without a name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "ImageId")]
    [ArgumentCompleter(typeof(ImageCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    /// <summary>The archive, replaced when it is there; or, with -Format OciDirectory, a new or empty folder.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Path")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Writes the archive to the pipeline, as arrays of bytes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Bytes")]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>Docker (the default) is what docker save writes and holds an OCI layout, too; Oci is that layout alone in a tar, OciDirectory in a folder.</summary>
    [Parameter]
    public ImageArchiveFormat Format { get; set; }

    /// <summary>How the archive is compressed; if it is not given, the ending of -Path decides (.gz, .zst, .bz2), and without one of these it is not compressed.</summary>
    [Parameter]
    public ArchiveCompression? Compression { get; set; }

    /// <summary>Leaves an archive that is there already as it is.</summary>
    [Parameter(ParameterSetName = "Path")]
    public SwitchParameter NoClobber { get; set; }

    private protected override void Process()
    {
        foreach (var image in Image)
        {
            // A pattern that fits nothing is nothing to save; one image that is missing spoils the whole archive.
            if (WildcardPattern.ContainsWildcardCharacters(image))
                _images.AddRange(Engine.Images.Find(image).Select(static found => found.Name));
            else
                _images.Add(image);
        }
    }

    private protected override void End()
    {
        if (_images.Count == 0)
            return;
        var path = AsByteStream ? null : GetUnresolvedProviderPathFromPSPath(Path);
        if (!ShouldProcess(AsByteStream ? "pipeline" : path, $"Save {string.Join(", ", _images)}"))
            return;
        if (NoClobber && (File.Exists(path) || Directory.Exists(path)))
            throw new ContainerEngineException("FileExists", ErrorKind.AlreadyExists, $"'{path}' is there already, and -NoClobber was given.", path);
        if (path is null)
            WriteBytes();
        else
            WriteFile(path);
    }

    private void WriteFile(string path)
    {
        var request = new SaveRequest { Images = _images, Path = path, Format = Format, Compression = Compression };
        var engine = Engine;
        new ProgressPump(this, $"Saving {System.IO.Path.GetFileName(path)}").Run(
            progress =>
            {
                engine.Images.Save(request, new Translated(progress), Cancellation);
                return true;
            },
            Cancellation);
        WriteItem(path);
    }

    private void WriteBytes()
    {
        var engine = Engine;
        foreach (var chunk in GivenBytes.From(
            (destination, stopped) => engine.Images.Save(new SaveRequest { Images = _images, Destination = destination, Format = Format, Compression = Compression }, null, stopped),
            Cancellation))
            WriteObject(chunk, enumerateCollection: false);
    }

    private sealed class Translated(IProgress<ProgressItem> progress) : IProgress<SaveProgress>
    {
        public void Report(SaveProgress value) => progress.Report(ProgressItem.FromBytes(value.Item[..19], "Saving", value.Done, value.Total));
    }
}
