using System.Management.Automation;
using ContainerPS.Engine.Images;

namespace ContainerPS.Module;

/// <summary>Import-Image: images from archives (docker-archive, oci-archive, the tar of a root file system; compressed or not) and OCI image layouts.</summary>
[Cmdlet(VerbsData.Import, "Image", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
[Alias("Load-Image")]
[OutputType(typeof(Image))]
public sealed class ImportImageCommand : ContainerCommand
{
    /// <summary>Archives, or folders with an OCI image layout; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Archives, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Name for the tar of a root file system, or another name for the one image of an archive.</summary>
    [Parameter(Position = 1)]
    [Alias("Image")]
    public string? Name { get; set; }

    /// <summary>Which image of several for different processors, as os/architecture.</summary>
    [Parameter]
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
        foreach (var path in LiteralPath)
            ForItem(() => Import(GetUnresolvedProviderPathFromPSPath(path)));
        foreach (var path in Path)
        {
            ForItem(() =>
            {
                foreach (var resolved in Resolve(path))
                    ForItem(() => Import(resolved));
            });
        }
    }

    private IEnumerable<string> Resolve(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
            return [GetUnresolvedProviderPathFromPSPath(path)];
        try
        {
            return GetResolvedProviderPathFromPSPath(path, out _);
        }
        catch (ItemNotFoundException e)
        {
            throw new ContainerEngineException("FileNotFound", ErrorKind.NotFound, $"There is no file '{path}'.", path, e);
        }
    }

    private void Import(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new ContainerEngineException("FileNotFound", ErrorKind.NotFound, $"There is no file '{path}'.", path);
        if (!ShouldProcess(path, "Import"))
            return;
        var request = new ImportRequest { Path = path, Name = Name, Platform = Platform, Command = Command, Author = Author, Message = Message };
        var pump = new ProgressPump(this, $"Importing {System.IO.Path.GetFileName(path)}");
        var engine = Engine;
        try
        {
            WriteObject(pump.Run(progress => engine.Images.Import(request, new Translated(progress), Cancellation), Cancellation), enumerateCollection: true);
        }
        catch (InvalidContentException e)
        {
            throw new InvalidContentException($"'{path}' cannot be imported: {e.Message}", path, e);
        }
    }

    private sealed class Translated(IProgress<ProgressItem> progress) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => progress.Report(ProgressItem.FromBytes(value.Item, value.Phase.ToString(), value.Done, value.Total));
    }
}
