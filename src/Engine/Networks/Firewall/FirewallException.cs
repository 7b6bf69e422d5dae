namespace ContainerPS;

/// <summary>The host's packet filter did not take our rules.</summary>
public sealed class FirewallException(string table, string message)
    : ContainerEngineException("FirewallFailed", ErrorKind.Failed, message, table);
