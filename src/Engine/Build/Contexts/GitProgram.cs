using System.Diagnostics;

namespace ContainerPS.Engine.Build;

/// <summary>
/// The program <c>git</c> in a folder: it runs no program that a repository or the user's settings name, asks nobody for a password, and lets a repository
/// name others only by protocols that lead to a server.
/// </summary>
/// <param name="folder">Where it works.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class GitProgram(string folder, CancellationToken cancellation)
{
    // protocol.*: "user" is for what the user names, and not for a submodule (git-config(1)). All of it holds in submodules, too.
    private static readonly string[] s_settings =
    [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "init.templateDir=", "safe.directory=*", "advice.detachedHead=false",
        "protocol.allow=never", "protocol.https.allow=always", "protocol.http.allow=always", "protocol.ssh.allow=always", "protocol.git.allow=always", "protocol.file.allow=user",
    ];

    private static readonly string[] s_removed =
    [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_NAMESPACE",
        "GIT_EXTERNAL_DIFF", "GIT_ALLOW_PROTOCOL", "GIT_PROTOCOL_FROM_USER",
    ];

    /// <summary>Runs a command.</summary>
    /// <returns>What it writes.</returns>
    /// <exception cref="ContainerEngineException">It has failed, or there is no git.</exception>
    internal string Run(params string[] arguments) => TryRun(out var output, arguments)
        ? output
        : throw new ContainerEngineException("GitFailed", ErrorKind.Failed, GitAddress.WithoutPasswords($"git {string.Join(' ', arguments)} failed: {output.Trim()}"), arguments[0]);

    /// <summary>Runs a command.</summary>
    /// <param name="output">What it writes; when it fails, to its standard error.</param>
    /// <param name="arguments">Its command line.</param>
    /// <returns>False when it has failed.</returns>
    /// <exception cref="ContainerEngineException">There is no git.</exception>
    internal bool TryRun(out string output, params string[] arguments)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            using var process = Process.Start(Start(arguments))!;
            process.StandardInput.Close();
            using var registration = cancellation.Register(() => process.Kill(entireProcessTree: true));
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            if (process.ExitCode != 0) output = errors.GetAwaiter().GetResult();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ContainerEngineException("GitMissing", ErrorKind.NotFound, "A git repository needs the program git, which is not on PATH. Install it, or give a folder.", "git", e);
        }
    }

    private ProcessStartInfo Start(string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var setting in s_settings)
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(setting);
        }

        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var variable in s_removed) start.Environment.Remove(variable);

        // Whoever would ask at a terminal, git or ssh, asks this instead, and has no answer.
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_ASKPASS"] = start.Environment["SSH_ASKPASS"] = "/bin/false";
        start.Environment["SSH_ASKPASS_REQUIRE"] = "force";
        return start;
    }
}
