using System.Diagnostics;

namespace ContainerPS.Peers.Tests.Docker;

/// <summary>A dockerd of our own, with its containerd and a store with the image <c>box</c>; its default runtime is runcs.</summary>
public sealed class DockerEngine : IDisposable
{
    private const string Host = "unix:///run/docker.sock";
    private readonly List<Process> _daemons = [];

    /// <summary>Starts the daemons and makes the image.</summary>
    public DockerEngine()
    {
        Sandbox = new Sandbox("DOCKER_CONFIG=/run/docker-client", "DOCKER_BUILDKIT=0");
        try
        {
            File.WriteAllText(Sandbox.Outside("/run/dockerd.json"), "{}");
            _daemons.Add(Containerd.ContainerdEngine.StartDaemon(Sandbox));
            _daemons.Add(Sandbox.Start(["sh", "-c", "exec \"$@\" > /run/dockerd.log 2>&1", "sh", .. Daemon()]));
            Waiting.Until(
                () => Run("version").ExitCode == 0 || (_daemons[1].HasExited ? throw new InvalidOperationException(File.ReadAllText(Sandbox.Outside("/run/dockerd.log"))) : false),
                "dockerd answers");
            _ = Run("import", "/run/image.tar", "box").Text;
        }
        catch
        {
            Sandbox.Dispose();
            throw;
        }
    }

    internal Sandbox Sandbox { get; }

    /// <summary>Docker's own client: another product's may be first on PATH.</summary>
    internal IReadOnlyList<string> Program { get; } = ["/usr/bin/docker", "--host", Host];

    /// <summary>Runs a docker command to its end.</summary>
    internal RunResult Run(params string[] arguments) => Sandbox.Run([.. Program, .. arguments]);

    /// <summary>Runs a shell command in a container and removes it.</summary>
    internal RunResult Shell(string[] options, string script) => Run(["run", "--rm", .. options, "box", "sh", "-c", script]);

    /// <summary>Starts a container in the background; it is removed when disposed.</summary>
    internal DockerContainer Start(string[] options, params string[] program) => new(this, options, program);

    /// <summary>Starts a container that says <c>ready</c> and then waits for SIGTERM, which it answers with exit code 3.</summary>
    internal DockerContainer StartWaiting(params string[] options)
    {
        var container = Start(options, "sh", "-c", "trap 'exit 3' TERM; trap 'echo hello' USR1; echo ready; while :; do sleep 0.05; done");
        container.WaitForLog("ready");
        return container;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Sandbox.Dispose();
        foreach (var daemon in _daemons) daemon.Dispose();
    }

    private IEnumerable<string> Daemon()
    {
        string[] options =
        [
            "dockerd", "--config-file", "/run/dockerd.json", "--containerd", "/run/containerd/containerd.sock", "--data-root", "/run/docker-store", "--exec-root", "/run/docker",
            "--pidfile", "/run/docker.pid", "--host", Host, "--storage-driver", "overlay2", "--cgroup-parent", "/" + Sandbox.CgroupName, "--bridge", "none", "--iptables=false",
            "--ip6tables=false", "--ip-forward=false", "--ip-masq=false", "--add-runtime", "runcs=" + Programs.Runcs, "--default-runtime", "runcs",
        ];

        // Its default of -500 needs CAP_SYS_RESOURCE; newer ones have neither the option nor the default.
        var help = Sandbox.Run(["dockerd", "--help"]).Output;
        return help.Contains("--oom-score-adjust", StringComparison.Ordinal) ? [.. options, "--oom-score-adjust", "0"] : options;
    }
}
