using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Tests.Storage;

namespace ContainerPS.Engine.Tests.Containers;

/// <summary>Copies from and to containers, stopped and running: the rules of docker cp, and what is kept of files.</summary>
public sealed class CopyTests(CopyStore store) : IClassFixture<CopyStore>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_and_folders_go_out_by_dockers_rules(bool running)
    {
        var name = (running ? store.Start() : store.Create()).Name;
        var here = store.NewFolder();
        store.Copy($"{name}:/opt/file", $"{here}/new");
        Assert.Equal("content\n", File.ReadAllText($"{here}/new"));
        Assert.Equal(1577934245, File.GetLastWriteTimeUtc($"{here}/new").Subtract(DateTime.UnixEpoch).TotalSeconds);
        store.Copy($"{name}:opt/deep/er/file", $"{here}/new");
        Assert.Equal("deep\n", File.ReadAllText($"{here}/new"));
        Assert.Equal($"{here}/file", store.Copy($"{name}:/opt/file", here).Path);
        Assert.True(File.Exists($"{here}/file"));
        Assert.Equal("DirectoryNotFound", store.Refused($"{name}:/opt/file", $"{here}/none/"));
        Assert.Equal("DirectoryNotFound", store.Refused($"{name}:/opt/file", $"{here}/none/x"));
        Assert.Equal("NotDirectory", store.Refused($"{name}:/opt/file", $"{here}/file/"));
        Assert.Equal("NotDirectory", store.Refused($"{name}:/opt", $"{here}/file"));
        Assert.Equal("NotDirectory", store.Refused($"{name}:/opt/file/", here));
        Assert.Equal("FileNotFound", store.Refused($"{name}:/none", here));
        Assert.Equal("InvalidSetting", store.Refused($"{name}:", here));
        store.Copy($"{name}:/opt/deep", here);
        Assert.Equal("deep\n", File.ReadAllText($"{here}/deep/er/file"));
        store.Copy($"{name}:/opt/deep", $"{here}/other");
        Assert.Equal("deep\n", File.ReadAllText($"{here}/other/er/file"));
        store.Copy($"{name}:/opt/deep/.", $"{here}/other");
        Assert.Equal(["er"], Directory.GetFileSystemEntries($"{here}/other").Select(Path.GetFileName));
        store.Copy($"{name}:/opt/deep/.", $"{here}/third/");
        Assert.Equal("deep\n", File.ReadAllText($"{here}/third/er/file"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_and_folders_go_in_by_dockers_rules(bool running)
    {
        var name = (running ? store.Start() : store.Create()).Name;
        var here = store.NewFolder();
        CopyStore.Bash($"cd '{here}'; mkdir -p d/e; echo 1 > d/f; echo 2 > d/e/g; echo 3 > three");
        store.Copy($"{here}/three", $"{name}:/");
        store.Copy($"{here}/three", $"{name}:/etc/passwd");
        store.Copy($"{here}/d", $"{name}:/data");
        store.Copy($"{here}/d/.", $"{name}:/data");
        store.Copy($"{here}/d", $"{name}:/new");
        Assert.Equal("DirectoryNotFound", store.Refused($"{here}/three", $"{name}:/none/"));
        Assert.Equal("DirectoryNotFound", store.Refused($"{here}/three", $"{name}:/none/x"));
        Assert.Equal("NotDirectory", store.Refused($"{here}/d", $"{name}:/three"));
        Assert.Equal("InvalidSetting", store.Refused($"{here}/d", $"{here}/x"));
        var back = store.NewFolder();
        foreach (var path in (string[])["three", "etc/passwd", "data", "new"]) store.Copy($"{name}:/{path}", back);
        Assert.Equal("3\n3\n1\n2\n1\n2\n1\n2", CopyStore.Bash($"cd '{back}'; cat three passwd data/d/f data/d/e/g data/f data/e/g new/f new/e/g"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Links_are_copied_as_they_are_unless_they_shall_be_followed(bool running)
    {
        var name = (running ? store.Start() : store.Create()).Name;
        var here = store.NewFolder();
        store.Copy($"{name}:/opt/link", here);
        store.Copy($"{name}:/opt/broken", here);
        Assert.Equal("file", new FileInfo($"{here}/link").LinkTarget);
        Assert.Equal("nowhere", new FileInfo($"{here}/broken").LinkTarget);
        store.Copy($"{name}:/opt/link", $"{here}/followed", new CopyOptions(FollowLink: true));
        Assert.Equal("content\n", File.ReadAllText($"{here}/followed"));
        Assert.Null(new FileInfo($"{here}/followed").LinkTarget);
        Assert.Equal("FileNotFound", store.Refused($"{name}:/opt/broken", here, new CopyOptions(FollowLink: true)));

        // A slash behind a link means what it leads to; the copy has the link's name.
        store.Copy($"{name}:/opt/dirlink/", here);
        Assert.Equal("deep\n", File.ReadAllText($"{here}/dirlink/er/file"));
        Assert.Null(new FileInfo($"{here}/dirlink").LinkTarget);

        // A destination is followed, also where its target is missing.
        store.Copy($"{here}/followed", $"{name}:/opt/dirlink");
        store.Copy($"{here}/followed", $"{name}:/opt/broken");
        var back = store.NewFolder();
        store.Copy($"{name}:/opt", back);
        Assert.Equal("content\n", File.ReadAllText($"{back}/opt/deep/followed"));
        Assert.Equal("content\n", File.ReadAllText($"{back}/opt/nowhere"));
        Assert.Equal("nowhere", new FileInfo($"{back}/opt/broken").LinkTarget);
    }

    [Fact]
    public void Everything_about_files_is_kept()
    {
        var container = store.Create();
        var here = store.NewFolder();
        CopyStore.Bash($"""
            mkdir '{here}/t'; cd '{here}/t'
            echo x > plain; chmod 640 plain; chown 1234:4321 plain; touch -d '2001-02-03 04:05:06.123456789' plain
            setfattr -n user.note -v hello plain; ln plain again; mkdir d; ln plain d/more; ln -s ../plain d/link; chown -h 77:88 d/link; touch -h -d @5 d/link
            truncate -s 100M sparse; echo end >> sparse; printf middle | dd of=sparse bs=1 seek=50000000 conv=notrunc status=none
            mkfifo fifo; chmod 604 fifo; mknod null c 1 3; chmod 666 null; chown 5:6 null; touch -d @7 null; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("sock")'
            cp /bin/true caps; setcap cap_net_raw+ep caps 2>/dev/null || setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 caps
            cp /bin/true setuid; chown 33 setuid; chmod 6755 setuid; touch ' ' $'new\nline' $'\xff'; head -c 3000000 /dev/urandom > big
            chmod 2751 d; touch -d @9 d; chmod 500 .; touch -d @11 .
            """);
        store.Copy($"{here}/t", $"{container.Name}:/data");
        store.Copy($"{container.Name}:/data/t", $"{here}/archive", new CopyOptions(Archive: true));
        const string list = "find . ! -type s -printf '%p %y %m %U:%G %s %T@ %l %n\\n' | sort; getfattr -R -d -m - . 2>/dev/null | sort; find . -type f -exec sha256sum {} + | sort";
        Assert.Equal(CopyStore.Bash($"cd '{here}/t'; {list}"), CopyStore.Bash($"cd '{here}/archive'; {list}"));
        Assert.Equal("1 3", CopyStore.Bash($"cd '{here}/archive'; stat -c '%t %T' null"));
        Assert.False(Path.Exists($"{here}/archive/sock"));
        Assert.True(TestFolder.StatHost($"{here}/archive/sparse").stx_blocks < 2000);
        Assert.Equal("1", CopyStore.Bash($"cd '{here}/archive'; stat -c %i plain again d/more | uniq | wc -l"));

        // Without -Archive nothing gains power here.
        store.Copy($"{container.Name}:/data/t", $"{here}/mine");
        Assert.Equal("0:0 755", CopyStore.Bash($"stat -c '%u:%g %a' '{here}/mine/setuid'"));
        store.Copy($"{container.Name}:/bin/busybox", $"{here}/busybox");
        Assert.Equal("0:0 755", CopyStore.Bash($"stat -c '%u:%g %a' '{here}/busybox'"));
        Assert.Equal("0:0 600", CopyStore.Bash($"stat -c '%u:%g %a' '{here}/mine/null'"));
        Assert.Equal("0:0 640 981173106", CopyStore.Bash($"TZ=UTC stat -c '%u:%g %a %Y' '{here}/mine/plain'"));
        Assert.DoesNotContain("security.capability", CopyStore.Bash($"getfattr -d -m - '{here}/mine/caps' 2>&1"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_there_is_replaced_and_never_written_through()
    {
        var container = store.Create();
        var here = store.NewFolder();
        CopyStore.Bash($"cd '{here}'; echo safe > canary; echo old > old; ln old otherold; mkdir in out; echo new > in/a; echo new > in/b; ln -s canary out/a; ln old out/b");
        store.Copy($"{here}/in/.", $"{container.Name}:/data");
        store.Copy($"{container.Name}:/data/.", $"{here}/out");
        Assert.Equal("safe\nold\nold\nnew\nnew", CopyStore.Bash($"cd '{here}'; cat canary old otherold out/a out/b"));
        Assert.Null(new FileInfo($"{here}/out/a").LinkTarget);
        Assert.Equal(2, Directory.GetFileSystemEntries($"{here}/out").Length);
        CopyStore.Bash($"cd '{here}'; mkdir -p clash/a clash2; echo x > clash2/conf.d");
        Assert.Equal("IsDirectory", store.Refused($"{container.Name}:/data/.", $"{here}/clash"));
        Assert.Equal("NotDirectory", store.Refused($"{container.Name}:/etc/.", $"{here}/clash2"));
    }

    [Fact]
    public void A_folder_keeps_what_it_has_when_another_is_copied_over_it()
    {
        var container = store.Create();
        var here = store.NewFolder();
        CopyStore.Bash($"cd '{here}'; mkdir -m 711 conf.d; echo two > conf.d/two; chown 5:5 conf.d");
        store.Copy($"{here}/conf.d", $"{container.Name}:/etc");
        store.Copy($"{container.Name}:/etc/conf.d", $"{here}/back", new CopyOptions(Archive: true));
        Assert.Equal("one\ntwo\n711 5:5", CopyStore.Bash($"cd '{here}/back'; cat one two; stat -c '%a %u:%g' ."));
    }

    [Fact]
    public void Containers_copy_to_containers()
    {
        var (one, two) = (store.Create(), store.Start());
        store.Copy($"{one.Name}:/opt", $"{two.Name}:/data");
        store.Copy($"{two.ShortId}:/data/opt/file", $"{two.Name}:/data/file2");
        var here = store.NewFolder();
        store.Copy($"{two.Name}:/data/file2", here);
        Assert.Equal("content\n", File.ReadAllText($"{here}/file2"));
    }

    [Fact]
    public void A_folder_is_not_copied_into_itself()
    {
        var container = store.Create();
        Assert.Equal("CopyIntoItself", store.Refused($"{container.Name}:/opt", $"{container.Name}:/opt/deep"));
        Assert.Equal("CopyIntoItself", store.Refused($"{container.Name}:/", $"{container.Name}:/data/all"));
    }

    [Fact]
    public void Kernel_files_are_refused_and_left_out()
    {
        var container = store.Start();
        var here = store.NewFolder();
        Assert.Equal("KernelFile", store.Refused($"{container.Name}:/proc/1/status", here));
        Assert.Equal("KernelFile", store.Refused($"{container.Name}:/proc/self/../1", here));
        Assert.Equal("KernelFile", store.Refused($"{container.Name}:/sys", here));
        File.WriteAllText($"{here}/core_pattern", "|/bin/evil");
        var before = File.ReadAllText("/proc/sys/kernel/core_pattern");
        store.Shell(container, "ln -s /proc/sys/kernel /k");
        Assert.Equal("KernelFile", store.Refused($"{here}/core_pattern", $"{container.Name}:/k"));
        Assert.Equal("KernelFile", store.Refused($"{here}/core_pattern", $"{container.Name}:/k/core_pattern"));
        Assert.Equal(before, File.ReadAllText("/proc/sys/kernel/core_pattern"));
        store.Copy($"{container.Name}:/", $"{here}/all");
        foreach (var folder in (string[])["proc", "sys", "dev"]) Assert.Empty(Directory.GetFileSystemEntries($"{here}/all/{folder}"));
        Assert.Contains("root", File.ReadAllText($"{here}/all/etc/passwd"), StringComparison.Ordinal);
        Assert.Contains("localhost", File.ReadAllText($"{here}/all/etc/hosts"), StringComparison.Ordinal);
    }

    [Fact]
    public void Mounted_files_are_written_in_place_and_a_read_only_root_is_not()
    {
        var container = store.Start(settings => settings with { ReadOnly = true });
        var here = store.NewFolder();
        File.WriteAllText($"{here}/hosts", "127.0.0.1 here\n");
        store.Copy($"{here}/hosts", $"{container.Name}:/etc/hosts");
        store.Copy($"{container.Name}:/etc/hosts", $"{here}/back");
        Assert.Equal("127.0.0.1 here\n", File.ReadAllText($"{here}/back"));
        Assert.Equal("ReadOnly", store.Refused($"{here}/hosts", $"{container.Name}:/etc/new"));
        store.Engine.Containers.Stop(container.Id, null, TimeSpan.Zero, CancellationToken.None);
        Assert.Equal("ReadOnly", store.Refused($"{here}/hosts", $"{container.Name}:/etc/new"));
        store.Copy($"{container.Name}:/etc/hosts", $"{here}/stopped");
        Assert.Equal("127.0.0.1 here\n", File.ReadAllText($"{here}/stopped"));
    }

    [Fact]
    public void What_was_copied_is_there_when_the_container_runs_and_nothing_stays_mounted()
    {
        var container = store.Create();
        var here = store.NewFolder();
        File.WriteAllText($"{here}/new", "before");
        store.Copy($"{here}/new", $"{container.Name}:/data");
        Assert.DoesNotContain(store.Folder, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        store.Engine.Containers.Start(container.Id, CancellationToken.None);
        store.Shell(container, "test \"$(cat /data/new)\" = before && rm /data/new && ! test -e /data/new");
        Assert.Equal("FileNotFound", store.Refused($"{container.Name}:/data/new", here));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_mounted_is_copied_from_and_to(bool running)
    {
        var here = store.NewFolder();
        CopyStore.Bash($"cd '{here}'; mkdir bound readonly under; echo bound > bound/file; echo readonly > readonly/file; echo single > single; echo device > under/file");
        var (volume, driven) = ($"v{running}", $"d{running}");
        store.Engine.Volumes.Create(new VolumeSettings { Name = driven, Options = new Dictionary<string, string> { ["type"] = "none", ["o"] = "bind", ["device"] = $"{here}/under" } });
        var container = store.Create(settings => settings with
        {
            Volumes =
            [
                VolumeSpec.Parse($"{volume}:/opt", "Volume"), VolumeSpec.Parse($"{here}/bound:/bound", "Volume"), VolumeSpec.Parse($"{here}/readonly:/readonly:ro", "Volume"), VolumeSpec.Parse($"{here}/single:/data/single", "Volume"),
                VolumeSpec.Parse($"{driven}:/driven", "Volume"),
            ],
            Tmpfs = new Dictionary<string, string> { ["/scratch"] = "" },
        });
        store.Engine.Containers.Start(container.Id, CancellationToken.None);
        store.Shell(container, "echo in > /opt/more; ln -s /bound/file /tolink");
        if (!running) store.Engine.Containers.Stop(container.Id, null, TimeSpan.Zero, CancellationToken.None);
        store.Copy($"{container.Name}:/", $"{here}/all");
        Assert.Equal("content\nin\nbound\nreadonly\nsingle\ndevice", CopyStore.Bash($"cd '{here}/all'; cat opt/file opt/more bound/file readonly/file data/single driven/file"));
        File.WriteAllText($"{here}/new", "new");
        foreach (var folder in (string[])["opt", "bound", "driven"]) store.Copy($"{here}/new", $"{container.Name}:/{folder}/new");
        Assert.Equal("newnewnew", CopyStore.Bash($"cat '{here}/bound/new' '{here}/under/new' '{store.Paths.Root}/volumes/{volume}/data/new'"));
        store.Copy($"{here}/new", $"{container.Name}:/tolink");
        store.Copy($"{here}/new", $"{container.Name}:/data/single");
        Assert.Equal("newnew", CopyStore.Bash($"cat '{here}/bound/file' '{here}/single'"));
        Assert.Equal("ReadOnly", store.Refused($"{here}/new", $"{container.Name}:/readonly/new"));
        Assert.Equal("ReadOnly", store.Refused($"{here}/new", $"{container.Name}:/readonly/file"));
        store.Engine.Containers.Remove(container.Id, force: true, CancellationToken.None);
        Assert.DoesNotContain(store.Folder, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_thousand_files_go_in_and_out()
    {
        var container = store.Create();
        var here = store.NewFolder();
        for (var folder = 0; folder < 100; folder++)
        {
            Directory.CreateDirectory($"{here}/many/{folder}");
            for (var file = 0; file < 1000; file++) File.WriteAllText($"{here}/many/{folder}/{file}", "");
        }

        store.Copy($"{here}/many", $"{container.Name}:/data");
        store.Copy($"{container.Name}:/data/many", $"{here}/back");
        Assert.Equal(100_000, Directory.EnumerateFiles($"{here}/back", "*", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public void Deep_trees_are_copied_and_endless_ones_refused()
    {
        var container = store.Create();
        var here = store.NewFolder();
        Nest($"{here}/t", 900, "open('file', 'w').write('bottom')");
        store.Copy($"{here}/t", $"{container.Name}:/data");
        store.Copy($"{container.Name}:/data/t", $"{here}/back");
        Nest($"{here}/back", 900, "assert open('file').read() == 'bottom'");
        Nest($"{here}/t", 1100, "pass");
        Assert.Equal("TooDeep", store.Refused($"{here}/t", $"{container.Name}:/data"));
    }

    [Fact]
    public void A_cancelled_copy_leaves_no_part_of_a_file()
    {
        var container = store.Create();
        var here = store.NewFolder();
        CopyStore.Bash($"head -c 50000000 /dev/zero > '{here}/big'");
        using var cancellation = new CancellationTokenSource();
        using var copy = store.Engine.Containers.OpenCopy();
        var progress = new Cancelling(cancellation);
        Assert.Throws<OperationCanceledException>(() =>
            copy.Copy(new(null, $"{here}/big"), new(container.Name, "/data"), default, progress, cancellation.Token));
        Assert.Empty(copy.List(new(container.Name, "/data")));
    }

    // A shell takes long to go so deep.
    private static void Nest(string folder, int depth, string then) => TestFolder.Run("python3", "-c", $$"""
        import os
        os.makedirs('{{folder}}', exist_ok=True)
        os.chdir('{{folder}}')
        for i in range({{depth}}):
            os.path.isdir('d') or os.mkdir('d')
            os.chdir('d')
        {{then}}
        """);

    private sealed class Cancelling(CancellationTokenSource cancellation) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value) => cancellation.Cancel();
    }
}
