using ContainerPS.Engine.Tests.Containers;

namespace ContainerPS.Engine.Tests.Build;

/// <summary>Builds that try to get at the machine: nothing outside a context, a stage or a folder of the engine's is read or written.</summary>
public sealed class BuildAttackTests : IDisposable
{
    private readonly BuildStore _store = new();
    private readonly string _canary;

    public BuildAttackTests()
    {
        _canary = _store.NewFolder();
        File.WriteAllText(Path.Combine(_canary, "f"), "safe");
    }

    public void Dispose()
    {
        Assert.Equal("safe", File.ReadAllText(Path.Combine(_canary, "f")));
        Assert.Equal(["f"], Directory.GetFileSystemEntries(_canary).Select(Path.GetFileName));
        _store.AssertClean();
        _store.Dispose();
    }

    [Theory]
    [InlineData("ln -s CANARY/f link", "COPY link /x")]
    [InlineData("ln -s ../../../../../../../../../..CANARY/f link", "COPY link /x")]
    [InlineData("ln -s CANARY dir", "COPY dir/f /x")]
    [InlineData("ln -s CANARY dir", "COPY dir /x")]
    [InlineData("mkdir sub; ln -s CANARY sub/dir", "COPY sub/dir/f /x")]
    [InlineData("ln -s CANARY/f link", "ADD link /x")]
    [InlineData("ln -s CANARY dir", "RUN --mount=type=bind,source=dir,target=/m cat /m/f > /x")]
    [InlineData("ln -s CANARY/f link", "RUN --mount=type=bind,source=link,target=/m cat /m > /x")]
    [InlineData("ln -s CANARY dir", "RUN --mount=type=bind,target=/m cat /m/dir/f > /x")]
    [InlineData("ln -s /proc/self/root root", "COPY root/CANARY/f /x")]
    [InlineData("true", "COPY ../../../../../../../..CANARY/f /x")]
    [InlineData("true", "RUN --mount=type=bind,source=../../../../../../../..CANARY,target=/m cat /m/f > /x")]
    public void No_link_leads_out_of_the_context(string script, string instruction)
    {
        var context = _store.NewContext($"FROM busybox\n{instruction.Replace("CANARY", _canary, StringComparison.Ordinal)}\n", script.Replace("CANARY", _canary, StringComparison.Ordinal));
        _store.Refused(context);
    }

    [Fact]
    public void Wildcards_find_nothing_behind_a_link_out_of_the_context()
    {
        _store.Build(_store.NewContext("FROM busybox\nCOPY dir/* l*/f /x/\n", $"ln -s '{_canary}' dir; ln -s '{_canary}' link"), "wildcards");
        Assert.False(_store.FilesOf("wildcards").All.ContainsKey("/x/f"));
    }

    [Fact]
    public void A_link_that_is_copied_as_such_stays_a_link()
    {
        var context = _store.NewContext("FROM busybox\nCOPY . /all\nRUN cat /all/dir/link > /x 2>/dev/null || echo nothing > /x\n", $"mkdir dir; ln -s '{_canary}/f' dir/link");
        _store.Build(context, "links");
        Assert.Equal("nothing\n", _store.FilesOf("links").Text("/x"));
    }

    [Theory]
    [InlineData("Dockerfile")]
    [InlineData(".dockerignore")]
    public void Neither_the_Dockerfile_nor_dockerignore_is_read_through_a_link_out_of_the_context(string name)
    {
        var context = _store.NewFolder();
        if (name != "Dockerfile") File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM busybox\nCOPY f /f\n");
        File.WriteAllText(Path.Combine(context, "f"), "f");
        var outside = Path.Combine(_store.NewFolder(), "outside");
        File.WriteAllText(outside, name == "Dockerfile" ? "FROM busybox\n" : "f\n");
        File.CreateSymbolicLink(Path.Combine(context, name), outside);
        if (name == "Dockerfile") Assert.Equal("DockerfileNotFound", _store.Refused(context).ErrorId);
        else _store.Build(context);
    }

