using System.Diagnostics;
using System.Globalization;

namespace ContainerPS.Peers.Tests;

/// <summary>A machine within the machine (data/sandbox.sh): what is started in it, mounted in it or stored in it is gone when it is disposed.</summary>
internal sealed class Sandbox : IDisposable
{
    // What engines take from the environment is as if nobody had set anything.
    private static readonly string[] s_environment =
        ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/run/home", "TMPDIR=/run/tmp", "TERM=xterm", "LANG=C.UTF-8"];

    private readonly Process _holder;
    private readonly string _init;
    private readonly string[] _variables;

    /// <param name="variables">Further variables for its programs, as <c>NAME=value</c>.</param>
    internal Sandbox(params string[] variables)
    {
        _variables = variables;
        CgroupName = string.Create(CultureInfo.InvariantCulture, $"containerps-peers-{Environment.ProcessId}-{Guid.NewGuid().ToString("n")[..6]}");
        _holder = Programs.Start("sh", [Path.Combine(AppContext.BaseDirectory, "data/sandbox.sh")]);
        var ready = _holder.StandardOutput.ReadLineAsync();
        if (!ready.Wait(TimeSpan.FromSeconds(120)) || ready.Result != "ready")
        {
            _holder.Kill(entireProcessTree: true);
            throw new InvalidOperationException("The sandbox could not be made: " + _holder.StandardError.ReadToEnd());
        }

        _init = File.ReadAllText($"/proc/{_holder.Id}/task/{_holder.Id}/children").Trim();
    }

    /// <summary>The top cgroup for the engine's containers; removed with all below it when disposed.</summary>
    internal string CgroupName { get; }

    /// <summary>Where the test finds a file of the sandbox.</summary>
    internal string Outside(string path) => $"/proc/{_init}/root{path}";

    /// <summary>Runs a program in it to its end.</summary>
    internal RunResult Run(IEnumerable<string> command, string? input = null, int timeoutSeconds = 180) =>
        Programs.Run("nsenter", InSandbox(["timeout", "-k", "2", timeoutSeconds.ToString(CultureInfo.InvariantCulture), .. command]), input, timeoutSeconds + 5);

    /// <summary>Runs a shell script in it to its end.</summary>
    internal RunResult Shell(string script, params string[] arguments) => Run(["sh", "-c", script, "sh", .. arguments]);

    /// <summary>Starts a program in it whose streams are pipes; it is killed with the sandbox at the latest.</summary>
    internal Process Start(IEnumerable<string> command) => Programs.Start("nsenter", InSandbox(command));

    /// <inheritdoc/>
    public void Dispose()
    {
        _holder.StandardInput.Close();
        if (!_holder.WaitForExit(TimeSpan.FromSeconds(60)))
        {
            _holder.Kill();
            _holder.WaitForExit();
        }

        _holder.Dispose();
        foreach (var hierarchy in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup")) RemoveCgroup(Path.Combine(hierarchy, CgroupName));
    }

    private string[] InSandbox(IEnumerable<string> command) => ["--target", _init, "--mount", "--pid", "--net", "--", "env", "-i", .. s_environment, .. _variables, .. command];

    private static void RemoveCgroup(string path)
    {
        if (!Directory.Exists(path)) return;
        foreach (var child in Directory.GetDirectories(path)) RemoveCgroup(child);

        // The last process of a pid namespace may be gone a moment before the kernel has taken it out of its cgroup.
        Waiting.Until(() => Programs.Run("rmdir", [path]).ExitCode == 0 || !Directory.Exists(path), $"'{path}' is empty");
    }
}
