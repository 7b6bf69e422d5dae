namespace ContainerPS.Peers.Tests.Podman;

/// <summary>All tests with podman share its store.</summary>
[CollectionDefinition(Name)]
public sealed class PodmanCollection : ICollectionFixture<PodmanEngine>
{
    internal const string Name = "podman";
}
