using System.Text;
using ContainerPS.Engine.Build;
using ContainerPS.Engine.Storage;
using ContainerPS.Engine.Tests.Registries;
using ContainerPS.Engine.Tests.Storage;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Build;

/// <summary>Where files come from: repositories, addresses, archives, other contexts, other images.</summary>
public sealed class BuildSourceTests : IClassFixture<BuildStore>, IDisposable
{
    private readonly BuildStore _store;
    private readonly HttpServer _server;
    private readonly string _site;

    public BuildSourceTests(BuildStore store)
    {
        _store = store;
        _site = store.NewFolder();
        _server = new HttpServer(Answer);
    }

    private string Address => $"http://{_server.Authority}";

    public void Dispose()
    {
        _server.Dispose();
        _store.AssertClean();
    }

    [FactIf("git")]
    public void Repositories_are_contexts_at_a_branch_a_tag_or_a_commit()
    {
        var repository = Repository();
        Assert.Equal("main\n", Text($"file://{repository}"));
        Assert.Equal("other\n", Text($"file://{repository}#other"));
        Assert.Equal("tagged\n", Text($"file://{repository}#v1"));
        var commit = BuildStore.Bash($"git -C '{repository}' rev-parse v1");
        Assert.Equal("tagged\n", Text($"file://{repository}#{commit}"));
        Assert.Equal("tagged\n", Text($"file://{repository}#{commit[..10]}"));
        Assert.Equal("main\n", Text($"{Address}/repository.git"));
        Assert.Equal("other\n", Text($"{Address}/repository.git#other"));
        Assert.Equal("inner\n", Text($"file://{repository}#main:sub"));
        Assert.Equal("inner\n", Text($"file://{repository}#:link-in"));

        // What would lead out of it ends at its root.
        Assert.Equal("inner\n", Text($"file://{repository}#:../../sub"));
        Assert.Equal("main\n", Text($"file://{repository}#:link-out"));
        Assert.False(_store.FilesOf("source").All.ContainsKey("/all/.git"));
    }

    [Theory]
    [InlineData("#none")]
    [InlineData("#main:none")]
    [InlineData("#main:f")]
    [InlineData("#--upload-pack=touch")]
    [InlineData("#-x")]
    public void Of_repositories_other_things_are_refused(string fragment) => _store.Refused($"file://{Repository()}{fragment}");

    [FactIf("git")]
    public void ADD_fetches_repositories_but_none_of_this_machine()
    {
        var repository = Repository();
        var commit = BuildStore.Bash($"git -C '{repository}' rev-parse main");
        _store.BuildText($"FROM busybox\nADD {Address}/repository.git#main:sub /sub\nADD --checksum={commit} --keep-git-dir=true {Address}/repository.git /all/\nADD --exclude=f {Address}/repository.git /some\n", "repositories");
        var files = _store.FilesOf("repositories");
        Assert.Equal("inner\n", files.Text("/sub/f"));
        Assert.Equal("main\n", files.Text("/all/f"));
        Assert.True(files.All.ContainsKey("/all/.git/HEAD"));
        Assert.True(files.All.ContainsKey("/some/sub"));
        Assert.False(files.All.ContainsKey("/some/f"));
        Assert.Contains("asks for another", _store.Refused(_store.NewContext($"FROM busybox\nADD --checksum={new string('0', 40)} {Address}/repository.git /x\n")).Message, StringComparison.Ordinal);
        _store.Refused(_store.NewContext($"FROM busybox\nADD file://{repository} /x\n"));
    }

