namespace ContainerPS.Engine.Build;

/// <summary>Value of <c>RUN --network</c>.</summary>
internal enum RunNetwork
{
    /// <summary>The build's network.</summary>
    Default,

    /// <summary>Nothing but a loopback device.</summary>
    None,

    /// <summary>The host's network.</summary>
    Host,
}
