using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>The program <c>nft</c> (man 8 nft), which makes a script one transaction in the network namespace of the calling thread.</summary>
internal sealed class NftProgram
{
    // Root's own first: a shell's PATH may name none of these.
    private static readonly string[] s_folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin"];

    // The kernel makes one transaction after the other: others' large ones are waited for.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    private readonly string _path;

    /// <param name="path">The program.</param>
    internal NftProgram(string path) => _path = path;

    /// <summary>The host's, or null when there is none.</summary>
    internal static NftProgram? Find() => Find(s_folders);

    /// <summary>The first in one of the folders, or null.</summary>
    internal static NftProgram? Find(IReadOnlyList<string> folders)
    {
        foreach (var folder in folders)
        {
            var path = Path.Combine(folder, "nft");
            if (File.Exists(path)) return new NftProgram(path);
        }

        return null;
    }

    /// <summary>Runs a script: null when it was taken, else what nft says of it.</summary>
    internal string? Run(string script)
    {
        using var input = FileDescriptors.InMemory(Encoding.UTF8.GetBytes(script));
        using var errors = FileDescriptors.InMemory([]);
        var pid = ChildProcess.Start(_path, ["nft", "-f", "-"], ["LC_ALL=C"], [input.Number(), -1, errors.Number()], newSession: true);
        using var process = ProcessIdentity.OpenChild(pid);
        var hasEnded = Polling.WaitReadable(process, s_timeout, CancellationToken.None);
        if (!hasEnded) ProcessIdentity.Signal(process, LibC.SIGKILL);
        var code = ExitStatus.Reap(process);
        if (code == 0) return null;
        return hasEnded ? FirstLines(errors) : $"it had not ended after {s_timeout.TotalSeconds:0} s";
    }

    // nft repeats the faulty line below each message, and a script may have thousands.
    private static string FirstLines(SafeFileHandle errors)
    {
        var buffer = new byte[512];
        var text = Encoding.UTF8.GetString(buffer, 0, RandomAccess.Read(errors, buffer, 0)).Trim();
        return text.Length == 0 ? "it gave no reason" : text;
    }
}
