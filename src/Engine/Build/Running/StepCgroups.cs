using System.Globalization;
using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>Cgroups of RUN: <c>/containerps/build-PID-GUID-N</c>, where the pid is that of the shell that builds.</summary>
internal static class StepCgroups
{
    private const string Prefix = "build-";

    /// <summary>The id of a command's cgroup.</summary>
    /// <param name="session">Name of the build's staging folder, which begins with the pid.</param>
    /// <param name="number">Number of the command in the build.</param>
    internal static string IdOf(string session, int number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{session}-{number}");

    /// <summary>Removes those that builds have left which were killed together with what ran their commands. Nobody is in them any more: a command ends with what runs it.</summary>
    internal static void Sweep()
    {
        var mounts = CgroupMounts.Detect();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var mount in mounts.V1.Values.Append(mounts.Unified).OfType<string>().Distinct())
        {
            var folder = mount + CgroupFactory.PathOf("");
            if (!Directory.Exists(folder)) continue;
            foreach (var path in Directory.EnumerateDirectories(folder, Prefix + "*"))
                if (IsLeft(path)) ids.Add(Path.GetFileName(path));
        }

        foreach (var id in ids)
        {
            var cgroup = CgroupFactory.Open(mounts, CgroupFactory.PathOf(id));
            if (cgroup.Directories.Values.All(static directory => CgroupTree.Processes(directory).Count == 0)) cgroup.Delete();
        }
    }

    private static bool IsLeft(string path)
    {
        var name = Path.GetFileName(path.AsSpan())[Prefix.Length..];
        var dash = name.IndexOf('-');
        return dash > 0 && int.TryParse(name[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Syscall.kill(pid, 0) == -LibC.ESRCH;
    }
}
