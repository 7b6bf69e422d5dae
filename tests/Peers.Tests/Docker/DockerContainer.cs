namespace ContainerPS.Peers.Tests.Docker;

/// <summary>A container of docker's; removed when disposed.</summary>
internal sealed class DockerContainer : IDisposable
{
    private readonly DockerEngine _engine;

    internal DockerContainer(DockerEngine engine, string[] options, string[] program)
    {
        _engine = engine;
        Id = engine.Run(["run", "--detach", .. options, "box", .. program]).Text;
    }

    internal string Id { get; }

    /// <summary>The status as docker sees it: running, paused, exited ….</summary>
    internal string Status => Inspect("{{.State.Status}}");

    /// <summary>A command whose last argument is this container.</summary>
    internal RunResult Run(params string[] arguments) => _engine.Run([.. arguments, Id]);

    /// <summary>Runs one more process in it.</summary>
    internal RunResult Exec(string[] options, params string[] program) => _engine.Run(["exec", .. options, Id, .. program]);

    /// <summary>Runs a shell command in it.</summary>
    internal RunResult Shell(string script) => Exec([], "sh", "-c", script);

    internal string Inspect(string format) => Run("inspect", "--format", format).Text;

    /// <summary>Waits until its output has a line.</summary>
    internal void WaitForLog(string line) => Waiting.Until(() => Run("logs").Text.Split('\n').Contains(line), $"'{line}' in the log");

    /// <inheritdoc/>
    public void Dispose() => _ = Run("rm", "--force");
}