    [Theory]
    [InlineData("RUN ln -s CANARY /link", "COPY --from=0 /link/f /x")]
    [InlineData("RUN ln -s CANARY/f /link", "COPY --from=0 /link /x")]
    [InlineData("RUN ln -s / /dir", "COPY --from=0 /dirCANARY/f /x")]
    [InlineData("RUN ln -s CANARY /dir", "RUN --mount=type=bind,from=0,source=/dir,target=/m cat /m/f > /x")]
    [InlineData("RUN ln -s / /dir", "RUN --mount=type=bind,from=0,source=/dir,target=/m cat /mCANARY/f > /x")]
    [InlineData("RUN mkdir /d; ln -s CANARY /d/l", "RUN --mount=type=bind,from=0,source=/d/l,target=/m,rw echo changed > /m/f")]
    [InlineData("RUN ln -s CANARY /dir", "RUN --mount=type=cache,from=0,source=/dir,target=/m cat /m/f > /x")]
    public void No_link_leads_out_of_a_stage(string first, string second) =>
        _store.Refused(_store.NewContext($"FROM busybox\n{first.Replace("CANARY", _canary, StringComparison.Ordinal)}\nFROM busybox\n{second.Replace("CANARY", _canary, StringComparison.Ordinal)}\n"));

    [Theory]
    [InlineData("RUN ln -s CANARY /link\nCOPY f /link/new")]
    [InlineData("RUN ln -s CANARY/f /link\nCOPY f /link")]
    [InlineData("RUN ln -s CANARY /d\nCOPY f /d/")]
    [InlineData("RUN ln -s CANARY /d\nADD t.tar /d/")]
    [InlineData("RUN ln -s CANARY /d\nWORKDIR /d/new")]
    [InlineData("RUN ln -s CANARY /d\nCOPY --link f /d/new")]
    [InlineData("RUN rm -r /etc; ln -s CANARY /etc\nRUN true")]
    [InlineData("RUN ln -s CANARY /d\nRUN --mount=type=tmpfs,target=/d/new true")]
    [InlineData("RUN ln -s CANARY /d\nRUN --mount=type=secret,id=none,target=/d/new true")]
    public void Nothing_is_written_through_a_link_of_a_stage(string instructions)
    {
        var context = _store.NewContext($"FROM busybox\n{instructions.Replace("CANARY", _canary, StringComparison.Ordinal)}\n", "echo changed > f; tar -cf t.tar f");
        try
        {
            _store.Build(context);
        }
        catch (ContainerEngineException)
        {
            // Refused or kept inside the stage: both are well.
        }
    }

