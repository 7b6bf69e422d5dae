using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Build;

/// <summary>What an image is going to say of itself, while instructions change it.</summary>
internal sealed class ImageDraft
{
    /// <summary>Begins with what is there already, which is not changed.</summary>
    internal ImageDraft(ContainerConfig config, string? author)
    {
        Config = Copy(config);
        Author = author;
    }

    /// <summary>Defaults for containers.</summary>
    internal ContainerConfig Config { get; }

    /// <summary>Who made it.</summary>
    internal string? Author { get; set; }

    /// <summary>True when CMD was given here: an ENTRYPOINT then leaves it.</summary>
    internal bool IsCommandGiven { get; set; }

    /// <summary>The shell of commands in its notation.</summary>
    internal IReadOnlyList<string> Shell => Config.Shell is { Count: > 0 } shell ? shell : ["/bin/sh", "-c"];

    /// <summary>A copy for a stage on top: what is done to it does not change this one, and what was given here is not given there.</summary>
    internal ImageDraft Fork() => new(Config, Author);

    private static ContainerConfig Copy(ContainerConfig config) => config with
    {
        ExposedPorts = config.ExposedPorts is null ? null : new(config.ExposedPorts),
        Env = config.Env is null ? null : [.. config.Env],
        Entrypoint = config.Entrypoint is null ? null : [.. config.Entrypoint],
        Cmd = config.Cmd is null ? null : [.. config.Cmd],
        Volumes = config.Volumes is null ? null : new(config.Volumes),
        Labels = config.Labels is null ? null : new(config.Labels),
        OnBuild = config.OnBuild is null ? null : [.. config.OnBuild],
        Shell = config.Shell is null ? null : [.. config.Shell],
    };
}
