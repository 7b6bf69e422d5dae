using System.Management.Automation;
using ContainerPS.Engine.Images;

namespace ContainerPS.Module;

/// <summary>
/// The settings of a container, shared by New-Container and Invoke-Container. Values are text in Docker's forms (or numbers, hashtables, TimeSpans, where
/// those say the same); the engine's grammar reads them before anything is created.
/// </summary>
public abstract partial class SettingsCommand : ProgramCommand
{
    /// <summary>The image, by name or id.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(ImageCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>Name of the container; a random one if none is given.</summary>
    [Parameter]
    public string? Name { get; set; }

    /// <summary>Environment: a hashtable, or 'NAME=value' strings; a NAME alone takes the value that it has here.</summary>
    [Parameter]
    public object[] Environment { get; set; } = [];

    /// <summary>Files with NAME=value lines.</summary>
    [Parameter]
    public string[] EnvironmentFile { get; set; } = [];

    /// <summary>Replaces the image's entry point and its command; an empty string removes it.</summary>
    [Parameter]
    [AllowEmptyString]
    public string[]? EntryPoint { get; set; }

    /// <summary>Working directory inside.</summary>
    [Parameter]
    public string? WorkingDirectory { get; set; }

    /// <summary>User as user[:group], names or numbers.</summary>
    [Parameter]
    public string? User { get; set; }

    /// <summary>Host name inside.</summary>
    [Parameter]
    public string? Hostname { get; set; }

    /// <summary>NIS domain name inside.</summary>
    [Parameter]
    public string? Domainname { get; set; }

    /// <summary>Supplementary groups, names or numbers.</summary>
    [Parameter]
    public string[] GroupAdd { get; set; } = [];

    /// <summary>Metadata: a hashtable, or 'key=value' strings.</summary>
    [Parameter]
    public object[] Label { get; set; } = [];

    /// <summary>Files with key=value lines.</summary>
    [Parameter]
    public string[] LabelFile { get; set; } = [];

    /// <summary>Annotations of the OCI spec: a hashtable, or 'key=value' strings.</summary>
    [Parameter]
    public object[] Annotation { get; set; } = [];

    /// <summary>Platform of the image, such as linux/arm64.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string? Platform { get; set; }

    /// <summary>A root file system that cannot be written.</summary>
    [Parameter]
    public SwitchParameter ReadOnly { get; set; }

    /// <summary>Tmpfs mounts: 'path' or 'path:options', or a hashtable of paths and options.</summary>
    [Parameter]
    public object[] Tmpfs { get; set; } = [];

    /// <summary>Volumes: '[source:]target[:ro]'; a source that begins with '/', '.' or '~' is a path here, any other a volume's name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(VolumeSourceCompleter))]
    public string[] Volume { get; set; } = [];

    /// <summary>Mounts: 'type=bind,source=/srv,target=/srv,readonly', or hashtables with these keys.</summary>
    [Parameter]
    public object[] Mount { get; set; } = [];

    /// <summary>Containers whose volumes it shares: 'name' or 'name:ro'.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    public string[] VolumesFrom { get; set; } = [];

    /// <summary>Keeps standard input open.</summary>
    [Parameter]
    public SwitchParameter Interactive { get; set; }

    /// <summary>A terminal.</summary>
    [Parameter]
    public SwitchParameter Tty { get; set; }

    /// <summary>Removes the container when it ends.</summary>
    [Parameter]
    public SwitchParameter Remove { get; set; }

    /// <summary>Signal that asks the program to stop.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SignalCompleter))]
    public string? StopSignal { get; set; }

    /// <summary>Time between that signal and SIGKILL: '10s', '1m30s', a TimeSpan, or a number of seconds.</summary>
    [Parameter]
    public object? StopTimeout { get; set; }

    /// <summary>When to pull the image: Missing (when it is not in the store), Always, or Never.</summary>
    [Parameter]
    [ValidateSet("Missing", "Always", "Never")]
    public string Pull { get; set; } = "Missing";

    /// <summary>File to write the new container's id to; it must not exist.</summary>
    [Parameter]
    public string? CidFile { get; set; }

    /// <summary>The cmdlet's parameters.</summary>
    internal Dictionary<string, ParameterMetadata> Parameters => MyInvocation.MyCommand.Parameters;

    /// <summary>What was given on the command line.</summary>
    internal Dictionary<string, object> Given => MyInvocation.BoundParameters;

    private protected override string SubjectName => nameof(Image);

    private string CurrentFolder => SessionState.Path.CurrentFileSystemLocation.ProviderPath;

