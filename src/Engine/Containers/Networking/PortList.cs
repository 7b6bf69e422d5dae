using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Containers;

/// <summary>A container's ports as users see them.</summary>
internal static class PortList
{
    /// <summary>Where they are published while it runs, then those that are exposed alone.</summary>
    internal static IReadOnlyList<ContainerPort> Of(ContainerRecord record, IReadOnlyList<RunNetwork> networks)
    {
        var ports = new List<ContainerPort>();
        foreach (var network in networks)
            foreach (var port in network.Endpoint.Ports)
                ports.Add(new ContainerPort { HostAddress = port.HostAddress, HostPort = port.HostPort, Port = port.Port, Protocol = port.Protocol });
        foreach (var exposed in ExposedPort.Of(record.Settings, record.ImageConfig))
            if (!ports.Exists(port => port.Port == exposed.Port && port.Protocol == exposed.Protocol)) ports.Add(new ContainerPort { Port = exposed.Port, Protocol = exposed.Protocol });
        return ports;
    }
}
