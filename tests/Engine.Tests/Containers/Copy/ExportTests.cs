using System.Text;
using ContainerPS.Engine.Images;

namespace ContainerPS.Engine.Tests.Containers;

/// <summary>Tars of containers: whole ones, and of parts in and out. What was changed in them.</summary>
public sealed class ExportTests(CopyStore store) : IClassFixture<CopyStore>
{
    private const string Change = "rm /opt/file && rm -r /opt/deep && mkdir /opt/deep && echo x > /opt/deep/new && echo two >> /etc/conf.d/one && mkdir /added && echo y > /added/file && chmod 700 /data && ln -s z /etc/link && touch /tmp/t && ln /added/file /added/again";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Changes_are_told_as_docker_diff_does(bool running)
    {
        var container = store.Start();
        Assert.Empty(store.Engine.Containers.Changes(container.Id, CancellationToken.None));
        store.Shell(container, Change);
        if (!running) store.Engine.Containers.Stop(container.Id, null, TimeSpan.Zero, CancellationToken.None);
        Assert.Equal(
            [
                "A /added", "A /added/again", "A /added/file", "C /data", "C /etc", "C /etc/conf.d", "C /etc/conf.d/one", "A /etc/link", "C /opt", "C /opt/deep", "D /opt/deep/er", "A /opt/deep/new",
                "D /opt/file", "C /tmp", "A /tmp/t",
            ],
            store.Engine.Containers.Changes(container.Id, CancellationToken.None).Select(change => change.ToString()));
    }

    [Fact]
    public void A_container_that_never_ran_has_no_changes_and_touched_files_none()
    {
        var container = store.Create();
        Assert.Empty(store.Engine.Containers.Changes(container.Id, CancellationToken.None));
        store.Engine.Containers.Start(container.Id, CancellationToken.None);
        store.Shell(container, "exec 3>>/opt/file; mv /opt/link /opt/l && mv /opt/l /opt/link; mkdir /opt/x; mv /opt/x /opt/y; rm -r /opt/y");
        Assert.Empty(store.Engine.Containers.Changes(container.Id, CancellationToken.None));
    }