    // CVE-2024-23652
    [Theory]
    [InlineData("type=tmpfs,target=/a/b")]
    [InlineData("type=cache,target=/a/b")]
    [InlineData("type=bind,target=/a/b")]
    [InlineData("type=secret,id=s,target=/a/b")]
    public void What_is_left_of_a_mount_is_removed_through_no_link(string mount)
    {
        Directory.CreateDirectory(Path.Combine(_canary, "..", "b-" + Path.GetFileName(_canary)));
        var secret = Path.Combine(_store.NewFolder(), "s");
        File.WriteAllText(secret, "x");
        var victim = Directory.CreateDirectory(Path.Combine(_store.NewFolder(), "b")).FullName;
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(victim)!, "file"), "");
        var context = _store.NewContext($"FROM busybox\nRUN --mount={mount} (umount /a/b; mv /a /z || cp -a /a /z; rm -rf /a; ln -s {Path.GetDirectoryName(victim)} /a) 2>/dev/null || true\nRUN true\n");
        _store.Build(context, "stubs", settings => settings with { Secrets = [new BuildSecret("s", secret, null)] });
        Assert.True(Directory.Exists(victim));
    }

    [Theory]
    [InlineData("type=tmpfs,target=/a/b/c")]
    [InlineData("type=cache,target=/a/b/c")]
    [InlineData("type=bind,target=/a/b/c")]
    [InlineData("type=secret,id=s,target=/a/b/c")]
    public void Nothing_of_a_mount_is_left_in_the_layer(string mount)
    {
        var secret = Path.Combine(_store.NewFolder(), "s");
        File.WriteAllText(secret, "x");
        _store.Build(_store.NewContext($"FROM busybox\nRUN --mount={mount} test -e /a/b/c\n"), "nostubs", settings => settings with { Secrets = [new BuildSecret("s", secret, null)] });
        Assert.DoesNotContain(_store.FilesOf("nostubs").All.Keys, static path => path.StartsWith("/a", StringComparison.Ordinal));
        Assert.Equal(0, _store.Engine.Images.History("nostubs")[0].Size);
    }

    // CVE-2024-11218, CVE-2024-9675
    [Theory]
    [InlineData("id=../../../../../../../..CANARY")]
    [InlineData("id=CANARY")]
    [InlineData("id=x,source=../../../../../../../..CANARY")]
    [InlineData("id=x,source=CANARY")]
    public void Folders_that_builds_share_are_the_engines_own(string options)
    {
        try
        {
            _store.BuildText($"FROM busybox\nRUN --mount=type=cache,{options.Replace("CANARY", _canary, StringComparison.Ordinal)},target=/m ls -A /m > /listed; echo changed > /m/f\n", "shared");
            Assert.Equal("", _store.FilesOf("shared").Text("/listed"));
        }
        catch (ContainerEngineException)
        {
            // There is no such folder in it.
        }
    }

    // CVE-2024-23651: one build exchanges a directory and a link while the other mounts it.
    [Fact]
    public async Task A_folder_that_is_exchanged_for_a_link_never_shows_the_machine()
    {
        var stop = Path.Combine(_store.NewFolder(), "stop");
        var swapper = _store.NewContext("FROM busybox\nRUN --mount=type=cache,id=race,target=/c mkdir -p /c/d; echo mine > /c/d/mine; touch /c/ready; while ! test -e /c/stop; do mv /c/d /c/e; ln -s / /c/d; rm /c/d; mv /c/e /c/d; done\n");
        var swapping = Task.Run(() => _store.Build(swapper, "swapper"));
        var folders = Path.Combine(_store.Paths.BuildCache, "mounts");
        TestEngine.Eventually(() => Directory.Exists(folders) && Directory.EnumerateFiles(folders, "ready", SearchOption.AllDirectories).Any(), "the folder is there");
        var race = Path.GetDirectoryName(Directory.EnumerateFiles(folders, "ready", SearchOption.AllDirectories).First())!;
        var seen = 0;
        for (var i = 0; i < 100; i++)
        {
            try
            {
                _store.Build(_store.NewContext($"FROM busybox\nRUN --mount=type=cache,id=race,source=d,target=/m ls /m > /listed-{i}\n"), "racer");
                var listed = _store.FilesOf("racer").Text($"/listed-{i}");
                Assert.DoesNotContain("proc", listed, StringComparison.Ordinal);
                Assert.DoesNotContain("usr", listed, StringComparison.Ordinal);
                seen++;
            }
            catch (BuildStepException)
            {
                // The folder was not there at that moment.
            }
        }

        File.WriteAllText(Path.Combine(race, "stop"), "");
        await swapping;
        Assert.True(seen > 0);
        Assert.False(File.Exists(stop));
    }

    [Theory]
    [InlineData("RUN --security=insecure true", "security.insecure")]
    [InlineData("RUN --network=host true", "network.host")]
    public void Privileges_are_refused_unless_they_are_allowed(string instruction, string allow) =>
        Assert.Contains($"-Allow {allow}", _store.Refused(_store.NewContext($"FROM busybox\n{instruction}\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void Commands_have_the_privileges_of_containers()
    {
        _store.BuildText("FROM busybox\nRUN grep -E '^(Cap|Seccomp:)' /proc/self/status > /s; ls /proc/self/fd > /fds; (echo x > /proc/sys/kernel/core_pattern) 2>/dev/null || echo denied >> /s; ls /sys/fs/cgroup > /dev/null && (mkdir /sys/fs/cgroup/x) 2>/dev/null || echo readonly >> /s\nUSER nobody\nRUN grep CapEff /proc/self/status > /tmp/u; id -G > /tmp/g\n", "privileges");
        var status = _store.FilesOf("privileges").Text("/s");
        Assert.Contains("CapInh:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t00000000a80425fb", status, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", status, StringComparison.Ordinal);
        Assert.Contains("denied\nreadonly", status, StringComparison.Ordinal);
        Assert.Equal("0\n1\n2\n3\n", _store.FilesOf("privileges").Text("/fds"));
        Assert.Contains("0000000000000000", _store.FilesOf("privileges").Text("/tmp/u"), StringComparison.Ordinal);
        Assert.Equal("65534\n", _store.FilesOf("privileges").Text("/tmp/g"));
    }

    [Theory]
    [InlineData("/proc/self/fd/3")]
    [InlineData("/proc/self/fd/7/../../../..")]
    [InlineData("/proc/1/root")]
    public void A_working_directory_leads_to_no_descriptor_of_the_engine(string directory)
    {
        try
        {
            _store.BuildText($"FROM busybox\nWORKDIR {directory}\nRUN cat ..{_canary}/f ../../../../../../../../../..{_canary}/f {_canary.TrimStart('/')}/f > /x 2>/dev/null; true\n", "cwd");
            Assert.DoesNotContain("safe", _store.FilesOf("cwd").Text("/x"), StringComparison.Ordinal);
        }
        catch (ContainerEngineException)
        {
            // Refused.
        }
    }

    [Theory]
    [InlineData("add('../escaped')")]
    [InlineData("add('/CANARY/f')")]
    [InlineData("add('d', tarfile.SYMTYPE, 'CANARY'); add('d/f')")]
    [InlineData("add('l', tarfile.LNKTYPE, 'CANARY/f'); add('l')")]
    [InlineData("add('l', tarfile.LNKTYPE, '../../../../../..CANARY/f')")]
    public void An_archive_leads_nowhere(string script)
    {
        var context = _store.NewContext("FROM busybox\nADD t.tar /d/\n");
        var python = "import tarfile, io, sys\nt = tarfile.open(sys.argv[1], 'w')\n"
            + "def add(name, type=tarfile.REGTYPE, link=''):\n i = tarfile.TarInfo(name); i.type = type; i.linkname = link; i.size = 7 if type == tarfile.REGTYPE else 0\n t.addfile(i, io.BytesIO(b'changed'))\n"
            + script.Replace("CANARY", _canary, StringComparison.Ordinal) + "\nt.close()\n";
        Storage.TestFolder.Run("python3", "-c", python, Path.Combine(context, "t.tar"));
        foreach (var path in (string[])[context, Path.Combine(context, "t.tar")])
        {
            try
            {
                _store.Build(path);
            }
            catch (ContainerEngineException)
            {
                // Refused, or kept inside.
            }
        }
    }

    [Fact]
    public void Writes_to_the_context_never_reach_it()
    {
        var context = _store.NewContext("FROM busybox\nRUN --mount=type=bind,target=/c,rw rm /c/f; echo new > /c/new; mkdir /c/d\nRUN --mount=type=bind,source=f,target=/file,rw echo changed > /file\nRUN --mount=type=bind,target=/c ! touch /c/x\n", "echo original > f");
        _store.Build(context);
        Assert.Equal(["Dockerfile", "f"], Directory.GetFileSystemEntries(context).Select(static path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        Assert.Equal("original\n", File.ReadAllText(Path.Combine(context, "f")));
    }

    [Fact]
    public void What_dockerignore_leaves_out_is_not_mounted_either()
    {
        var context = _store.NewContext("FROM busybox\nRUN --mount=type=bind,target=/c find /c | sort > /found\nRUN --mount=type=bind,target=/c,rw find /c | sort > /found-rw\n", "mkdir -p secret/d kept; echo s > secret/s; echo k > kept/k; echo x > kept/x.log; printf 'secret\\n**/*.log\\n!secret/d\\n' > .dockerignore");
        _store.Build(context, "mask");
        var expected = "/c\n/c/.dockerignore\n/c/Dockerfile\n/c/kept\n/c/kept/k\n/c/secret\n/c/secret/d\n";
        Assert.Equal(expected, _store.FilesOf("mask").Text("/found"));
        Assert.Equal(expected, _store.FilesOf("mask").Text("/found-rw"));
    }

    [Fact]
    public void Secrets_are_nowhere_afterwards()
    {
        var (value, path) = (Guid.NewGuid().ToString("n"), Path.Combine(_store.NewFolder(), "secret"));
        File.WriteAllText(path, value);
        var context = _store.NewContext("FROM busybox\nRUN --mount=type=secret,id=s,uid=5,gid=6,mode=0440 stat -c '%a %u:%g' /run/secrets/s > /seen; ! echo x > /run/secrets/s\nRUN --mount=type=secret,id=s,target=/etc/other,env=VALUE test \"$(cat /etc/other)\" = \"$VALUE\"\nRUN test ! -e /run/secrets/s -a ! -e /etc/other -a -z \"$VALUE\"\n");
        _store.Build(context, "secrets", settings => settings with { Secrets = [new BuildSecret("s", path, null)] });
        Assert.Equal("440 5:6\n", _store.FilesOf("secrets").Text("/seen"));
        File.Delete(path);
        Assert.Equal("", BuildStore.Bash($"grep -rl {value} '{_store.Folder}' || true"));
    }

    [Fact]
    public void The_state_is_for_root_alone()
    {
        _store.BuildText("FROM busybox\nRUN --mount=type=cache,target=/c true\n");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_store.Paths.BuildCache));
    }
}
