namespace ContainerPS;

/// <summary>No volume has that name.</summary>
public sealed class VolumeNotFoundException(string volume)
    : ContainerEngineException("VolumeNotFound", ErrorKind.NotFound, $"There is no volume '{volume}'. Get-ContainerVolume lists those there are; New-ContainerVolume makes one.", volume);

/// <summary>Containers use the volume.</summary>
public sealed class VolumeInUseException(string volume, IReadOnlyList<string> containers)
    : ContainerEngineException("VolumeInUse", ErrorKind.InUse, $"The volume '{volume}' is used by {(containers.Count == 1 ? "container" : "containers")} {string.Join(", ", containers)}. Remove what uses it first.", volume);

/// <summary>A volume cannot be mounted, filled or taken away.</summary>
public sealed class VolumeException(string volume, string message, Exception? inner = null)
    : ContainerEngineException("VolumeFailed", ErrorKind.Failed, message, volume, inner);

/// <summary>There is a volume of that name, and it is another than was asked for.</summary>
public sealed class VolumeExistsException(string volume)
    : ContainerEngineException("VolumeExists", ErrorKind.AlreadyExists, $"There is a volume '{volume}' already, with another driver or other options. Leave those out to use it as it is, or choose another name.", volume);
