using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary>Options before the command.</summary>
internal sealed class GlobalOptions
{
    /// <summary>Where the containers' states are.</summary>
    internal string Root { get; private set; } = DefaultRoot();

    /// <summary>File that errors are also written to.</summary>
    internal string? Log { get; private set; }

    /// <summary>True when that file takes a JSON object a line.</summary>
    internal bool LogIsJson { get; private set; }

    /// <summary>True to say on standard error what was asked and could not be given.</summary>
    internal bool Debug { get; private set; }

    /// <summary>The state files below <see cref="Root"/>.</summary>
    internal StateStore Store => new(Root);

    /// <summary>An ordinary user's are in its own folder, which is gone after a restart, too (XDG base directory specification).</summary>
    private static string DefaultRoot() =>
        (RootlessCaller.IsUnprivileged || RootlessCaller.HasEntered) && Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own
            ? Path.Combine(own, "runcs")
            : "/run/runcs";

    /// <summary>Reads them.</summary>
    internal void Read(ArgumentReader reader)
    {
        while (reader.Option() is { } option)
        {
            switch (option)
            {
                case "--root": Root = Path.GetFullPath(reader.Value()); break;
                case "--log": Log = reader.Value(); break;
                case "--log-format":
                    LogIsJson = reader.Value() switch { "json" => true, "text" => false, var other => throw new UsageException($"--log-format must be text or json, not '{other}'") };
                    break;
                case "--debug": Debug = reader.Switch(); break;
                case "--systemd-cgroup":
                    if (reader.Switch()) throw new UsageException("--systemd-cgroup is not supported: cgroups are made in the file system; leave the option out");
                    break;
                case "--rootless": _ = reader.Value(); break;
                default: throw reader.Unknown();
            }
        }
    }
}
