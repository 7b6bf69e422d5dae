using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>A stage at a point of its instructions: its files, what its image will say, and its variables.</summary>
internal sealed class BuildState
{
    private BuildState(ImageDraft draft, Platform platform) => (Draft, Platform) = (draft, platform);

    /// <summary>What its image says.</summary>
    internal ImageDraft Draft { get; }

    /// <summary>What it is for.</summary>
    internal Platform Platform { get; }

    /// <summary>Its layers, lowest first.</summary>
    internal List<BuildLayer> Layers { get; } = [];

    /// <summary>The steps that made it.</summary>
    internal List<History> History { get; } = [];

    /// <summary>Environment of what runs in it, and what instructions can refer to: ENV and ARG, in the order in which they were first set.</summary>
    internal VariableTable Variables { get; } = new();

    /// <summary>Arguments that were declared, in order.</summary>
    internal List<string> Arguments { get; } = [];

    /// <summary>Chain id of its files; null when there are none.</summary>
    internal Digest? Top => Layers.Count == 0 ? null : Layers[^1].Chain;

    /// <summary>A stage on top of nothing.</summary>
    internal static BuildState Scratch(Platform platform) => new(new ImageDraft(new ContainerConfig { WorkingDir = "/", Env = [DefaultPath] }, null), platform);

    /// <summary>A stage on top of an image.</summary>
    internal static BuildState OfImage(ImageConfig config, IReadOnlyList<BuildLayer> layers)
    {
        var draft = new ImageDraft((config.Config ?? new()) with { OnBuild = null }, config.Author);
        var state = new BuildState(draft, new Platform { Os = config.Os ?? "linux", Architecture = config.Architecture, Variant = config.Variant });
        state.Layers.AddRange(layers);
        state.History.AddRange(config.History ?? []);
        draft.Config.Env ??= [];
        if (!draft.Config.Env.Exists(static variable => variable.StartsWith("PATH=", StringComparison.Ordinal))) draft.Config.Env.Add(DefaultPath);
        foreach (var variable in draft.Config.Env)
            if (variable.IndexOf('=') is > 0 and var equals) state.Variables.Set(variable[..equals], variable[(equals + 1)..]);
        return state;
    }

    /// <summary>A stage on top of this one, as it is now. Its triggers are not for it: they have been carried out, or are its base's.</summary>
    internal BuildState Fork()
    {
        var state = new BuildState(Draft.Fork(), Platform);
        state.Draft.Config.OnBuild = null;
        state.Layers.AddRange(Layers);
        state.History.AddRange(History);
        state.Arguments.AddRange(Arguments);
        foreach (var (name, value) in Variables.Values) state.Variables.Set(name, value);
        return state;
    }

    /// <summary>Folders of its files, uppermost first.</summary>
    internal IReadOnlyList<string> Folders(LayerStore layers)
    {
        var folders = new List<string>(Layers.Count);
        foreach (var layer in Layers)
        {
            if (layer.HidesLower) folders.Clear();
            folders.Add(layers.DiffOf(layer.Chain));
        }

        folders.Reverse();
        return folders;
    }

    /// <summary>Adds a line to the history.</summary>
    internal void Note(string createdBy, BuildLayer? layer = null)
    {
        History.Add(new History { CreatedBy = createdBy, Comment = Comment, Created = layer?.Created, EmptyLayer = layer is null ? true : null });
        if (layer is not null) Layers.Add(layer);
    }

    // By these words tools know who made an image, and the lines of history that end in "# buildkit" are known to be so.
    private const string Comment = "buildkit.dockerfile.v0";

    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}
