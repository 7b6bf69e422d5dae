namespace ContainerPS.Engine.Containers;

/// <summary>Namespaces as Docker's command line names them: the host's, another container's, or a container's own.</summary>
internal static class NamespaceMode
{
    /// <summary>The host's.</summary>
    internal const string Host = "host";

    private const string ContainerPrefix = "container:";

    /// <summary>The container whose namespace is meant, by name or id; null when it is none's.</summary>
    internal static string? ContainerOf(string? mode) => mode is not null && mode.StartsWith(ContainerPrefix, StringComparison.Ordinal) ? mode[ContainerPrefix.Length..] : null;

    /// <summary>The mode that shares that container's.</summary>
    internal static string OfContainer(string id) => ContainerPrefix + id;

    /// <summary>True when processes outside the container are in its process namespace: they do not end with its first process.</summary>
    internal static bool SharesProcesses(ContainerSettings settings) => !string.IsNullOrEmpty(settings.Pid);

    /// <summary>Refuses what is no mode.</summary>
    internal static void Validate(ContainerSettings settings)
    {
        Check("Pid", settings.Pid, [Host], shares: true);
        Check("Ipc", settings.Ipc, ["private", "shareable", "none", Host], shares: true);
        Check("Uts", settings.Uts, [Host], shares: false);
        Check("UserNamespace", settings.UserNamespace, [Host], shares: false);
        Check("CgroupNamespace", settings.CgroupNamespace, ["private", Host], shares: false);
    }

    private static void Check(string parameter, string? mode, string[] accepted, bool shares)
    {
        if (string.IsNullOrEmpty(mode) || accepted.Contains(mode) || (shares && ContainerOf(mode) is { Length: > 0 })) return;
        var forms = string.Join(", ", shares ? [.. accepted, "container:NAME"] : accepted);
        throw new InvalidSettingException(parameter, mode, $"-{parameter} '{mode}' is refused. Accepted: {forms}.");
    }
}
