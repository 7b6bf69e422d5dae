namespace ContainerPS.Runcs;

/// <summary>The command line cannot be understood.</summary>
internal sealed class UsageException(string message) : ContainerEngineException("Usage", ErrorKind.InvalidArgument, message);
