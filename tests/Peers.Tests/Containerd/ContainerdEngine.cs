using System.Diagnostics;

namespace ContainerPS.Peers.Tests.Containerd;

/// <summary>A containerd of our own with the image <c>box</c>, driven by its <c>ctr</c>, which hands runcs to the shim.</summary>
public sealed class ContainerdEngine : IDisposable
{
    private const string Socket = "/run/containerd/containerd.sock";
    private Process _daemon;

    /// <summary>Starts the daemon and makes the image.</summary>
    public ContainerdEngine()
    {
        Sandbox = new Sandbox();
        try
        {
            _daemon = StartDaemon(Sandbox);
            _ = Sandbox.Shell("skopeo --insecure-policy copy -q tarball:/run/image.tar oci-archive:/run/box.tar:box 2>&1").Text;
            _ = Run("images", "import", "--base-name", "box", "/run/box.tar").Text;
            Image = Run("images", "list", "--quiet").Lines[0];
        }
        catch
        {
            Sandbox.Dispose();
            throw;
        }
    }

    internal Sandbox Sandbox { get; }

    internal string Image { get; }

    /// <summary>Runs a ctr command to its end.</summary>
    internal RunResult Run(params string[] arguments) => Sandbox.Run(Command(arguments));

    /// <summary>A ctr command line; the namespace is also the top cgroup of its containers.</summary>
    internal string[] Command(params string[] arguments) => ["ctr", "--address", Socket, "--namespace", Sandbox.CgroupName, .. arguments];

    /// <summary>The options of <c>run</c> that choose the runtime, with further ones, and the image.</summary>
    internal string[] Box(string id, string[] options, params string[] program) =>
        ["run", "--runtime", "io.containerd.runc.v2", "--runc-binary", Programs.Runcs, "--snapshotter", "native", .. options, Image, id, .. program];

    /// <summary>Ends the daemon while its containers run on, and starts it again.</summary>
    internal void Restart()
    {
        _ = Sandbox.Shell("kill -KILL $(pidof containerd)").Text;
        _daemon.WaitForExit();
        _daemon.Dispose();
        _daemon = StartDaemon(Sandbox);
    }

    /// <summary>Starts containerd in a sandbox and waits until it answers.</summary>
    internal static Process StartDaemon(Sandbox sandbox)
    {
        File.WriteAllText(sandbox.Outside("/run/containerd.toml"), "version = 2\noom_score = 0\ndisabled_plugins = ['io.containerd.grpc.v1.cri']\n");
        var daemon = sandbox.Start(["sh", "-c", "exec \"$@\" > /run/containerd.log 2>&1", "sh", "containerd", "--config", "/run/containerd.toml", "--root", "/run/containerd-store",
            "--state", "/run/containerd", "--address", Socket, "--log-level", "warn"]);
        Waiting.Until(
            () => sandbox.Run(["ctr", "--address", Socket, "version"]).ExitCode == 0
                || (daemon.HasExited ? throw new InvalidOperationException(File.ReadAllText(sandbox.Outside("/run/containerd.log"))) : false),
            "containerd answers");
        return daemon;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Sandbox.Dispose();
        _daemon.Dispose();
    }
}
