using ContainerPS.Engine.Cgroups;

namespace ContainerPS.Engine.Containers;

/// <summary>Where a container's cgroup is.</summary>
internal static class ContainerCgroup
{
    /// <summary>Its path below the root of every hierarchy.</summary>
    internal static string PathOf(ContainerSettings settings, string id) =>
        string.IsNullOrEmpty(settings.CgroupParent) ? CgroupFactory.PathOf(id) : $"{CgroupPath.Resolve("/" + settings.CgroupParent, "/")}/{id}";

    /// <summary>Refuses a parent that is none: the root, a path with <c>..</c>, systemd's form.</summary>
    internal static void Validate(string? parent)
    {
        if (string.IsNullOrEmpty(parent)) return;
        var isSystemds = parent.EndsWith(".slice", StringComparison.Ordinal) || parent.Contains(':');
        if (isSystemds || parent.Contains('\0') || parent.Split('/').Contains("..") || parent.Trim('/').Length == 0 || parent.Split('/').Any(part => part.Length > 255))
            throw new InvalidSettingException("CgroupParent", parent, $"-CgroupParent '{parent}' is refused. Give a path below the root of the cgroups, such as /batch/night.");
    }
}
