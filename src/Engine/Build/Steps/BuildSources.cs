using ContainerPS.Engine.Images;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>Where the steps of a build take files from: contexts, base images, and stages, which are waited for. Several threads ask.</summary>
internal sealed class BuildSources
{
    private readonly BuildSession _session;
    private readonly ContextOpener _opener;
    private readonly BuildContext _context;
    private readonly IgnoreFile _ignore;
    private readonly Dictionary<string, BuildContext> _contexts = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, string Platform), (ImageConfig Config, IReadOnlyList<BuildLayer> Layers)> _images = [];
    private readonly Dictionary<int, TaskCompletionSource<BuildState>> _stages = [];
    private readonly HashSet<string> _consumed = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <param name="session">The build.</param>
    /// <param name="opener">Opens contexts.</param>
    /// <param name="context">The build context.</param>
    /// <param name="ignore">What of it does not count.</param>
    /// <param name="platform">What is built for.</param>
    internal BuildSources(BuildSession session, ContextOpener opener, BuildContext context, IgnoreFile ignore, Platform platform)
    {
        (_session, _opener, _context, _ignore, Platform) = (session, opener, context, ignore, platform);
        Digests = FileDigests.Open(Path.Combine(session.Paths.BuildCache, "digests"), context.IsKept ? context.Folder : null);
    }

    /// <summary>What is built for.</summary>
    internal Platform Platform { get; }

    /// <summary>Digests of files that earlier builds have read.</summary>
    internal FileDigests Digests { get; }

    /// <summary>Says that an argument has been used.</summary>
    internal void Consumed(string argument)
    {
        lock (_gate) _consumed.Add(argument);
    }

    /// <summary>True when an argument has been used.</summary>
    internal bool IsConsumed(string argument)
    {
        lock (_gate) return _consumed.Contains(argument);
    }

    /// <summary>Says which stages there will be.</summary>
    internal void Expect(IEnumerable<int> stages)
    {
        foreach (var stage in stages) _stages[stage] = new TaskCompletionSource<BuildState>(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>A stage, when it is built; null when it will not be.</summary>
    internal TaskCompletionSource<BuildState> ResultOf(int stage) => _stages[stage];

    /// <summary>Waits for a stage.</summary>
    internal BuildState StateOf(int stage) => _stages[stage].Task.GetAwaiter().GetResult();

    /// <summary>Where files come from.</summary>
    /// <param name="origin">What is asked for.</param>
    /// <param name="say">Told when an image is fetched.</param>
    internal FileSource Find(FileOrigin origin, Action<string> say)
    {
        switch (origin.Kind)
        {
            case FileOriginKind.Context:
                return FileSource.Of(_context, _ignore);
            case FileOriginKind.NamedContext:
                return ImageOfContext(origin.Name) is { } image ? OfImage(image, say) : FileSource.Of(NamedContext(origin.Name), IgnoreOf(NamedContext(origin.Name)));
            case FileOriginKind.Stage:
                return FileSource.Of(StateOf(origin.Stage), $"the stage '{origin.Name}'", _session.Images.Layers);
            case FileOriginKind.Image:
                return OfImage(origin.Name, say);
            default:
                return FileSource.Of(BuildState.Scratch(Platform), "scratch", _session.Images.Layers);
        }
    }

    /// <summary>What a stage begins with.</summary>
    internal BuildState BaseOf(PlannedStage stage, Action<string> say)
    {
        if (stage.Base.Kind != FileOriginKind.NamedContext)
        {
            var (config, layers) = Image(stage.From.Image, stage.From.Platform, say);
            return BuildState.OfImage(config, layers);
        }

        if (ImageOfContext(stage.Base.Name) is { } image)
        {
            var (config, layers) = Image(image, stage.From.Platform, say);
            return BuildState.OfImage(config, layers);
        }

        throw new DockerfileException(stage.From.Location, $"The context '{stage.Base.Name}' is a folder, and a stage begins with an image. Copy from it, or give -BuildContext @{{ '{stage.Base.Name}' = 'docker-image://…' }}.");
    }

    /// <summary>The config of the image that a stage begins with.</summary>
    internal ImageConfig ConfigOf(FromInstruction from) => Image(from.Image, from.Platform, static _ => { }).Config;

    /// <summary>Keeps what was learnt of files.</summary>
    internal void Save() => Digests.Save();

    private FileSource OfImage(string name, Action<string> say)
    {
        var (config, layers) = Image(name, null, say);
        return FileSource.Of(BuildState.OfImage(config, layers), $"the image '{name}'", _session.Images.Layers);
    }

    private string? ImageOfContext(string name)
    {
        const string prefix = "docker-image://";
        var value = _session.Settings.Contexts[name];
        return value.StartsWith(prefix, StringComparison.Ordinal) ? value[prefix.Length..] : null;
    }

    private BuildContext NamedContext(string name)
    {
        lock (_gate)
        {
            if (_contexts.TryGetValue(name, out var context)) return context;
            context = _opener.Open(_session.Settings.Contexts[name], "BuildContext");
            _contexts[name] = context = context with { Name = $"the context '{name}'", IsKept = false };
            return context;
        }
    }

    private static IgnoreFile IgnoreOf(BuildContext context) => ContextFiles.ReadIgnore(context, null);

    private (ImageConfig Config, IReadOnlyList<BuildLayer> Layers) Image(string name, string? platform, Action<string> say)
    {
        lock (_gate)
        {
            var wanted = platform is null ? Platform : Platforms.Parse(platform);
            var key = (name, Platforms.Show(wanted.Os, wanted.Architecture, wanted.Variant));
            if (_images.TryGetValue(key, out var found)) return found;
            return _images[key] = Open(name, key.Item2, isAsked: platform is not null || _session.Settings.Platform is not null, say);
        }
    }

    private (ImageConfig Config, IReadOnlyList<BuildLayer> Layers) Open(string name, string platform, bool isAsked, Action<string> say)
    {
        if (!_session.Settings.Pull)
        {
            try
            {
                var (image, config, layers) = _session.Images.OpenBase(name, _session.Transaction);
                if (!isAsked || image.IsFor(platform)) return (config, Layers(layers));
            }
            catch (ImageNotFoundException)
            {
                // It is fetched.
            }
        }

        say($"pulling {name}");
        try
        {
            var pulled = _session.Images.Pull(new PullRequest { Image = name, Platform = isAsked ? platform : null }, null, _session.Cancellation);
            var (_, config, layers) = _session.Images.OpenBase(pulled.Image.Name, _session.Transaction);
            return (config, Layers(layers));
        }
        catch (RegistryException e)
        {
            throw new RegistryException(e.Target as string ?? name, $"There is no image '{name}' in the store{(isAsked ? $" for {platform}" : "")}, and it cannot be pulled: {e.Message}", e, e.ErrorId, e.Kind);
        }
    }

    private IReadOnlyList<BuildLayer> Layers(IReadOnlyList<BaseLayer> layers)
    {
        var result = new BuildLayer[layers.Count];
        for (var i = 0; i < result.Length; i++)
            result[i] = new BuildLayer(layers[i].DiffId, layers[i].Chain, _session.Images.Layers.Find(layers[i].Chain)?.HidesLower == true, Created: null, layers[i].Descriptor);
        return result;
    }
}
