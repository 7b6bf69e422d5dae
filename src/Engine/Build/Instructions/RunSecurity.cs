namespace ContainerPS.Engine.Build;

/// <summary>Value of <c>RUN --security</c>.</summary>
internal enum RunSecurity
{
    /// <summary>As any container.</summary>
    Sandbox,

    /// <summary>As a privileged container.</summary>
    Insecure,
}
