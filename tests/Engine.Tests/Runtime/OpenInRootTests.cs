using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Mount targets are opened below a container's root while others rename things on this machine, anywhere: that is no error of theirs.</summary>
public sealed unsafe class OpenInRootTests
{
    private const int Times = 20000;

    // Each step back is one that the kernel vouches for.
    private static readonly byte[] s_path = [.. Enumerable.Repeat("a/../"u8.ToArray(), 16).SelectMany(static step => step), (byte)'a', 0];

    [Fact]
    public void A_rename_elsewhere_keeps_no_path_from_being_opened()
    {
        var root = Directory.CreateTempSubdirectory("containerps-").FullName;
        using var stop = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        var renames = new Thread(() =>
        {
            var (one, other) = (Path.Combine(root, "one"), Path.Combine(root, "other"));
            Directory.CreateDirectory(one);
            while (!stop.IsCancellationRequested)
            {
                Directory.Move(one, other);
                Directory.Move(other, one);
                begun.Set();
            }
        });
        Directory.CreateDirectory(Path.Combine(root, "a"));
        using var folder = FileDescriptors.Open(root, LibC.O_PATH | LibC.O_DIRECTORY);
        renames.Start();
        try
        {
            begun.Wait();
            fixed (byte* path = s_path)
            {
                for (var i = 0; i < Times; i++)
                {
                    var fd = Syscall.OpenInRoot(folder.Number(), path, LibC.O_PATH | LibC.O_CLOEXEC);
                    Assert.True(fd >= 0, $"errno {-fd} at {i}");
                    new SafeFileHandle((int)fd, ownsHandle: true).Dispose();
                }
            }
        }
        finally
        {
            stop.Cancel();
            renames.Join();
            Directory.Delete(root, recursive: true);
        }
    }
}
