namespace ContainerPS.Engine.Networks;

/// <summary>How much a container's relay takes at once, so that its monitor stays small whatever clients do.</summary>
internal sealed record RelayLimits
{
    /// <summary>TCP connections; more wait in the kernel's queue until one ends. Each takes two descriptors, and a pipe's two while bytes wait in it.</summary>
    internal int Connections { get; init; } = 2048;

    /// <summary>Clients of UDP ports; for one more the one that has been silent for longest is forgotten.</summary>
    internal int Clients { get; init; } = 1024;

    /// <summary>For how long a client of a UDP port is remembered after its last datagram either way.</summary>
    internal TimeSpan ClientTimeout { get; init; } = TimeSpan.FromSeconds(90);
}
