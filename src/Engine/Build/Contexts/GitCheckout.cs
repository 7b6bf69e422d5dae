using System.Text;
using System.Diagnostics;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>Files of a git repository, fetched with the program <c>git</c>: one commit, and nothing of the user's settings that would run programs.</summary>
/// <param name="Folder">Folder with the files.</param>
/// <param name="Commit">The commit.</param>
internal sealed record GitCheckout(string Folder, string Commit)
{
    /// <summary>Fetches and checks out.</summary>
    /// <param name="address">Which repository, commit and folder.</param>
    /// <param name="folder">An empty folder to do it in.</param>
    /// <param name="keepsGit">True to leave <c>.git</c> there.</param>
    /// <param name="cancellation">Ends git.</param>
    /// <exception cref="ContainerEngineException">There is no git, or it has failed; or there is no such folder in the repository.</exception>
    internal static GitCheckout Make(GitAddress address, string folder, bool keepsGit, CancellationToken cancellation)
    {
        Git(folder, cancellation, "init", "--quiet");
        if (!TryGit(folder, cancellation, out _, "fetch", "--quiet", "--no-tags", "--depth=1", "--", address.Remote, address.Ref ?? "HEAD"))
        {
            // A shortened commit, or a server that gives no single ones: all of it, then.
            if (address.Ref is null) Git(folder, cancellation, "fetch", "--quiet", "--no-tags", "--", address.Remote, "HEAD");
            else FetchAll(folder, address, cancellation);
        }

        Git(folder, cancellation, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD");
        var commit = Git(folder, cancellation, "rev-parse", "HEAD").Trim();
        if (!keepsGit) Storage.TreeRemover.Remove(Path.Combine(folder, ".git"));
        return new GitCheckout(address.Folder is null ? folder : Inner(folder, address), commit);
    }

    private static void FetchAll(string folder, GitAddress address, CancellationToken cancellation)
    {
        Git(folder, cancellation, "fetch", "--quiet", "--", address.Remote, "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*");
        Git(folder, cancellation, "update-ref", "FETCH_HEAD", Resolve(folder, address, cancellation));
    }

    private static string Resolve(string folder, GitAddress address, CancellationToken cancellation)
    {
        foreach (var name in (ReadOnlySpan<string>)[$"refs/remotes/origin/{address.Ref}", $"refs/tags/{address.Ref}", $"{address.Ref}"])
            if (TryGit(folder, cancellation, out var commit, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")) return commit.Trim();
        throw new ContainerEngineException("GitFailed", ErrorKind.NotFound, $"The repository '{address.Remote}' has no '{address.Ref}'.", address.Ref);
    }

    // A folder of the repository can be a link: it is followed within the repository.
    private static string Inner(string folder, GitAddress address)
    {
        using var root = RootedDirectory.Open(folder);
        try
        {
            using var inner = root.OpenFile(Encoding.UTF8.GetBytes(address.Folder!), LibC.O_PATH | LibC.O_DIRECTORY);
            return File.ResolveLinkTarget($"/proc/self/fd/{inner.Number()}", returnFinalTarget: false)!.FullName;
        }
        catch (KernelException e) when (e.Errno == LibC.ENOENT || e.Errno == LibC.ENOTDIR || e.Errno == LibC.ELOOP)
        {
            throw new ContainerEngineException("FileNotFound", ErrorKind.NotFound, $"There is no folder '{address.Folder}' in the repository '{address.Remote}'.", address.Folder);
        }
    }

    private static string Git(string folder, CancellationToken cancellation, params string[] arguments) => TryGit(folder, cancellation, out var output, arguments)
        ? output
        : throw new ContainerEngineException("GitFailed", ErrorKind.Failed, $"git {string.Join(' ', arguments)} failed: {output.Trim()}", arguments[0]);

    private static bool TryGit(string folder, CancellationToken cancellation, out string output, params string[] arguments)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var setting in (ReadOnlySpan<string>)["core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.ext.allow=never", "init.templateDir=", "safe.directory=*", "advice.detachedHead=false"])
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(setting);
        }

        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        foreach (var variable in (ReadOnlySpan<string>)["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF"]) start.Environment.Remove(variable);
        try
        {
            using var process = Process.Start(start)!;
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
}
