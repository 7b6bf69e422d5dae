namespace ContainerPS;

/// <summary>A port of the host that a container is to be published on is in use.</summary>
public sealed class PortInUseException(string port, string? user, string advice)
    : ContainerEngineException("PortInUse", ErrorKind.InUse, $"The host's port {port} is in use{(user is null ? "" : " by " + user)}. {advice}", port)
{
    /// <summary>Who uses it: a container by its name, or a program and its process; null when that cannot be found out.</summary>
    public string? User { get; } = user;
}
