namespace ContainerPS.Conformance;

/// <summary>The OCI runtime that is tried: <c>$RUNTIME</c>, which is runcs, crun, runc or a path, and otherwise runcs.</summary>
internal static class TestedRuntime
{
    private static readonly string s_wanted = Environment.GetEnvironmentVariable("RUNTIME") is { Length: > 0 } runtime ? runtime : "runcs";

    /// <summary>Its name, as marks of differences have it.</summary>
    internal static string Name { get; } = Path.GetFileName(s_wanted);

    /// <summary>What stands before its own arguments.</summary>
    internal static IReadOnlyList<string> Command { get; } = Name switch
    {
        "runcs" when !s_wanted.Contains('/') => [FindRuncs()],
        // It runs nothing where a v2 tree stands beside v1 ones.
        "crun" when Directory.Exists("/sys/fs/cgroup/unified") => [Programs.Probe, "without-hybrid", s_wanted],
        _ => [s_wanted],
    };

    /// <summary>Runs one of its commands with a folder for its state.</summary>
    internal static Ended Run(string stateRoot, IEnumerable<string> arguments, string? input = null)
    {
        var (program, all) = CommandLine(stateRoot, arguments);
        return Programs.Run(program, all, input);
    }

    /// <summary>The program and the arguments of one of its commands.</summary>
    internal static (string Program, string[] Arguments) CommandLine(string stateRoot, IEnumerable<string> arguments) =>
        (Command[0], [.. Command.Skip(1), "--root", stateRoot, .. arguments]);

    private static string FindRuncs()
    {
        if (Environment.GetEnvironmentVariable("CONTAINERPS_RUNCS") is { Length: > 0 } path) return path;
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var packed = Path.Combine(folder, "out/ContainerPS/runcs");
            if (File.Exists(packed)) return packed;
        }

        throw new FileNotFoundException("There is no runcs: set CONTAINERPS_RUNCS, or run './build.sh pack'.");
    }
}
