namespace ContainerPS.Peers.Tests.Podman;

/// <summary>Podman with runcs as its runtime, with a store of its own that has the image <c>box</c>: busybox.</summary>
public sealed class PodmanEngine : IDisposable
{
    /// <summary>Makes the store and the image.</summary>
    public PodmanEngine()
    {
        Sandbox = new Sandbox("CONTAINERS_CONF=/run/containers.conf", "CONTAINERS_STORAGE_CONF=/run/storage.conf");
        try
        {
            File.WriteAllText(Sandbox.Outside("/run/containers.conf"), "[engine]\ninfra_image = \"localhost/box\"\n");
            File.WriteAllText(Sandbox.Outside("/run/storage.conf"), "[storage]\ndriver = \"overlay\"\ngraphroot = \"/run/store\"\nrunroot = \"/run/podman\"\n");
            _ = Run("import", "/run/image.tar", "localhost/box").Text;
        }
        catch
        {
            Sandbox.Dispose();
            throw;
        }
    }

    internal Sandbox Sandbox { get; }

    /// <summary>Podman and its global options.</summary>
    internal IReadOnlyList<string> Program { get; } =
    [
        "podman", "--root", "/run/store", "--runroot", "/run/podman", "--tmpdir", "/run/libpod", "--storage-driver", "overlay",
        "--cgroup-manager", "cgroupfs", "--events-backend", "file", "--runtime", Programs.Runcs,
    ];

    /// <summary>Runs a podman command to its end.</summary>
    internal RunResult Run(params string[] arguments) => Sandbox.Run(Command(arguments));

    /// <summary>Runs a container without a network to its end and removes it.</summary>
    internal RunResult RunBox(string[] options, params string[] program) => Run(["run", "--rm", "--network", "none", .. options, "box", .. program]);

    /// <summary>Runs a shell command in a container without a network and removes it.</summary>
    internal RunResult Shell(string[] options, string script) => RunBox(options, "sh", "-c", script);

    /// <summary>Starts a container in the background; it is removed when disposed.</summary>
    internal PodmanContainer Start(string[] options, params string[] program) => new(this, ["run", "-d", "--network", "none", .. options], program);

    /// <summary>Starts a container that says <c>ready</c> and then waits for SIGTERM, which it answers with exit code 3.</summary>
    internal PodmanContainer StartWaiting(params string[] options)
    {
        var container = Start(options, "sh", "-c", "trap 'exit 3' TERM; trap 'echo hello' USR1; echo ready; while :; do sleep 0.05; done");
        container.WaitForLog("ready");
        return container;
    }

    /// <summary>A podman command line; what makes containers makes them in the sandbox's cgroup.</summary>
    internal string[] Command(params string[] arguments)
    {
        var parent = "/" + Sandbox.CgroupName;
        return arguments switch
        {
            ["run" or "create", ..] => [.. Program, arguments[0], "--cgroup-parent", parent, .. arguments[1..]],
            ["pod", "create", ..] => [.. Program, "pod", "create", "--cgroup-parent", parent, .. arguments[2..]],

            // Its containers are not below that cgroup, but in it.
            ["build", ..] => [.. Program, "build", "--cgroup-parent", parent + "/build", .. arguments[1..]],
            _ => [.. Program, .. arguments],
        };
    }

    /// <summary>What a command line in the sandbox runs at a terminal; what is typed is given as input.</summary>
    internal RunResult AtTerminal(string? input, params string[] arguments) =>
        Sandbox.Run(["script", "--quiet", "--return", "--command", string.Join(' ', Command(arguments).Select(Quote)), "/dev/null"], input);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _ = Run("rm", "--all", "--force", "--time", "0");
        }
        finally
        {
            Sandbox.Dispose();
        }
    }

    private static string Quote(string text) => "'" + text.Replace("'", @"'\''") + "'";
}
