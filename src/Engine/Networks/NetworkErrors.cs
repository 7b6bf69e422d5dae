namespace ContainerPS;

/// <summary>No network has that name or id.</summary>
public sealed class NetworkNotFoundException(string network)
    : ContainerEngineException("NetworkNotFound", ErrorKind.NotFound, $"There is no network '{network}'. Get-ContainerNetwork lists those there are; New-ContainerNetwork makes one.", network);

/// <summary>Containers are on the network, or are to be when they run again.</summary>
public sealed class NetworkInUseException(string network, IReadOnlyList<string> containers)
    : ContainerEngineException("NetworkInUse", ErrorKind.InUse, $"The network '{network}' is used by {(containers.Count == 1 ? "container" : "containers")} {string.Join(", ", containers)}. First take what uses it off it (Disconnect-ContainerNetwork), or remove it (Remove-Container).", network);

/// <summary>Addresses of a network are met elsewhere.</summary>
public sealed class SubnetInUseException(string subnet, string message)
    : ContainerEngineException("SubnetInUse", ErrorKind.InUse, message, subnet);

/// <summary>An address is another container's, or none is free.</summary>
public sealed class AddressInUseException(string address, string message)
    : ContainerEngineException("AddressInUse", ErrorKind.InUse, message, address);

/// <summary>A container is on a network already, or is not on it.</summary>
public sealed class NetworkConnectionException(string errorId, string network, string message)
    : ContainerEngineException(errorId, ErrorKind.InvalidState, message, network);
