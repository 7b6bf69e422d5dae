using System.Management.Automation;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Module;

/// <summary>Copy-ContainerItem: copies files and folders from containers and to containers, by the rules of docker cp.</summary>
[Cmdlet(VerbsCommon.Copy, "ContainerItem", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
[OutputType(typeof(FileInfo), typeof(DirectoryInfo), typeof(string), typeof(byte[]))]
public sealed class CopyContainerItemCommand : ContainerCommand
{
    private readonly List<CopyLocation> _sources = [];
    private TakenBytes<bool>? _bytes;

    /// <summary>
    /// What is copied: paths of this machine, which may hold wildcards, or container:path. A folder that ends in /. stands for what is in it.
    /// A path of this machine with a colon begins with / or ./.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "BytesFrom")]
    [ArgumentCompleter(typeof(ContainerPathCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Paths of this machine, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Where it goes: container:path, or a path of this machine. A folder that is there gets the copies under their own names; for several things it must be one.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "Path")]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "LiteralPath")]
    [Parameter(Mandatory = true, ParameterSetName = "BytesTo")]
    [ArgumentCompleter(typeof(ContainerPathCompleter))]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Writes a tar of what is in a container to the pipeline, as arrays of bytes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BytesFrom")]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>A tar from the pipeline, compressed or not, that is extracted into a folder of a container: arrays of bytes, or bytes one by one.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "BytesTo", ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public byte[] InputObject { get; set; } = [];

    /// <summary>Copies what a link leads to, not the link. Links inside folders stay links.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [Parameter(ParameterSetName = "BytesFrom")]
    [Alias("L")]
    public SwitchParameter FollowLink { get; set; }

    /// <summary>Copies on this machine get the owners that the originals have, with setuid, setgid and capabilities; otherwise they are the caller's. Copies in containers always keep owners.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [Alias("a")]
    public SwitchParameter Archive { get; set; }

    /// <summary>Returns the copies: files and folders of this machine as such, others as container:path.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        if (ParameterSetName == "BytesTo")
        {
            Feed();
            return;
        }

        foreach (var path in LiteralPath)
            _sources.Add(Local(path));
        foreach (var path in Path)
            ForItem(() => _sources.AddRange(Sources(path)));
    }

    private protected override void End()
    {
        if (_bytes is not null)
        {
            _bytes.Finish();
            return;
        }

        using var copy = Engine.Containers.OpenCopy();
        if (AsByteStream)
            WriteBytes(copy);
        else
            Copy(copy);
    }

    private protected override void Dispose(bool disposing)
    {
        _bytes?.Dispose();
        base.Dispose(disposing);
    }

    private void Copy(ContainerCopy copy)
    {
        var destination = Location(Destination);
        var options = new CopyOptions(FollowLink, Archive, IntoDirectory: _sources.Count > 1);
        foreach (var source in _sources)
        {
            if (!ShouldProcess(destination.ToString(), $"Copy {source}"))
                continue;
            ForItem(() => Pass(new ProgressPump(this, $"Copying {source}").Run(
                progress => copy.Copy(source, destination, options, new Translated(progress), Cancellation), Cancellation)));
        }
    }

    private void Pass(CopyLocation made)
    {
        if (!PassThru)
            return;
        if (made.Container is not null)
            WriteObject(made.ToString());
        else
            WriteItem(made.Path);
    }

    private void WriteBytes(ContainerCopy copy)
    {
        if (_sources.Count != 1)
            throw new InvalidSettingException(nameof(Path), null, "-AsByteStream writes one archive, so give one -Path. A folder is written with all that is in it.");
        if (!ShouldProcess("pipeline", $"Copy {_sources[0]}"))
            return;
        foreach (var chunk in GivenBytes.From((tar, stopped) => copy.WriteArchive(_sources[0], FollowLink, tar, stopped), Cancellation))
            WriteObject(chunk, enumerateCollection: false);
    }

    private void Feed()
    {
        if (_bytes is null)
        {
            var destination = Location(Destination);
            if (!ShouldProcess(destination.ToString(), "Extract"))
            {
                _bytes = TakenBytes<bool>.Nothing;
                return;
            }

            var containers = Engine.Containers;
            _bytes = new(
                (tar, stopped) =>
                {
                    using var copy = containers.OpenCopy();
                    copy.ReadArchive(tar, destination, stopped);
                    return true;
                },
                Cancellation);
        }

        _bytes.Add(InputObject);
    }

    private IEnumerable<CopyLocation> Sources(string path)
    {
        if (CopyLocation.Parse(path) is { Container: not null } inside)
            return [inside];
        return WildcardPattern.ContainsWildcardCharacters(path) ? FilePaths.Resolve(this, path).Select(static resolved => new CopyLocation(null, resolved)) : [Local(path)];
    }

    private CopyLocation Location(string text) => CopyLocation.Parse(text) is { Container: not null } inside ? inside : Local(text);

    // What the end of a path says gets lost when PowerShell makes it absolute.
    private CopyLocation Local(string path)
    {
        var full = GetUnresolvedProviderPathFromPSPath(path).TrimEnd('/');
        var end = path is "." || path.EndsWith("/.", StringComparison.Ordinal) ? "/." : path.EndsWith('/') ? "/" : "";
        return new CopyLocation(null, full.EndsWith("/.", StringComparison.Ordinal) ? full : full.Length == 0 ? "/" : full + end);
    }

    private sealed class Translated(IProgress<ProgressItem> progress) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value) => progress.Report(new ProgressItem("", $"{value.Files} files, {HumanReadable.Size(value.Bytes)}", -1, false));
    }
}
