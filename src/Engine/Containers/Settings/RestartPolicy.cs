using System.Text.Json.Serialization;

namespace ContainerPS;

/// <summary>What happens when a container's program ends.</summary>
/// <param name="Mode">When it is started again.</param>
/// <param name="MaximumRetries">How often at most, for <see cref="RestartMode.OnFailure"/>; 0 is without limit.</param>
public sealed record RestartPolicy(RestartMode Mode, int MaximumRetries = 0)
{
    /// <summary>As Docker writes it: <c>on-failure:3</c>.</summary>
    public override string ToString() => Mode switch
    {
        RestartMode.Always => "always",
        RestartMode.UnlessStopped => "unless-stopped",
        RestartMode.OnFailure => MaximumRetries > 0 ? FormattableString.Invariant($"on-failure:{MaximumRetries}") : "on-failure",
        _ => "no",
    };
}

/// <summary>When a container is started again.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RestartMode>))]
public enum RestartMode
{
    /// <summary>Never.</summary>
    No,

    /// <summary>Whenever its program ends; after the machine or engine has started, too, even when it had been stopped.</summary>
    Always,

    /// <summary>When its program ends with an exit code other than 0.</summary>
    OnFailure,

    /// <summary>As <see cref="Always"/>, but what had been stopped stays so.</summary>
    UnlessStopped,
}