    /// <summary>What was asked, read and checked for form.</summary>
    private protected ContainerSettings ReadSettings(string? imageFromPipeline)
    {
        var line = ReadCommandLine(imageFromPipeline is not null);
        var image = imageFromPipeline ?? line.Subject?.ToString();
        if (string.IsNullOrEmpty(image))
            throw new InvalidSettingException(nameof(Image), null, $"Which image? Write its name, as in '{MyInvocation.MyCommand.Name} debian'; Get-Image lists those there are.");
        var settings = new ContainerSettings
        {
            Image = image,
            Command = line.Program,
            Name = Name,
            Environment = EnvironmentSetting.Read(Environment, EnvironmentFile, path => GetUnresolvedProviderPathFromPSPath(path)),
            EntryPoint = EntryPoint is [""] ? [] : EntryPoint,
            WorkingDirectory = WorkingDirectory,
            User = User,
            Hostname = Hostname,
            Domainname = Domainname,
            GroupAdd = GroupAdd,
            Labels = LabelSetting.Read(Label, LabelFile, path => GetUnresolvedProviderPathFromPSPath(path)),
            Annotations = PairSetting.Read(Annotation, nameof(Annotation)),
            Platform = Platform,
            ReadOnly = ReadOnly,
            Tmpfs = PairSetting.ReadPaths(Tmpfs),
            Volumes = VolumeSetting.Read(Volume, nameof(Volume), CurrentFolder),
            Mounts = MountSetting.Read(Mount, nameof(Mount), CurrentFolder),
            VolumesFrom = VolumesFrom,
            Interactive = Interactive,
            Tty = Tty,
            Remove = Remove,
            StopSignal = TextSetting.Signal(StopSignal, nameof(StopSignal)),
            StopTimeout = TextSetting.Time(StopTimeout, nameof(StopTimeout)),
            CidFile = CidFile is null ? null : GetUnresolvedProviderPathFromPSPath(CidFile),
        };
        ReadLimits(settings);
        ReadIsolation(settings);
        ReadLife(settings);
        ReadNetworks(settings);
        return settings;
    }

    /// <summary>Tells what will have no effect, and pulls the image when it is not there, or always, as was asked.</summary>
    private protected void ProvideImage(ContainerSettings settings)
    {
        foreach (var warning in Engine.Containers.Warnings(settings))
            WriteWarning(warning);
        if (Engine.Containers.MachineWarning(settings) is { } missing && ToldInShell.OfProcess.IsNew(missing))
            WriteWarning(missing);
        var image = settings.Image;
        var there = TryGetImage(image);

        // An image for another platform than the one that is asked for is as good as none.
        if (Pull == "Never" || (Pull == "Missing" && there?.IsFor(Platform) == true))
            return;
        if (IsId(image))
            throw new ImageNotFoundException(image);
        var reference = ImageReference.Parse(image);
        Engine.Containers.Check(settings);
        if (Pull == "Missing")
            Say(there is null
                ? $"The image '{reference.WithDefaultTag().ToFamiliarString()}' is not in the store; it is pulled."
                : $"The image '{reference.WithDefaultTag().ToFamiliarString()}' in the store is for {there.Platform}; that for {Platform} is pulled.");
        try
        {
            var result = new ImageTransfer(this, Cancellation).Pull(Engine, new PullRequest { Image = image, Platform = Platform });
            Say($"Digest: {result.Digest}");
        }
        catch (RegistryException e) when (e is RegistryNotFoundException or RegistryUnreachableException)
        {
            var lack = there is null ? $"There is no image '{image}' in the store" : $"The image '{image}' in the store is for {there.Platform}, not for {Platform ?? "this machine"}";
            throw new ContainerEngineException("ImageNotFound", ErrorKind.NotFound, $"{lack}, and it cannot be pulled: {e.Message}", image, e);
        }
    }

    private Image? TryGetImage(string image)
    {
        try
        {
            return Engine.Images.Get(image);
        }
        catch (ImageNotFoundException)
        {
            return null;
        }
    }

    // What can be no name but an image's id.
    private static bool IsId(string image) => image.StartsWith("sha256:", StringComparison.Ordinal) || (image.Length == 64 && image.All(char.IsAsciiHexDigit));

    // As Write-Host does: for whoever looks on, never in the output.
    private void Say(string text) => WriteInformation(new HostInformationMessage { Message = text }, ["PSHOST"]);

    private protected override bool? LetterTakesValue(string letter) => letter switch
    {
        "c" or "e" or "h" or "l" or "m" or "p" or "u" or "v" or "w" => true,
        "i" or "t" or "it" => false,
        _ => null,
    };

    private protected override void SetLetter(string letter, object? value)
    {
        switch (letter)
        {
            case "c": CpuShares = TextSetting.Number(value, nameof(CpuShares)); break;
            case "e": Environment = [.. Environment, value!]; break;
            case "h": Hostname = value!.ToString(); break;
            case "i": Interactive = value is not false; break;
            case "l": Label = [.. Label, value!]; break;
            case "m": Memory = value!.ToString(); break;
            case "p": Publish = [.. Publish, .. PairSetting.Texts([value!])]; break;
            case "t": Tty = value is not false; break;
            case "u": User = value!.ToString(); break;
            case "v": Volume = [.. Volume, .. PairSetting.Texts([value!])]; break;
            case "w": WorkingDirectory = value!.ToString(); break;
            case "it": Interactive = Tty = true; break;
            default: throw new ArgumentOutOfRangeException(nameof(letter), letter, null);
        }
    }
}
