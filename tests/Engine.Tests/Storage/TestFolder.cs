using System.Diagnostics;
using System.Text;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Tests.Storage;

/// <summary>A folder below /tmp with a directory to extract into and, beside it, a canary that must survive.</summary>
internal sealed unsafe class TestFolder : IDisposable
{
    internal TestFolder(string parent = "/tmp")
    {
        Root = $"{parent}/containerps-tar-{Guid.NewGuid():n}";
        Directory.CreateDirectory(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Target = Path.Combine(Root, "target");
        Canary = Path.Combine(Root, "canary");
        Directory.CreateDirectory(Target);
        Directory.CreateDirectory(Canary);
        File.WriteAllText(Path.Combine(Canary, "f"), "safe");
    }

    internal string Root { get; }

    internal string Target { get; }

    internal string Canary { get; }

    /// <summary>Everything about the canary that an archive could change.</summary>
    internal string CanaryState() =>
        string.Join('\n', Directory.GetFileSystemEntries(Root).Order()) + "\n" +
        string.Join('\n', Directory.GetFileSystemEntries(Canary).Order().Select(f => $"{f} {File.ReadAllText(f)}")) + "\n" +
        Run("stat", "-c", "%n %A %u:%g %Y %i %h", Canary, Path.Combine(Canary, "f"));

    internal string At(string path) => Path.Combine(Target, path);

    internal Syscall.statx_t Stat(string path) => StatHost(At(path));

    internal bool Exists(string path)
    {
        Syscall.statx_t stat;
        fixed (byte* name = Encoding.Latin1.GetBytes(At(path) + '\0'))
            return Syscall.statx(LibC.AT_FDCWD, name, LibC.AT_SYMLINK_NOFOLLOW, Syscall.STATX_BASIC_STATS, &stat) == 0;
    }

    internal static Syscall.statx_t StatHost(string path)
    {
        Syscall.statx_t stat;
        fixed (byte* name = Encoding.Latin1.GetBytes(path + '\0'))
            Assert.Equal(0, Syscall.statx(LibC.AT_FDCWD, name, LibC.AT_SYMLINK_NOFOLLOW, Syscall.STATX_BASIC_STATS, &stat));
        return stat;
    }

    /// <summary>An extended attribute, or null.</summary>
    internal byte[]? Xattr(string path, string name)
    {
        var value = new byte[65536];
        fixed (byte* file = Encoding.Latin1.GetBytes(At(path) + '\0'), key = Encoding.Latin1.GetBytes(name + '\0'), start = value)
        {
            var length = Syscall.lgetxattr(file, key, start, value.Length);
            return length < 0 ? null : value[..length];
        }
    }

    /// <summary>Runs a program that must succeed; gives its output.</summary>
    internal static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors.Result}");
        return output;
    }

    public void Dispose() => Run("rm", "-rf", Root);
}
