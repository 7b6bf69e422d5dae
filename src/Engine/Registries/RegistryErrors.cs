namespace ContainerPS;

/// <summary>A registry answered with an error, or with something that no registry answers.</summary>
public class RegistryException(string registry, string message, Exception? inner = null, string errorId = "RegistryError", ErrorKind kind = ErrorKind.Failed)
    : ContainerEngineException(errorId, kind, message, registry, inner);

/// <summary>A registry wants other credentials, or its account may not do this.</summary>
public sealed class RegistryAccessException(string registry, string message, Exception? inner = null)
    : RegistryException(registry, message, inner, "RegistryAccessDenied", ErrorKind.PermissionDenied);

/// <summary>A registry does not have what was asked for.</summary>
public sealed class RegistryNotFoundException(string registry, string message)
    : RegistryException(registry, message, null, "RegistryImageNotFound", ErrorKind.NotFound);

/// <summary>A registry cannot be reached, or not in the way the settings allow.</summary>
public sealed class RegistryUnreachableException(string registry, string message, Exception? inner = null)
    : RegistryException(registry, message, inner, "RegistryUnreachable", ErrorKind.Unreachable);
