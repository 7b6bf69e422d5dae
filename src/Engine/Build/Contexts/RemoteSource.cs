using System.Net;
using System.Security.Cryptography;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>What ADD has fetched from an address: a file, or a folder with the files of a git repository.</summary>
/// <param name="Name">The file's name in a directory.</param>
/// <param name="File">The file; null for a repository.</param>
/// <param name="Folder">The folder; null for a file.</param>
/// <param name="Digest">Digest of the file.</param>
/// <param name="Modified">When the server says that the file was changed.</param>
internal sealed record RemoteSource(string Name, string? File, string? Folder, Digest Digest, DateTimeOffset? Modified)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    /// <summary>True for a source of ADD that is fetched.</summary>
    internal static bool Is(string source) =>
        source.StartsWith("http://", StringComparison.Ordinal) || source.StartsWith("https://", StringComparison.Ordinal) || GitAddress.TryParse(source, isOfUser: false) is not null;

    /// <summary>Fetches it.</summary>
    /// <param name="source">The address.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="folder">An empty folder for it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ContainerEngineException">It cannot be had, or is not what the instruction says.</exception>
    internal static RemoteSource Fetch(string source, AddInstruction instruction, string folder, CancellationToken cancellation)
    {
        if (GitAddress.TryParse(source, isOfUser: false) is { } git)
        {
            var checkout = GitCheckout.Make(git, folder, instruction.KeepGitDirectory == true, cancellation);
            if (instruction.Checksum is { } commit && !checkout.Commit.StartsWith(commit, StringComparison.OrdinalIgnoreCase))
                throw new DockerfileException(instruction.Location, $"ADD has fetched the commit '{checkout.Commit}', and '--checksum={commit}' asks for another.");
            return new RemoteSource("", null, checkout.Folder, default, null);
        }

        var address = new Uri(source);
        var name = Path.GetFileName(address.AbsolutePath.TrimEnd('/'));
        var path = Path.Combine(folder, "file");
        var (digest, modified) = Download(address, path, cancellation);
        if (instruction.Checksum is { } wanted && wanted != digest.ToString())
        {
            if (!Digest.TryParse(wanted, out _)) throw new DockerfileException(instruction.Location, $"'--checksum={wanted}' of ADD is refused. Give sha256: and 64 hexadecimal digits.");
            throw new DockerfileException(instruction.Location, $"'{source}' has the digest '{digest}', and '--checksum={wanted}' asks for another.");
        }

        return new RemoteSource(name.Length == 0 ? "__unnamed__" : Uri.UnescapeDataString(name).Replace('/', '_'), path, null, digest, modified);
    }

    private static (Digest Digest, DateTimeOffset? Modified) Download(Uri address, string path, CancellationToken cancellation)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxAutomaticRedirections = 10, ConnectTimeout = s_patience, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(s_patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (response.StatusCode != HttpStatusCode.OK) throw Failed(address, $"the server answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd());
            using var body = response.Content.ReadAsStream(patience.Token);
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[256 * 1024];
            while (true)
            {
                patience.CancelAfter(s_patience);
                var count = body.ReadAsync(buffer, patience.Token).AsTask().GetAwaiter().GetResult();
                if (count == 0) break;
                hash.AppendData(buffer, 0, count);
                file.Write(buffer, 0, count);
            }

            return (Digest.FromHash(hash.GetHashAndReset()), response.Content.Headers.LastModified);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw Failed(address, $"nothing came for {s_patience.TotalSeconds:0} seconds", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !AtomicFile.IsNoSpace(e))
        {
            throw Failed(address, e.Message, e);
        }
    }

    private static ContainerEngineException Failed(Uri address, string what, Exception? inner = null) =>
        new("DownloadFailed", ErrorKind.Failed, $"'{address}' cannot be had: {what}", address, inner);
}
