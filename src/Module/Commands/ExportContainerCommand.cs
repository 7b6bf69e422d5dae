using System.Management.Automation;
using ContainerPS.Engine.Images;

namespace ContainerPS.Module;

/// <summary>Export-Container: the files of a container as one tar, the image and what was changed, without history and without what is mounted in it.</summary>
[Cmdlet(VerbsData.Export, "Container", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
[OutputType(typeof(FileInfo), typeof(byte[]))]
public sealed class ExportContainerCommand : ContainerCommand
{
    /// <summary>The container, running or not: an object, a name, an id or the beginning of one.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "Name")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string Container { get; set; } = "";

    /// <summary>The archive, replaced when it is there.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Path")]
    [Alias("Output", "o")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Writes the archive to the pipeline, as arrays of bytes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Bytes")]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>How the archive is compressed; if it is not given, the ending of -Path decides (.gz, .zst, .bz2), and without one of these it is not compressed.</summary>
    [Parameter]
    public ArchiveCompression? Compression { get; set; }

    /// <summary>Leaves an archive that is there already as it is.</summary>
    [Parameter(ParameterSetName = "Path")]
    public SwitchParameter NoClobber { get; set; }

    private protected override void Process() => ForItem(() =>
    {
        var container = Engine.Containers.Get(Container);
        var path = AsByteStream ? null : GetUnresolvedProviderPathFromPSPath(Path);
        if (!ShouldProcess(path ?? "pipeline", $"Export {container.Name}"))
            return;
        if (path is null)
            WriteBytes(container);
        else
            WriteFile(container, path);
    });

    private void WriteFile(Container container, string path)
    {
        if (NoClobber && System.IO.Path.Exists(path))
            throw new ContainerEngineException("FileExists", ErrorKind.AlreadyExists, $"'{path}' is there already, and -NoClobber was given.", path);
        Engine.Containers.Export(container.Id, path, Compression, Cancellation);
        WriteItem(path);
    }

    private void WriteBytes(Container container)
    {
        var engine = Engine;
        foreach (var chunk in GivenBytes.From((destination, stopped) => engine.Containers.Export(container.Id, destination, Compression, stopped), Cancellation))
            WriteObject(chunk, enumerateCollection: false);
    }
}
