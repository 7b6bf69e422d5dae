namespace ContainerPS.Engine.Cgroups;

/// <summary>Where below a container's cgroup one more process is put.</summary>
internal sealed class CgroupPlace
{
    /// <summary>Pid of the container's first process, whose own cgroup is the place when the container's takes no processes; 0 without.</summary>
    internal int InitPid { get; init; }

    /// <summary>Paths below the container's cgroup by controller; one under the empty name is for all.</summary>
    internal Dictionary<string, string> Below { get; } = [];

    /// <summary>Adds an argument of <c>exec --cgroup</c>: <c>PATH</c>, or <c>CONTROLLER[,CONTROLLER…]:PATH</c>.</summary>
    internal void Add(string argument)
    {
        var colon = argument.IndexOf(':');
        var path = argument[(colon + 1)..];
        foreach (var controller in colon < 0 ? [""] : argument[..colon].Split(','))
        {
            if (controller.Length == 0 && colon >= 0) throw Refuse(argument, "has an empty name of a controller");
            if (!Below.TryAdd(controller, path)) throw Refuse(argument, colon < 0 ? "is a second path for all controllers" : $"names controller '{controller}' a second time");
        }

        if (Below.Count > 1 && Below.ContainsKey("")) throw Refuse(argument, "mixes a path for all controllers with one for some");
    }

    /// <summary>The directory for some controllers that share one.</summary>
    /// <param name="controllers">Their names.</param>
    /// <param name="directory">The container's own directory.</param>
    internal string Find(IEnumerable<string> controllers, string directory)
    {
        foreach (var controller in controllers)
            if (Below.TryGetValue(controller, out var path)) return Join(directory, path);
        return Below.TryGetValue("", out var all) ? Join(directory, all) : directory;
    }

    /// <summary>Refuses a controller that the container has no cgroup of.</summary>
    internal void Check(IReadOnlyDictionary<string, string> directories)
    {
        foreach (var controller in Below.Keys)
            if (controller.Length > 0 && !directories.ContainsKey(controller)) throw Refuse(controller, "is a controller that the container has no cgroup of");
    }

    private static string Join(string directory, string path)
    {
        var joined = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory + "/" + path));
        if (joined != directory && !joined.StartsWith(directory + "/", StringComparison.Ordinal)) throw Refuse(path, "leaves the container's cgroup");
        return Directory.Exists(joined) ? joined : throw Refuse(path, $"does not exist in {directory}; make it first");
    }

    private static InvalidSettingException Refuse(string value, string problem) => new("--cgroup", value, $"--cgroup: '{value}' {problem}.");
}
