using System.Globalization;
using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>The ids of user namespaces (man 7 user_namespaces, "User and group ID mappings").</summary>
internal static class IdMappings
{
    /// <summary>More ranges are not taken by the kernel.</summary>
    private const int MaximumRanges = 340;

    /// <summary>True when processes in a process's user namespace may not change their groups.</summary>
    internal static bool GroupsAreDenied(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/setgroups").StartsWith("deny", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // kernels without user namespaces
        }
    }

    /// <summary>Refuses mappings without a root, as whom an ordinary user sets the container up.</summary>
    internal static void CheckRootless(IReadOnlyList<LinuxIdMapping>? mappings, string field)
    {
        Check(mappings, field);
        foreach (var range in mappings!)
            if (range.ContainerId == 0) return;
        throw new InvalidSpecException(field, "must map the container's id 0 when the caller is not root");
    }

    /// <summary>Refuses an id that nobody can have in a user namespace.</summary>
    internal static void CheckMapped(uint id, IReadOnlyList<LinuxIdMapping> mappings, string field, string mapping)
    {
        foreach (var range in mappings)
            if (id >= range.ContainerId && id - range.ContainerId < range.Size) return;
        throw new InvalidSpecException(field, string.Create(CultureInfo.InvariantCulture, $"{id} is not in {mapping}"));
    }

    /// <summary>The id that sets a container up: 0 where it is mapped, else the first that is.</summary>
    internal static uint RootOf(IReadOnlyList<LinuxIdMapping> mappings)
    {
        foreach (var range in mappings)
            if (range.ContainerId == 0) return 0;
        return mappings[0].ContainerId;
    }

    /// <summary>That id by a process's uid_map or gid_map.</summary>
    internal static uint RootOf(string file)
    {
        var ranges = new List<LinuxIdMapping>();
        foreach (var line in File.ReadLines(file))
            ranges.Add(new() { ContainerId = uint.Parse(line.AsSpan().Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture) });
        return ranges.Count == 0 ? 0 : RootOf(ranges);
    }

    /// <summary>Refuses mappings that the kernel would not take.</summary>
    internal static void Check(IReadOnlyList<LinuxIdMapping>? mappings, string field)
    {
        if (mappings is not { Count: > 0 }) throw new InvalidSpecException(field, "must have a range: without one no id is known inside");
        if (mappings.Count > MaximumRanges) throw new InvalidSpecException(field, $"has {mappings.Count} ranges; the kernel takes {MaximumRanges}");
        for (var i = 0; i < mappings.Count; i++)
        {
            var item = string.Create(CultureInfo.InvariantCulture, $"{field}[{i}]");
            var range = mappings[i];
            if (range.Size == 0) throw new InvalidSpecException($"{item}.size", "must not be 0");
            if (range.ContainerId + (ulong)range.Size > uint.MaxValue || range.HostId + (ulong)range.Size > uint.MaxValue)
                throw new InvalidSpecException(item, "reaches beyond the last id, 4294967294");
            for (var j = 0; j < i; j++)
            {
                if (Overlap(range.ContainerId, mappings[j].ContainerId, range.Size, mappings[j].Size)) throw new InvalidSpecException($"{item}.containerID", $"overlaps range {j}");
                if (Overlap(range.HostId, mappings[j].HostId, range.Size, mappings[j].Size)) throw new InvalidSpecException($"{item}.hostID", $"overlaps range {j}");
            }
        }
    }

    /// <summary>Gives a process's new user namespace its ids.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="users">Ranges of user ids.</param>
    /// <param name="groups">Ranges of group ids.</param>
    internal static void Write(int pid, IReadOnlyList<LinuxIdMapping> users, IReadOnlyList<LinuxIdMapping> groups)
    {
        WriteFile($"/proc/{pid}/uid_map", Text(users, "\n"));
        WriteFile($"/proc/{pid}/gid_map", Text(groups, "\n"));
    }

    /// <summary>A user namespace with these ids and nobody in it, for an id-mapped mount (man 2 mount_setattr, MOUNT_ATTR_IDMAP).</summary>
    internal static unsafe SafeFileHandle OpenNamespace(IReadOnlyList<LinuxIdMapping> users, IReadOnlyList<LinuxIdMapping> groups)
    {
        SafeFileHandle? result = null;
        using var plan = new ChildPlan();
        plan.Add(ChildStep.ResetSignals, "process");
        plan.Add(ChildStep.NewUserNamespace, "user namespace");
        plan.Add(ChildStep.Exit, "process");
        var child = ChildLauncher.Launch(plan, new LaunchTarget
        {
            MapIds = pid =>
            {
                Write(pid, users, groups);
                result = FileDescriptors.Open($"/proc/{pid}/ns/user", LibC.O_RDONLY);
            },
        });
        _ = ExitStatus.Reap(child.PidFd);
        child.PidFd.Dispose();
        return result!;
    }

    /// <summary>The ranges as uid_map has them, or as arguments of newuidmap with a space for <paramref name="separator"/>.</summary>
    internal static string Text(IReadOnlyList<LinuxIdMapping> mappings, string separator)
    {
        var text = new StringBuilder();
        foreach (var range in mappings) text.Append(CultureInfo.InvariantCulture, $"{range.ContainerId} {range.HostId} {range.Size}{separator}");
        return text.ToString();
    }

    /// <summary>The kernel takes the file in one write or not at all.</summary>
    internal static void WriteFile(string path, string text)
    {
        using var file = FileDescriptors.Open(path, LibC.O_WRONLY);
        try
        {
            RandomAccess.Write(file, Encoding.ASCII.GetBytes(text), 0);
        }
        catch (IOException e)
        {
            throw new RuntimeStepException("map ids", path, e.HResult & 0xffff, "The caller may not give the container these ids; see subuid(5), or run as root.");
        }
    }

    private static bool Overlap(uint first, uint second, uint firstSize, uint secondSize) =>
        first < second + (ulong)secondSize && second < first + (ulong)firstSize;
}
