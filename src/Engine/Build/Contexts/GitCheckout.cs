using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>Files of a git repository and of its submodules, fetched with the program <c>git</c>: one commit of each.</summary>
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
        var git = new GitProgram(folder, cancellation);
        git.Run("init", "--quiet");
        if (!git.TryRun(out _, "fetch", "--quiet", "--no-tags", "--depth=1", "--", address.Remote, address.Ref ?? "HEAD"))
        {
            // A shortened commit, or a server that gives no single ones: all of it, then.
            if (address.Ref is null) git.Run("fetch", "--quiet", "--no-tags", "--", address.Remote, "HEAD");
            else FetchAll(git, address);
        }

        git.Run("checkout", "--quiet", "--force", "--detach", "FETCH_HEAD");
        var commit = git.Run("rev-parse", "HEAD").Trim();
        if (File.Exists(Path.Combine(folder, ".gitmodules"))) FetchSubmodules(git, address, keepsGit);
        if (!keepsGit) RemoveGit(folder);
        return new GitCheckout(address.Folder is null ? folder : Inner(folder, address), commit);
    }

    private static void FetchAll(GitProgram git, GitAddress address)
    {
        git.Run("fetch", "--quiet", "--", address.Remote, "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*");
        git.Run("update-ref", "FETCH_HEAD", Resolve(git, address));
    }

    private static string Resolve(GitProgram git, GitAddress address)
    {
        foreach (var name in (ReadOnlySpan<string>)[$"refs/remotes/origin/{address.Ref}", $"refs/tags/{address.Ref}", $"{address.Ref}"])
            if (git.TryRun(out var commit, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")) return commit.Trim();
        throw new ContainerEngineException("GitFailed", ErrorKind.NotFound, $"The repository '{address.RemoteWithoutPassword}' has no '{address.Ref}'.", address.Ref);
    }

    // As BuildKit: all of them, and theirs. Addresses that begin with ./ or ../ are relative to the origin's. What is kept goes into an image, and a password does not.
    private static void FetchSubmodules(GitProgram git, GitAddress address, bool keepsGit)
    {
        git.Run("remote", "add", "origin", keepsGit ? address.RemoteWithoutPassword : address.Remote);
        if (git.TryRun(out _, "submodule", "--quiet", "update", "--init", "--recursive", "--depth=1")) return;

        // From a server that gives no single commits all of it is fetched.
        if (!git.TryRun(out var error, "submodule", "--quiet", "update", "--init", "--recursive"))
            throw new ContainerEngineException("GitFailed", ErrorKind.Failed, $"The submodules of the repository '{address.RemoteWithoutPassword}' cannot be fetched: {GitAddress.WithoutPasswords(error.Trim())}", address.RemoteWithoutPassword);
    }

    // A submodule has a file of that name, which says where its repository was. Git lets no repository have files that are called so.
    private static void RemoveGit(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = System.IO.FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        if (File.Exists(Path.Combine(folder, ".gitmodules")))
            foreach (var file in Directory.GetFiles(folder, ".git", options)) File.Delete(file);
        TreeRemover.Remove(Path.Combine(folder, ".git"));
    }

    // A folder of the repository can be a link: it is followed within the repository.
    private static string Inner(string folder, GitAddress address)
    {
        using var root = RootedDirectory.Open(folder);
        try
        {
            using var inner = root.OpenFile(Encoding.UTF8.GetBytes(address.Folder!), LibC.O_PATH | LibC.O_DIRECTORY);
            return FileDescriptors.PathOf(inner.Number());
        }
        catch (KernelException e) when (e.Errno == LibC.ENOENT || e.Errno == LibC.ENOTDIR || e.Errno == LibC.ELOOP)
        {
            throw new ContainerEngineException("FileNotFound", ErrorKind.NotFound, $"There is no folder '{address.Folder}' in the repository '{address.RemoteWithoutPassword}'.", address.Folder);
        }
    }
}
