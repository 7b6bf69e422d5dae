using System.Management.Automation;
using ContainerPS.Engine.Images;

namespace ContainerPS.Module;

/// <summary>Import-Image: images from archives (docker-archive, oci-archive, the tar of a root file system; compressed or not), OCI image layouts, web addresses and bytes.</summary>
[Cmdlet(VerbsData.Import, "Image", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
[Alias("Load-Image")]
[OutputType(typeof(Image))]
public sealed class ImportImageCommand : ContainerCommand
{
    private TakenBytes<IReadOnlyList<Image>>? _bytes;

    /// <summary>Archives, folders with an OCI image layout, or addresses that begin with http:// or https://; wildcards are allowed in paths.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Archives, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>An archive's content from the pipeline: arrays of bytes, or bytes one by one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Bytes", ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public byte[] InputObject { get; set; } = [];

    /// <summary>Name for the tar of a root file system, or another name for the one image of an archive.</summary>
    [Parameter(Position = 1)]
    [Alias("Image")]
    public string? Name { get; set; }

    /// <summary>Which image of several for different processors, as os/architecture.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string? Platform { get; set; }

    /// <summary>For a root file system: the command that containers run by default.</summary>
    [Parameter]
    public string[]? Command { get; set; }

    /// <summary>For a root file system: who made it.</summary>
    [Parameter]
    public string? Author { get; set; }

    /// <summary>For a root file system: why it was made.</summary>
    [Parameter]
    public string? Message { get; set; }

    private protected override void Process()
    {
        if (ParameterSetName == "Bytes")
        {
            Feed();
            return;
        }

        foreach (var path in LiteralPath)
            ForItem(() => Import(GetUnresolvedProviderPathFromPSPath(path)));
        foreach (var path in Path)
        {
            ForItem(() =>
            {
                if (IsAddress(path))
                {
                    ImportFrom(new Uri(path));
                    return;
                }

                foreach (var resolved in FilePaths.Resolve(this, path))
                    ForItem(() => Import(resolved));
            });
        }
    }

    private protected override void End()
    {
        try
        {
            if (_bytes?.Finish() is { } images)
                WriteObject(images, enumerateCollection: true);
        }
        catch (InvalidContentException e)
        {
            throw new InvalidContentException($"What came from the pipeline cannot be imported: {e.Message}", null, e);
        }
    }

    private protected override void Dispose(bool disposing)
    {
        _bytes?.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsAddress(string path) =>
        (path.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || path.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) && Uri.IsWellFormedUriString(path, UriKind.Absolute);

    private void Feed()
    {
        if (_bytes is null)
        {
            if (!ShouldProcess("pipeline", "Import"))
            {
                _bytes = TakenBytes<IReadOnlyList<Image>>.Nothing;
                return;
            }

            var engine = Engine;
            _bytes = new((source, stopped) => engine.Images.Import(RequestOf(null, null, source), null, stopped), Cancellation);
        }

        _bytes.Add(InputObject);
    }

    private void Import(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new ContainerEngineException("FileNotFound", ErrorKind.NotFound, $"There is no file '{path}'.", path);
        if (ShouldProcess(path, "Import"))
            Run(RequestOf(path, null, null), path, System.IO.Path.GetFileName(path));
    }

    private void ImportFrom(Uri address)
    {
        if (ShouldProcess(address.ToString(), "Import"))
            Run(RequestOf(null, address, null), address.ToString(), System.IO.Path.GetFileName(address.LocalPath));
    }

    private ImportRequest RequestOf(string? path, Uri? address, Stream? source) =>
        new() { Path = path, Url = address, Source = source, Name = Name, Platform = Platform, Command = Command, Author = Author, Message = Message };

    private void Run(ImportRequest request, string source, string title)
    {
        var engine = Engine;
        try
        {
            var images = new ProgressPump(this, $"Importing {title}").Run(progress => engine.Images.Import(request, new Translated(progress), Cancellation), Cancellation);
            WriteObject(images, enumerateCollection: true);
        }
        catch (InvalidContentException e)
        {
            throw new InvalidContentException($"'{source}' cannot be imported: {e.Message}", source, e);
        }
    }

    private sealed class Translated(IProgress<ProgressItem> progress) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => progress.Report(ProgressItem.FromBytes(value.Item, value.Phase.ToString(), value.Done, value.Total));
    }
}