    [Fact]
    public void A_file_that_becomes_a_directory_and_the_reverse_are_changes()
    {
        var container = store.Start();
        store.Shell(container, "rm -r /opt/deep && echo x > /opt/deep && rm /opt/file && mkdir /opt/file && touch /opt/file/in");
        Assert.Equal(["C /opt", "C /opt/deep", "C /opt/file", "A /opt/file/in"], store.Engine.Containers.Changes(container.Id, CancellationToken.None).Select(change => change.ToString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_merged_tree_is_exported(bool running)
    {
        var container = store.Start();
        store.Shell(container, Change);
        if (!running) store.Engine.Containers.Stop(container.Id, null, TimeSpan.Zero, CancellationToken.None);
        var here = store.NewFolder();
        store.Engine.Containers.Export(container.Id, $"{here}/out.tar", null, CancellationToken.None);
        var names = CopyStore.Bash($"tar -tf '{here}/out.tar'").Split('\n');
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Contains("added/file", names);
        Assert.Contains("opt/deep/new", names);
        Assert.DoesNotContain("opt/file", names);
        Assert.DoesNotContain("opt/deep/er/", names);
        Assert.DoesNotContain(names, name => name.Contains(".wh.", StringComparison.Ordinal));
        foreach (var folder in (string[])["dev/", "proc/", "sys/"]) Assert.Equal([folder], names.Where(name => name.StartsWith(folder, StringComparison.Ordinal)));
        CopyStore.Bash($"mkdir '{here}/x'; tar -C '{here}/x' -xpf '{here}/out.tar'");
        Assert.Equal("one\ntwo\ny\n4755\nz\n700", CopyStore.Bash($"cd '{here}/x'; cat etc/conf.d/one added/again; stat -c %a bin/busybox; readlink etc/link; stat -c %a data"));
        Assert.Equal("1", CopyStore.Bash($"cd '{here}/x'; stat -c %i added/file added/again | uniq | wc -l"));
        store.Engine.Containers.Export(container.Id, $"{here}/again.tar.gz", null, CancellationToken.None);
        Assert.Equal("same", CopyStore.Bash($"cd '{here}'; gzip -dc again.tar.gz | cmp - out.tar && echo same"));
        Assert.Equal("files", store.Engine.Images.Import(new ImportRequest { Path = $"{here}/out.tar", Name = $"flat:{(running ? "r" : "s")}", Command = ["true"] }, null, CancellationToken.None)[0].Repository == "flat" ? "files" : "");
        Assert.Equal(["again.tar.gz", "out.tar", "x"], Directory.GetFileSystemEntries(here).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Nothing_is_left_of_an_export_that_cannot_be()
    {
        var container = store.Create();
        var here = store.NewFolder();
        Assert.Throws<InvalidSettingException>(() => store.Engine.Containers.Export(container.Id, $"{here}/none/x.tar", null, CancellationToken.None));
        Assert.Throws<InvalidSettingException>(() => store.Engine.Containers.Export(container.Id, $"{here}/x.tar.xz", null, CancellationToken.None));
        Assert.Throws<InvalidSettingException>(() => store.Engine.Containers.Export(container.Id, here, null, CancellationToken.None));
        Assert.Throws<OperationCanceledException>(() => store.Engine.Containers.Export(container.Id, $"{here}/x.tar", null, new CancellationToken(true)));
        Assert.Empty(Directory.GetFileSystemEntries(here));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Archives_go_out_and_in(bool running)
    {
        var container = running ? store.Start() : store.Create();
        var here = store.NewFolder();

        // What does not run is held as long as it is copied from or to.
        using (var copy = store.Engine.Containers.OpenCopy())
        using (var file = File.Create($"{here}/opt.tar")) copy.WriteArchive(new(container.Name, "/opt"), false, file, CancellationToken.None);
        Assert.Equal("opt/\nopt/broken\nopt/deep/\nopt/deep/er/\nopt/deep/er/file\nopt/dirlink\nopt/file\nopt/link", CopyStore.Bash($"tar -tf '{here}/opt.tar'"));
        CopyStore.Bash($"gzip '{here}/opt.tar'");
        using (var copy = store.Engine.Containers.OpenCopy())
        {
            using var file = File.OpenRead($"{here}/opt.tar.gz");
            copy.ReadArchive(file, new(container.Name, "/data"), CancellationToken.None);
            Assert.Equal(["opt/"], copy.List(new(container.Name, "/data")));
            Assert.Equal("NotDirectory", Assert.ThrowsAny<ContainerEngineException>(() => copy.ReadArchive(Stream.Null, new(container.Name, "/opt/file"), CancellationToken.None)).ErrorId);
        }

        store.Copy($"{container.Name}:/data/opt/deep/er/file", here);
        Assert.Equal("deep\n", File.ReadAllText($"{here}/file"));
    }

    [Fact]
    public void Hostile_archives_stay_in_their_directory()
    {
        var container = store.Create();
        var here = store.NewFolder();
        File.WriteAllText($"{here}/canary", "safe");
        CopyStore.Bash($$"""
            cd '{{here}}'; python3 - <<'P'
            import tarfile, io
            def archive(name, *members):
                with tarfile.open(name, 'w') as t:
                    for path, type, link in members:
                        i = tarfile.TarInfo(path); i.type = type; i.linkname = link; i.size = 1 if type == tarfile.REGTYPE else 0
                        t.addfile(i, io.BytesIO(b'x') if i.size else None)
            F, S, H = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
            archive('up.tar', ('../../../../../../{{here[1..]}}/canary', F, ''))
            archive('link.tar', ('l', S, '{{here}}'), ('l/canary', F, ''))
            archive('hard.tar', ('h', H, '{{here}}/canary'), )
            archive('over.tar', ('.', tarfile.DIRTYPE, ''), ('one', tarfile.DIRTYPE, ''))
            P
            """);
        foreach (var name in (string[])["up", "link", "hard"])
        {
            try
            {
                Extract($"{here}/{name}.tar", "/data");
            }
            catch (InvalidContentException)
            {
                // Refused is as good as harmless.
            }
        }

        Assert.Equal("safe", File.ReadAllText($"{here}/canary"));
        Assert.Throws<InvalidContentException>(() => Extract($"{here}/over.tar", "/etc/conf.d"));
        store.Copy($"{container.Name}:/etc/conf.d/one", here);
        Assert.Equal("one\n", File.ReadAllText($"{here}/one"));

        void Extract(string archive, string directory)
        {
            using var copy = store.Engine.Containers.OpenCopy();
            using var file = File.OpenRead(archive);
            copy.ReadArchive(file, new(container.Name, directory), CancellationToken.None);
        }
    }
}