    [FactIf("git")]
    public void Submodules_come_along_and_theirs()
    {
        NewRepository("inner.git", "echo inner > f");
        NewRepository("middle.git", "echo middle > f", ("deep", "../inner.git"));
        NewRepository("outer.git", "printf 'FROM busybox\\nCOPY . /all\\n' > Dockerfile; echo outer > f", ("by address", $"{Address}/middle.git"), ("relative", "../inner.git"));
        Assert.Equal("outer\n", Text($"{Address}/outer.git"));
        var files = _store.FilesOf("source");
        Assert.Equal("middle\n", files.Text("/all/by address/f"));
        Assert.Equal("inner\n", files.Text("/all/by address/deep/f"));
        Assert.Equal("inner\n", files.Text("/all/relative/f"));
        Assert.DoesNotContain(files.All.Keys, static path => path.EndsWith("/.git", StringComparison.Ordinal));

        // A folder of the repository can be in a submodule.
        _store.BuildText($"FROM busybox\nADD {Address}/outer.git#:relative /relative\nADD --keep-git-dir=true {Address.Replace("://", "://user:secret@", StringComparison.Ordinal)}/outer.git /kept/\n", "submodules");
        files = _store.FilesOf("submodules");
        Assert.Equal("inner\n", files.Text("/relative/f"));
        Assert.Equal("middle\n", files.Text("/kept/by address/f"));
        Assert.True(files.All.ContainsKey("/kept/relative/.git"));
        Assert.True(files.All.ContainsKey("/kept/.git/modules/relative/HEAD"));
        Assert.DoesNotContain("secret", files.Text("/kept/.git/config") + files.Text("/kept/.git/modules/relative/config") + files.Text("/kept/.git/FETCH_HEAD"), StringComparison.Ordinal);
    }

    [FactIf("git")]
    public void No_error_shows_the_password_of_a_repositorys_address()
    {
        NewRepository("there.git", "echo there > f");
        var address = Address.Replace("://", "://user:secret@", StringComparison.Ordinal);
        foreach (var context in (string[])["/missing.git", "/there.git#missing", "/there.git#:missing"])
        {
            var message = _store.Refused(address + context).Message;
            Assert.Contains(Address, message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        }
    }

    [FactIf("git")]
    public void Submodules_run_nothing_and_are_no_repositories_of_this_machine()
    {
        var secret = NewRepository("inner.git", "echo inner > f");
        var mark = Path.Combine(_store.NewFolder(), "ran");

        // As git-config(1) has it: the address of a submodule is the repository's, not the user's.
        foreach (var address in (string[])[secret, $"file://{secret}", $"ext::sh -c touch% {mark}", "../inner.git"])
        {
            var folder = NewRepository("hostile.git", "printf 'FROM busybox\\nCOPY . /all\\n' > Dockerfile; echo outer > f", ("sub", address));
            var error = _store.Refused(address == "../inner.git" ? $"file://{folder}" : $"{Address}/hostile.git");
            Assert.Equal("GitFailed", error.ErrorId);
            Assert.Contains("submodules", error.Message, StringComparison.Ordinal);
            Assert.Matches("transport '(file|ext)' not allowed", error.Message);
            Directory.Delete(folder, recursive: true);
        }

        // Neither what a repository would have run, nor hooks of the user's settings.
        var hooks = _store.NewFolder();
        BuildStore.Bash($"printf '#!/bin/sh\ntouch {mark}\n' > '{hooks}/post-checkout'; chmod 755 '{hooks}/post-checkout'; printf '[core]\nhooksPath = {hooks}\n' > '{hooks}/config'");
        NewRepository("hostile.git", $"printf 'FROM busybox\\nCOPY . /all\\n' > Dockerfile; echo outer > f; git config -f .gitmodules submodule.sub.update '!touch {mark}'", ("sub", "../inner.git"));
        var before = Environment.GetEnvironmentVariable("GIT_CONFIG_GLOBAL");
        Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", Path.Combine(hooks, "config"));
        try
        {
            _store.Refused($"{Address}/hostile.git");
            NewRepository("harmless.git", "printf 'FROM busybox\\nCOPY . /all\\n' > Dockerfile; echo outer > f", ("sub", "../inner.git"));
            Assert.Equal("outer\n", Text($"{Address}/harmless.git"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", before);
        }

        Assert.Equal("inner\n", _store.FilesOf("source").Text("/all/sub/f"));
        Assert.False(File.Exists(mark));
    }

    [FactIf("git")]
    public void Submodules_ask_nobody_for_a_password()
    {
        NewRepository("outer.git", "printf 'FROM busybox\\nCOPY . /all\\n' > Dockerfile", ("sub", $"{Address}/locked/inner.git"));
        Assert.Contains("could not read Username", _store.Refused($"{Address}/outer.git").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADD_downloads_files_with_their_times_and_checks_their_digest()
    {
        File.WriteAllText(Path.Combine(_site, "a file.txt"), "content");
        var digest = Digest.Of("content"u8);
        _store.BuildText($"FROM busybox\nADD {Address}/a%20file.txt /d/\nADD --checksum={digest} --chown=1:2 --chmod=640 {Address}/a%20file.txt?query /e\nADD {Address}/moved/a%20file.txt /f\n", "downloads");
        var files = _store.FilesOf("downloads");
        Assert.Equal("content", files.Text("/d/a file.txt"));
        Assert.StartsWith("f 600 0:0 7 ", files.All["/d/a file.txt"], StringComparison.Ordinal);
        Assert.StartsWith("f 640 1:2 7 ", files.All["/e"], StringComparison.Ordinal);
        Assert.Equal("content", files.Text("/f"));
        var folder = _store.Engine.Images.Resolve("downloads").LayerPaths.Single(static layer => File.Exists(layer + "/d/a file.txt"));
        Assert.Equal(new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc), File.GetLastWriteTimeUtc(folder + "/d/a file.txt"));
        Assert.Contains(digest.ToString(), _store.Refused(_store.NewContext($"FROM busybox\nADD --checksum=sha256:{new string('0', 64)} {Address}/a%20file.txt /d\n")).Message, StringComparison.Ordinal);
        Assert.Contains("404", _store.Refused(_store.NewContext($"FROM busybox\nADD {Address}/none /d\n")).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be had", _store.Refused(_store.NewContext("FROM busybox\nADD http://127.0.0.1:1/none /d\n")).Message, StringComparison.Ordinal);

        // What has changed there is another file.
        var context = _store.NewContext($"FROM busybox\nADD {Address}/a%20file.txt /d/\n");
        Assert.Equal(1, _store.Build(context).CacheHits);
        File.WriteAllText(Path.Combine(_site, "a file.txt"), "other content");
        Assert.Equal(0, _store.Build(context).CacheHits);
    }

    [Theory]
    [InlineData("")]
    [InlineData("z")]
    [InlineData("j")]
    [InlineData("J")]
    public void Archives_are_contexts_here_and_at_addresses(string compression)
    {
        var context = _store.NewContext("FROM busybox\nCOPY . /all\nRUN cp /all/f /f\n", "echo archived > f; mkdir empty; echo no > left-out; echo left-out > .dockerignore");
        var archive = Path.Combine(_site, "context");
        BuildStore.Bash($"tar -C '{context}' -c{compression}f '{archive}' .");
        foreach (var source in (string[])[archive, $"{Address}/context"])
        {
            _store.Build(source, "archived");
            Assert.Equal("archived\n", _store.FilesOf("archived").Text("/f"));
            Assert.True(_store.FilesOf("archived").All.ContainsKey("/all/empty"));
            Assert.False(_store.FilesOf("archived").All.ContainsKey("/all/left-out"));
        }
    }

    [Fact]
    public void An_address_of_text_is_a_Dockerfile()
    {
        File.WriteAllText(Path.Combine(_site, "recipe"), "FROM busybox\nRUN echo alone > /f\n");
        _store.Build($"{Address}/recipe", "alone");
        Assert.Equal("alone\n", _store.FilesOf("alone").Text("/f"));
    }

    [Theory]
    [InlineData("../f")]
    [InlineData("/f")]
    [InlineData("d/../../f")]
    public void Archives_leave_their_folder_by_no_name(string name)
    {
        var archive = Path.Combine(_store.NewFolder(), "hostile.tar");
        File.WriteAllBytes(archive, Layer(name, "Dockerfile"));
        var before = Directory.GetFileSystemEntries(_store.Folder).Order().ToList();
        try
        {
            _store.Build(archive);
        }
        catch (ContainerEngineException)
        {
            // Refused, or kept inside.
        }

        Assert.Equal(before, Directory.GetFileSystemEntries(_store.Folder).Order());
    }

    [Fact]
    public void Contexts_have_names()
    {
        var folder = _store.NewFolder();
        BuildStore.Bash($"cd '{folder}'; echo named > f; echo no > left-out; echo left-out > .dockerignore");
        _store.BuildText("FROM busybox\nRUN echo image > /f\n", "named-image:1");
        var dockerfile = """
            FROM busybox AS stage
            RUN echo stage > /f
            FROM base
            COPY --from=stage /f /stage
            COPY --from=files . /files/
            RUN --mount=type=bind,from=files,target=/m cp /m/f /mounted
            COPY --from=images /f /image
            """;
        var context = _store.NewContext(dockerfile);
        var contexts = new Dictionary<string, string> { ["base"] = "docker-image://busybox", ["files"] = folder, ["images"] = "docker-image://named-image:1" };
        _store.Build(context, "named", settings => settings with { Contexts = contexts });
        var files = _store.FilesOf("named");
        Assert.Equal(["stage\n", "named\n", "named\n", "image\n"], ((string[])["/stage", "/files/f", "/mounted", "/image"]).Select(files.Text));
        Assert.False(files.All.ContainsKey("/files/left-out"));

        // A name hides the stage that has it.
        contexts["stage"] = "docker-image://named-image:1";
        _store.Build(context, "named", settings => settings with { Contexts = contexts });
        Assert.Equal("image\n", _store.FilesOf("named").Text("/stage"));
        Assert.Contains("none", _store.Refused(context, settings => settings with { Contexts = new Dictionary<string, string>(contexts) { ["files"] = "./none" } }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Base_images_are_pulled_when_there_are_none_or_newer_ones_are_wanted()
    {
        using var registry = new TestRegistry();
        registry.Add("1", Layer("first"));
        var name = registry.NameOf();
        var context = _store.NewContext($"FROM {name}\nLABEL a=1\n");
        var first = _store.Build(context).Image!;
        Assert.Contains("/first", ImageFiles.Of(_store.Engine.Images.Resolve(first.ImageId).LayerPaths).All.Keys);
        registry.Add("1", Layer("second"));
        Assert.Equal(first.Layers, _store.Build(context).Image!.Layers);
        var second = _store.Build(context, null, settings => settings with { Pull = true }).Image!;
        Assert.Contains("/second", ImageFiles.Of(_store.Engine.Images.Resolve(second.ImageId).LayerPaths).All.Keys);
        Assert.Contains("cannot be pulled", _store.Refused(_store.NewContext($"FROM {registry.NameOf("none")}\n")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_for_other_machines_are_made_of_files_alone()
    {
        var image = _store.Build(_store.NewContext("FROM scratch\nARG TARGETARCH\nCOPY f /$TARGETARCH\n", "echo f > f"), "foreign", settings => settings with { Platform = "linux/s390x" }).Image!;
        Assert.Equal("linux/s390x", image.Platform);
        Assert.True(_store.FilesOf("foreign").All.ContainsKey("/s390x"));
        if (Directory.GetFiles("/proc/sys/fs/binfmt_misc").Any(static file => file.Contains("s390x", StringComparison.Ordinal))) return;
        var error = _store.Refused(_store.NewContext("FROM scratch\nCOPY f /f\nRUN [\"/f\"]\n", "echo f > f"), settings => settings with { Platform = "linux/s390x" });
        Assert.Contains("s390x", error.Message, StringComparison.Ordinal);
        Assert.Contains("binfmt_misc", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_agents_socket_is_there_for_the_user_and_passes_on_what_is_said()
    {
        var folder = _store.NewFolder();
        var agent = Path.Combine(folder, "agent");
        using var listening = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        listening.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(agent));
        listening.Listen();
        var answering = new Thread(() =>
        {
            using var client = listening.Accept();
            var buffer = new byte[16];
            var count = client.Receive(buffer);
            client.Send(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(buffer, 0, count).ToUpperInvariant()));
        });
        answering.Start();
        using (var proxy = new SocketProxy(Path.Combine(folder, "proxy"), agent))
        {
            using var client = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
            client.Connect(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(folder, "proxy")));
            client.Send("keys"u8);
            var buffer = new byte[16];
            Assert.Equal("KEYS", Encoding.ASCII.GetString(buffer, 0, client.Receive(buffer)));
        }

        answering.Join();
        Assert.Equal(["agent"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
        _store.BuildText(
            "FROM busybox\nUSER nobody\nRUN --mount=type=ssh,uid=65534,mode=0600 test -S \"$SSH_AUTH_SOCK\" -a -w \"$SSH_AUTH_SOCK\"\nRUN test -z \"$SSH_AUTH_SOCK\"\nRUN --mount=type=ssh,id=none test -z \"$SSH_AUTH_SOCK\"\n",
            "agent",
            settings => settings with { SshAgents = new Dictionary<string, string> { ["default"] = agent } });
        Assert.DoesNotContain(_store.FilesOf("agent").All.Keys, static path => path.Contains("ssh", StringComparison.Ordinal));
        Assert.Contains("'none'", _store.Refused(_store.NewContext("FROM busybox\nRUN --mount=type=ssh,id=none,required=true true\n")).Message, StringComparison.Ordinal);
    }

    private string Text(string context)
    {
        _store.Build(context, "source");
        return _store.FilesOf("source").Text("/all/f");
    }

    private string Repository()
    {
        var folder = Path.Combine(_site, "repository.git");
        if (Directory.Exists(folder)) return folder;
        var work = _store.NewFolder();
        BuildStore.Bash($"""
            export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@t GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@t
            cd '{work}'; git init -q -b main
            printf 'FROM busybox\nCOPY . /all\n' > Dockerfile; echo tagged > f; git add .; git commit -qm 1; git tag v1
            mkdir sub; echo inner > sub/f; cp Dockerfile sub; ln -s sub link-in; ln -s / link-out; echo main > f; git add .; git commit -qm 2
            git checkout -qb other; echo other > f; git commit -qam 3; git checkout -q main
            git clone -q --bare . '{folder}'; git -C '{folder}' update-server-info
            """);
        return folder;
    }

    // A repository of one commit on the site, with submodules at the last commit of the site's repository of that name, or at one that is nowhere.
    private string NewRepository(string name, string script, params (string Folder, string Address)[] submodules)
    {
        var folder = Path.Combine(_site, name);
        var work = _store.NewFolder();
        var modules = string.Concat(submodules.Select(module => $"""
            git config -f .gitmodules 'submodule.{module.Folder}.path' '{module.Folder}'; git config -f .gitmodules 'submodule.{module.Folder}.url' '{module.Address}'
            git update-index --add --cacheinfo "160000,$(git -C '{_site}/{Path.GetFileName(module.Address)}' rev-parse main 2>/dev/null || echo 0123456789012345678901234567890123456789),{module.Folder}"

            """));
        BuildStore.Bash($"""
            export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@t GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@t
            cd '{work}'; git init -q -b main
            {modules}
            {script}; git add --ignore-removal . ; git commit -qm 1
            git clone -q --bare . '{folder}'; git -C '{folder}' update-server-info
            """);
        return folder;
    }

    private HttpServerAnswer Answer(HttpServerRequest request)
    {
        var path = Uri.UnescapeDataString(request.Path);
        if (path.StartsWith("/locked/", StringComparison.Ordinal)) return new HttpServerAnswer { Status = 401 }.With("WWW-Authenticate", "Basic realm=\"locked\"");
        if (path.StartsWith("/moved/", StringComparison.Ordinal)) return new HttpServerAnswer { Status = 302 }.With("Location", request.Path["/moved".Length..]);
        var file = _site + path;
        return File.Exists(file)
            ? new HttpServerAnswer { Body = File.ReadAllBytes(file) }.With("Last-Modified", "Sat, 03 Feb 2001 04:05:06 GMT")
            : new HttpServerAnswer { Status = 404 };
    }
}
