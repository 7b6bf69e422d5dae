using ContainerPS.Engine.Images;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>Brings contexts to this machine: folders stay where they are, archives are unpacked, addresses are downloaded, git repositories are checked out.</summary>
/// <param name="scratch">Where to unpack.</param>
/// <param name="folder">Folder that relative paths are relative to.</param>
/// <param name="cancellation">Gives up.</param>
internal sealed class ContextOpener(Func<StagingFolder> scratch, string folder, CancellationToken cancellation)
{
    /// <summary>Opens a context. What comes from an address and is no archive is a Dockerfile.</summary>
    /// <param name="source">The folder, archive or address; null for an empty context.</param>
    /// <param name="parameter">The parameter that names it.</param>
    internal BuildContext Open(string? source, string parameter)
    {
        if (source is null) return new BuildContext(NewFolder(), "the context", IsKept: false);
        if (GitAddress.TryParse(source, isOfUser: true) is { } git) return new BuildContext(GitCheckout.Make(git, NewFolder(), keepsGit: false, cancellation).Folder, $"the repository '{git.RemoteWithoutPassword}'", IsKept: false);
        if (source.StartsWith("http://", StringComparison.Ordinal) || source.StartsWith("https://", StringComparison.Ordinal)) return OfAddress(source);
        var path = Path.GetFullPath(source, folder);
        if (Directory.Exists(path)) return new BuildContext(path, "the context", IsKept: true);
        if (!File.Exists(path)) throw new InvalidSettingException(parameter, source, $"-{parameter} '{source}' is refused. There is no such folder, and no such archive.");
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return new BuildContext(Unpack(file, source) ?? throw new InvalidSettingException(parameter, source, $"-{parameter} '{source}' is refused. It is neither a folder nor a tar archive."), $"'{source}'", IsKept: false);
    }

    private BuildContext OfAddress(string address)
    {
        using var remote = RemoteArchive.Open(new Uri(address), cancellation);
        var spool = scratch().NewPath();
        using (var file = new FileStream(spool, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
        {
            remote.CopyTo(file, 256 * 1024);
            file.Position = 0;
            if (Unpack(file, address) is { } unpacked) return new BuildContext(unpacked, $"'{address}'", IsKept: false);
        }

        var alone = NewFolder();
        File.Move(spool, Path.Combine(alone, "Dockerfile"));
        return new BuildContext(alone, $"'{address}'", IsKept: false);
    }

    // Null when it is no archive.
    private string? Unpack(FileStream file, string source)
    {
        if (!TarDetector.IsTar(file)) return null;
        var target = NewFolder();
        using var tar = Compression.OpenDecompressed(new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(file.SafeFileHandle.DangerousGetHandle(), ownsHandle: false), FileAccess.Read, bufferSize: 0), out _);
        try
        {
            LayerExtractor.Extract(tar, target, new ExtractOptions { Whiteouts = WhiteoutMode.None, AllowDevices = false }, cancellation);
        }
        catch (InvalidContentException e)
        {
            throw new InvalidContentException($"The context '{source}' cannot be unpacked: {e.Message}", source, e);
        }

        return target;
    }

    private string NewFolder()
    {
        var path = scratch().NewPath();
        Directory.CreateDirectory(path, StagingFolder.PrivateMode);
        return path;
    }
}
