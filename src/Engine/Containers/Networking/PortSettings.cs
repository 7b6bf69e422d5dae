using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>Which ports of a container are published, and by which of its networks.</summary>
internal static class PortSettings
{
    /// <summary>The ports that were asked for.</summary>
    internal static List<PortBinding> Bindings(ContainerSettings settings, Oci.ContainerConfig image)
    {
        List<PortBinding> asked = [.. settings.Publish.SelectMany(static text => PortSpec.Parse(text, "Publish"))];
        if (!settings.PublishAll) return PortPlan.Once(asked);
        return PortPlan.WithExposed(asked, [.. ExposedPort.Of(settings, image).Select(static port => new PortBinding(port.Port, port.Protocol, "", null, null))]);
    }

    /// <summary>The TCP ports inside that are published or exposed.</summary>
    internal static List<int> TcpPorts(ContainerSettings settings, Oci.ContainerConfig image) =>
        [.. Bindings(settings, image).Select(static port => (port.Port, port.Protocol))
            .Concat(ExposedPort.Of(settings, image).Select(static port => (port.Port, port.Protocol)))
            .Where(static port => port.Protocol == "tcp").Select(static port => port.Port).Distinct()];

    /// <summary>True for networks that publish ports: bridges with a way out, of which a container's first one does.</summary>
    internal static bool CanPublish(NetworkRecord network) => network is { Driver: NetworkDrivers.Bridge, Internal: false };

    /// <summary>The name of the container that has a port; null when none has.</summary>
    internal static string? FindOwner(StorePaths paths, PublishedPort port)
    {
        var endpoints = new EndpointStore(paths);
        foreach (var id in endpoints.Ids())
            foreach (var endpoint in endpoints.Read(id).Endpoints)
                if (endpoint.Ports.Exists(other => other.Excludes(port))) return endpoint.ContainerName;
        return null;
    }
}
