using System.Management.Automation;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Module;

/// <summary>Build-Image: builds an image from a Dockerfile.</summary>
[Cmdlet("Build", "Image", SupportsShouldProcess = true)]
[OutputType(typeof(Image), typeof(BuildResult), typeof(FileSystemInfo))]
public sealed class BuildImageCommand : ContainerCommand
{
    private const string Standard = "-";

    private readonly BuildInput _input = new();

    /// <summary>The context: a folder, a tar archive, or the address of one, of a Dockerfile or of a git repository (…git#ref:folder). - takes a Dockerfile, or an archive's bytes, from the pipeline.</summary>
    [Parameter(Position = 0)]
    [Alias("Context")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = ".";

    /// <summary>The Dockerfile; by default, Dockerfile in the context. - takes its text from the pipeline.</summary>
    [Parameter]
    [Alias("f", "Dockerfile")]
    [ValidateNotNullOrEmpty]
    public string? File { get; set; }

    /// <summary>Names of the image; without a tag, latest is meant. Another image that has such a name loses it.</summary>
    [Parameter]
    [Alias("t", "Tag")]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Text of a Dockerfile, line by line, or bytes of an archive.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; }

    /// <summary>Values for ARG: a hashtable, or 'NAME=value'. NAME alone takes the variable of that name.</summary>
    [Parameter]
    [Alias("BuildArg")]
    public object[] BuildArgument { get; set; } = [];

    /// <summary>Secrets for RUN --mount=type=secret: 'id=NAME,src=FILE' or 'id=NAME,env=VARIABLE'. They are in no layer, no history and no cache.</summary>
    [Parameter]
    public string[] Secret { get; set; } = [];

    /// <summary>SSH agents for RUN --mount=type=ssh: 'default' for the one of $env:SSH_AUTH_SOCK, or 'NAME=SOCKET'.</summary>
    [Parameter]
    public string[] Ssh { get; set; } = [];

    /// <summary>The stage that is built, by name or number; by default the last.</summary>
    [Parameter]
    public string? Target { get; set; }

    /// <summary>Does all steps, whatever earlier builds have left.</summary>
    [Parameter]
    public SwitchParameter NoCache { get; set; }

    /// <summary>Asks registries for newer base images.</summary>
    [Parameter]
    public SwitchParameter Pull { get; set; }

    /// <summary>Network of RUN: default, none or host.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(BuildNetworkCompleter))]
    public string? Network { get; set; }

    /// <summary>Labels, added to those of the Dockerfile: a hashtable, or 'key=value'.</summary>
    [Parameter]
    public object[] Label { get; set; } = [];

    /// <summary>What the image is for, as os/architecture[/variant]; by default this machine.</summary>
    [Parameter]
    public string? Platform { get; set; }

    /// <summary>Where the result goes instead of the store: a folder, a path that ends in .tar, or type=local|tar|oci|docker,dest=PATH.</summary>
    [Parameter]
    [Alias("o")]
    public string? Output { get; set; }

    /// <summary>Folders, or images of registries, from which steps are taken.</summary>
    [Parameter]
    public string[] CacheFrom { get; set; } = [];

    /// <summary>Folders, or images of registries, to which steps are given.</summary>
    [Parameter]
    public string[] CacheTo { get; set; } = [];

    /// <summary>Lines for /etc/hosts of RUN, as 'host:address'.</summary>
    [Parameter]
    public string[] AddHost { get; set; } = [];

    /// <summary>Most memory of a RUN: 200MB, '200M', '1.5g'.</summary>
    [Parameter]
    [Alias("m")]
    public string? Memory { get; set; }

    /// <summary>Processors' worth of time of a RUN, such as 0.5.</summary>
    [Parameter]
    public double? Cpus { get; set; }

    /// <summary>Further contexts by name, for FROM, COPY --from and RUN --mount: a hashtable of folders, archives, addresses or docker-image://NAME.</summary>
    [Parameter]
    public object[] BuildContext { get; set; } = [];

    /// <summary>What instructions may ask for that is not allowed by itself: network.host (RUN --network=host), security.insecure (RUN --security=insecure).</summary>
    [Parameter]
    [ValidateSet("network.host", "security.insecure")]
    public string[] Allow { get; set; } = [];

    /// <summary>How progress is shown: Auto as progress bars, Plain as lines of text with all output, Quiet not at all.</summary>
    [Parameter]
    [ValidateSet("Auto", "Plain", "Quiet")]
    public string Progress { get; set; } = "Auto";

    /// <summary>Returns a BuildResult, with the steps, times and warnings.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private bool TakesInput => Path == Standard || File == Standard;

