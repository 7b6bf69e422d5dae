namespace ContainerPS.Engine.Networks;

/// <summary>All endpoints of the networks that a container is on.</summary>
/// <param name="Endpoints">The endpoints, the container's own among them; those of its first network first. A network that has no names is not among them.</param>
/// <param name="MayForward">False when all these networks are internal, so that nobody outside is asked.</param>
internal sealed record NamedEndpoints(IReadOnlyList<NamedEndpoint> Endpoints, bool MayForward);
