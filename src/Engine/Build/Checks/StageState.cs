namespace ContainerPS.Engine.Build;

/// <summary>What is known of a stage at a point of it, as far as checks need it.</summary>
internal sealed class StageState
{
    private StageState(VariableTable variables) => Variables = variables;

    /// <summary>Its variables: the base's, arguments and environment.</summary>
    internal VariableTable Variables { get; }

    /// <summary>Names that an ARG has declared, also without a value.</summary>
    internal HashSet<string> Declared { get; } = [];

    /// <summary>The image at the bottom when nothing is known of it, so that it may set any variable; else null.</summary>
    internal string? UnknownImage { get; private init; }

    /// <summary>True once a WORKDIR was there.</summary>
    internal bool HasWorkdir { get; set; }

    /// <summary>True once a shell was said.</summary>
    internal bool HasShell { get; set; }

    /// <summary>ONBUILD instructions for stages on top of it.</summary>
    internal List<string> Triggers { get; } = [];

    /// <summary>A stage on top of an image; of one that is null, nothing is known.</summary>
    internal static StageState Of(BaseImage? image, string name)
    {
        var state = new StageState(new()) { UnknownImage = image is null ? name : null, HasShell = image?.Shell.Count > 0 };

        // Every program has one, whatever the image says.
        state.Variables.Set("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        foreach (var (variable, value) in image?.Environment ?? BaseImage.Scratch.Environment)
            state.Variables.Set(variable, value);
        state.Triggers.AddRange(image?.Triggers ?? []);
        return state;
    }

    /// <summary>A stage on top of another one, as that ends.</summary>
    internal static StageState On(StageState below)
    {
        var state = new StageState(new()) { UnknownImage = below.UnknownImage, HasWorkdir = below.HasWorkdir, HasShell = below.HasShell };
        foreach (var (name, value) in below.Variables.Values)
            state.Variables.Set(name, value);
        state.Declared.UnionWith(below.Declared);
        state.Triggers.AddRange(below.Triggers);
        return state;
    }
}