    private protected override void Process()
    {
        if (InputObject is null || !MyInvocation.ExpectingInput)
            return;
        if (TakesInput)
            _input.Add(InputObject);
        else if (InputObject.BaseObject is string folder)
            Run(ReadSettings(folder, text: null));
        else
            throw new InvalidSettingException("InputObject", InputObject.BaseObject, "What comes from the pipeline is the path of a context; for the text of a Dockerfile, give -File -, and for an archive, -Path -.");
    }

    private protected override void End()
    {
        if (!TakesInput)
        {
            if (!MyInvocation.ExpectingInput)
                Run(ReadSettings(Path, text: null));
            return;
        }

        using var archive = File == Standard ? null : _input.Archive();
        if (archive is not null)
            Run(ReadSettings(archive.Path, text: null));
        else
            Run(ReadSettings(Path == Standard ? null : Path, _input.Text()));
    }

    private protected override void Dispose(bool disposing)
    {
        _input.Dispose();
        base.Dispose(disposing);
    }

    private void Run(BuildSettings settings)
    {
        var title = settings.Names.Count > 0 ? settings.Names[0] : settings.Target ?? settings.Path ?? "image";
        if (!ShouldProcess(title, "Build"))
            return;
        var engine = Engine;
        var off = Forwarding.Off();
        BuildResult result;
        try
        {
            result = new ProgressPump(this, $"Building {title}").Run(
                progress => engine.Build(settings, Progress switch { "Plain" => new PlainBuildProgress(progress), "Quiet" => null, _ => new LiveBuildProgress(progress) }, Cancellation),
                Cancellation);
        }
        finally
        {
            // Only a build with commands on the network turns them on.
            TellForwarding([.. off.Except(Forwarding.Off())]);
        }

        foreach (var warning in result.Warnings)
            WriteWarning(warning.ToString());
        if (PassThru)
            WriteObject(result);
        else if (result.Image is { } image)
            WriteObject(image);
        else
            WriteObject(Directory.Exists(result.Output) ? new DirectoryInfo(result.Output!) : new FileInfo(result.Output!));
    }

    private BuildSettings ReadSettings(string? path, string? text) => new()
    {
        Path = path,
        Text = text,
        File = File == Standard ? null : File,
        Names = Name,
        Arguments = ReadArguments(),
        Secrets = [.. Secret.Select(BuildSecret.Parse)],
        SshAgents = ReadAgents(),
        Target = Target,
        NoCache = NoCache,
        Pull = Pull,
        Network = Network,
        Labels = LabelSetting.Read(Label, [], static file => file),
        Platform = Platform,
        Output = Output is null ? null : BuildOutput.Parse(Output),
        CacheFrom = CacheFrom,
        CacheTo = CacheTo,
        AddHosts = AddHost,
        Memory = TextSetting.Size(Memory, nameof(Memory)),
        Cpus = Cpus,
        Contexts = PairSetting.Read(BuildContext, nameof(BuildContext)),
        AllowHostNetwork = Allow.Contains("network.host", StringComparer.OrdinalIgnoreCase),
        AllowInsecure = Allow.Contains("security.insecure", StringComparer.OrdinalIgnoreCase),
        Folder = SessionState.Path.CurrentFileSystemLocation.ProviderPath,
    };

    private Dictionary<string, string> ReadArguments()
    {
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in PairSetting.Texts(BuildArgument))
        {
            var equals = text.IndexOf('=');
            if (equals == 0)
                throw new InvalidSettingException(nameof(BuildArgument), text, $"BuildArgument: '{text}' has no name. Use NAME=value, or a hashtable.");
            if (equals > 0)
                arguments[text[..equals]] = text[(equals + 1)..];
            else if (Environment.GetEnvironmentVariable(text) is { } value)
                arguments[text] = value;
        }

        return arguments;
    }

    private Dictionary<string, string> ReadAgents()
    {
        var agents = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in Ssh)
        {
            var equals = text.IndexOf('=');
            var socket = equals < 0 ? Environment.GetEnvironmentVariable("SSH_AUTH_SOCK") : GetUnresolvedProviderPathFromPSPath(text[(equals + 1)..]);
            if (string.IsNullOrEmpty(socket) || !System.IO.File.Exists(socket))
                throw new InvalidSettingException(nameof(Ssh), text, $"-Ssh '{text}' is refused. {(equals < 0 ? "The variable SSH_AUTH_SOCK names no socket of an agent" : $"There is no socket '{socket}'")}. Start an agent with ssh-agent, or give NAME=SOCKET.");
            agents[equals < 0 ? text : text[..equals]] = socket;
        }

        return agents;
    }
}
