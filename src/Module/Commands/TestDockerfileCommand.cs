using System.Management.Automation;
using ContainerPS.Engine.Build;

namespace ContainerPS.Module;

/// <summary>Test-Dockerfile: reads Dockerfiles and returns what Docker's build checks have to say about them.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Dockerfile", DefaultParameterSetName = "Path")]
[OutputType(typeof(DockerfileWarning))]
public sealed class TestDockerfileCommand : ContainerCommand
{
    private readonly List<string> _lines = [];

    /// <summary>Dockerfiles, or folders with a file of that name; wildcards are allowed. The current folder when left out.</summary>
    [Parameter(Position = 0, ParameterSetName = "Path")]
    [SupportsWildcards]
    public string[] Path { get; set; } = ["."];

    /// <summary>Dockerfiles or folders, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>A Dockerfile's text from the pipeline, in one piece or line by line.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Text", ValueFromPipeline = true)]
    [AllowEmptyString]
    public string InputObject { get; set; } = "";

    /// <summary>The build context: its .dockerignore says what COPY cannot have. The Dockerfile's folder when left out; none for text.</summary>
    [Parameter]
    public string? Context { get; set; }

    /// <summary>Values for ARG: a hashtable, or NAME=value.</summary>
    [Parameter]
    public object[] BuildArgument { get; set; } = [];

    /// <summary>What is built for, as os/architecture; this machine when left out.</summary>
    [Parameter]
    public string? Platform { get; set; }

    private protected override void Process()
    {
        switch (ParameterSetName)
        {
            case "Text":
                _lines.Add(InputObject);
                break;
            case "LiteralPath":
                foreach (var path in LiteralPath)
                    ForItem(() => Test(GetUnresolvedProviderPathFromPSPath(path)));
                break;
            default:
                foreach (var path in Path)
                {
                    ForItem(() =>
                    {
                        foreach (var resolved in FilePaths.Resolve(this, path))
                            ForItem(() => Test(resolved));
                    });
                }

                break;
        }
    }

    private protected override void End()
    {
        if (ParameterSetName == "Text")
            Write(DockerfileTest.RunText(string.Join('\n', _lines), "Dockerfile", ContextFolder, CheckContext));
    }

    private CheckContext CheckContext => new()
    {
        Arguments = PairSetting.Read(BuildArgument, nameof(BuildArgument)),
        BuildPlatform = DockerfileTest.BuildPlatform,
        TargetPlatform = Platform,

        // The store is root's. Without it, what images say is not known.
        FindImage = name => Environment.IsPrivilegedProcess ? BaseImages.Find(Engine.Images, name) : null,
    };

    private string? ContextFolder => Context is null ? null : GetUnresolvedProviderPathFromPSPath(Context);

    private void Test(string path) => Write(DockerfileTest.RunFile(path, ContextFolder, CheckContext));

    private void Write(CheckResult result)
    {
        WriteObject(result.Warnings, enumerateCollection: true);
        if (result.Error is { } error)
            WriteError(ErrorRecords.From(error));
    }
}
