using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using ContainerPS.Engine.Tests.Build;
using Tmds.Linux;

namespace ContainerPS.Engine.Tests.Storage;

/// <summary>Overlays' upper directories as layers.</summary>
public sealed class LayerWriterTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_directory_gives_the_same_bytes()
    {
        Make("mkdir d; echo a > d/a; echo b > b; ln b d/c; ln -s b link; mkfifo fifo");
        var first = Write();
        Make("mkdir later; mv d/a later/; mv later/a d/; rmdir later; touch -d @1000000000 d b link -h");
        Make("touch -h -d @1000000000 d d/a b link fifo");
        Assert.Equal(Write(), Write());
        Assert.NotEqual(first, Write());
    }

    [Fact]
    public void A_layer_unpacks_to_what_the_overlay_shows()
    {
        Overlay(
            "mkdir -p kept replaced removed opened; echo 1 > kept/1; echo 2 > replaced/2; echo 3 > removed/3; echo 4 > file; ln -s file link; echo 5 > opened/5",
            "rm -r removed; rm -r replaced; mkdir replaced; echo new > replaced/new; echo more >> kept/1; rm link; mkdir link; chmod 4711 file; mkdir fresh; echo x > fresh/x; ln fresh/x hard; setfattr -n user.a -v b fresh/x; rm opened/5");
        var layer = Write(new LayerWriteOptions { Lower = () => Open("lower") });
        Directory.CreateDirectory(_folder.At("again"));
        LayerExtractor.Extract(new MemoryStream(layer), _folder.At("again"), new ExtractOptions(), CancellationToken.None);
        Assert.Equal(Files("upper", "lower"), Files("again", "lower"));
        Assert.Contains("hard", string.Join('\n', Files("again", "lower")), StringComparison.Ordinal);
    }

    [Fact]
    public void New_directories_are_opaque_only_when_they_hide_others()
    {
        Overlay("mkdir old; echo 1 > old/1", "mkdir new; rm -r old; mkdir old; echo 2 > old/2");

        // As kernels do where directories can be redirected.
        Make("setfattr -n trusted.overlay.opaque -v y new");
        var names = Names(Write(new LayerWriteOptions { Lower = () => Open("lower"), Settles = true }));
        Assert.DoesNotContain("new/.wh..wh..opq", names);
        Assert.Contains("old/.wh..wh..opq", names);
        Assert.Null(_folder.Xattr("upper/new", "trusted.overlay.opaque"));
        Assert.NotNull(_folder.Xattr("upper/old", "trusted.overlay.opaque"));
    }

    [Fact]
    public void Settled_it_is_what_it_unpacks_to()
    {
        Make("mkdir d; echo 1 > d/1; touch d/.wh.hidden; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"d/socket\")'; touch -d @2000000000 d/1");
        var layer = Write(new LayerWriteOptions { Settles = true, LatestTime = 1_500_000_000 });
        Assert.Equal(["d/", "d/1"], Names(layer));
        Assert.False(_folder.Exists("upper/d/socket"));
        Assert.False(_folder.Exists("upper/d/.wh.hidden"));
        Assert.Equal(1_500_000_000, _folder.Stat("upper/d/1").stx_mtime.tv_sec);
        Directory.CreateDirectory(_folder.At("again"));
        LayerExtractor.Extract(new MemoryStream(layer), _folder.At("again"), new ExtractOptions(), CancellationToken.None);
        Assert.Null(TreeCompare.FirstDifference(_folder.At("again"), _folder.At("upper"), CancellationToken.None));
        Assert.Equal(layer, Write());
    }

    [Fact]
    public void Places_of_mounts_are_left_out_when_nothing_is_in_them()
    {
        Make("mkdir -p dev/pts etc proc sys; touch dev/console etc/hosts etc/hostname; echo x > sys/x");
        Assert.Equal(["sys/", "sys/x"], Names(Write(new LayerWriteOptions { Places = StartPlaces.All })));
    }

    [Fact]
    public void Renamed_directories_are_written_whole()
    {
        Make("mkdir moved; echo new > moved/new; setfattr -n trusted.overlay.redirect -v /old moved");
        Directory.CreateDirectory(_folder.At("merged/moved"));
        File.WriteAllText(_folder.At("merged/moved/new"), "new\n");
        File.WriteAllText(_folder.At("merged/moved/from-below"), "old\n");
        Assert.Equal(["moved/", "moved/.wh..wh..opq", "moved/from-below", "moved/new"], Names(Write(new LayerWriteOptions { Merged = () => Open("merged") })));
        Assert.Throws<InvalidContentException>(() => Write());
    }

    [Fact]
    public void Attributes_of_the_kernel_stay_behind()
    {
        Make("echo x > x; setfattr -n trusted.secret -v t x; setfattr -n user.mine -v m x; setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 x");
        using var reader = new TarReader(new MemoryStream(Write()));
        Assert.Equal(["security.capability", "user.mine"], reader.Next()!.Xattrs.Select(static attribute => System.Text.Encoding.ASCII.GetString(attribute.Name)));
    }

    [Fact]
    public void Only_a_root_that_is_not_as_usual_is_an_entry()
    {
        Make("echo x > x");
        Assert.Equal(["x"], Names(Write()));
        Make("chmod 700 .");
        Assert.Equal(["./", "x"], Names(Write()));
    }

    private void Make(string script)
    {
        Directory.CreateDirectory(_folder.At("upper"));
        BuildStore.Bash($"cd '{_folder.At("upper")}'; umask 022; chmod 755 .\n{script}");
    }

    // Changes made through an overlay, in a mount namespace of their own.
    private void Overlay(string below, string change) => BuildStore.Bash($"""
        cd '{_folder.Target}'; umask 022; mkdir lower upper work merged; (cd lower; {below})
        unshare --mount bash -ec 'mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged; cd merged; {change.Replace("'", "'\\''", StringComparison.Ordinal)}'
        """);

    private byte[] Write(LayerWriteOptions? options = null)
    {
        using var layer = new MemoryStream();
        LayerWriter.Write(_folder.At("upper"), layer, options ?? new LayerWriteOptions(), CancellationToken.None);
        return layer.ToArray();
    }

    private Microsoft.Win32.SafeHandles.SafeFileHandle Open(string folder) => FileDescriptors.Open(_folder.At(folder), LibC.O_RDONLY | LibC.O_DIRECTORY);

    private string[] Files(params string[] layers) => [.. ImageFiles.Of([.. layers.Select(_folder.At)]).All.Select(static file => $"{file.Key} {file.Value}")];

    private static string[] Names(byte[] tar)
    {
        var names = new List<string>();
        using var reader = new TarReader(new MemoryStream(tar));
        while (reader.Next() is { } entry) names.Add(System.Text.Encoding.UTF8.GetString(entry.Name));
        return [.. names];
    }
}
