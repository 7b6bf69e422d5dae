namespace ContainerPS.Engine.Cgroups;

/// <summary>Reads in which cgroup a process is (man 5 proc_pid_cgroup).</summary>
internal static class OwnCgroup
{
    /// <summary>The path in the hierarchy of a controller, or in v2 for the empty name; <c>/</c> when it is in none.</summary>
    /// <param name="process">A pid, or <c>self</c>.</param>
    /// <param name="controller">The controller.</param>
    internal static string Read(string process, string controller) => Parse(KernelFile.Read($"/proc/{process}/cgroup") ?? "", controller);

    /// <summary>Finds it in a text of the form <c>4:cpu,cpuacct:/a</c>, a hierarchy a line.</summary>
    internal static string Parse(ReadOnlySpan<char> text, string controller)
    {
        foreach (var line in text.EnumerateLines())
        {
            var first = line.IndexOf(':');
            if (first < 0) continue;
            var rest = line[(first + 1)..];
            var second = rest.IndexOf(':');
            if (second < 0) continue;
            var names = rest[..second];
            var found = controller.Length == 0 && names.IsEmpty;
            if (controller.Length > 0) foreach (var range in names.Split(',')) found |= names[range].SequenceEqual(controller);
            if (found) return rest[(second + 1)..].ToString();
        }

        return "/";
    }
}
