namespace ContainerPS.Conformance;

/// <summary>process.terminal, consoleSize and --console-socket; --preserve-fds and --no-new-keyring.</summary>
public sealed class TerminalTests
{
    [Property]
    public void TheTerminalIsSentToTheSocket()
    {
        using var container = new Container("""{ "process": { "terminal": true, "consoleSize": { "height": 33, "width": 111 } } }""");
        var seen = OnSocket(container, "terminal", "stat:/dev/console", "names");
        Assert.All((string[])["tty0", "tty1", "tty2"], name => Assert.StartsWith("/dev/", seen["terminal"][name].Text, StringComparison.Ordinal));
        Assert.True(seen["terminal"]["controlling"].Yes);
        Assert.True(seen["terminal"]["leader"].Yes);
        Assert.True(seen["terminal"]["foreground"].Yes);
        Assert.Equal((33, 111), (seen["terminal"]["rows"].Number, seen["terminal"]["columns"].Number));
        Assert.Equal("char", seen["stat:/dev/console"]["type"].Text);
        Assert.Equal(136, seen["stat:/dev/console"]["major"].Number);
    }

    [Property]
    public void TheTerminalBelongsToTheUser()
    {
        using var container = new Container("""{ "process": { "terminal": true, "user": { "uid": 33, "gid": 44 } } }""");
        Assert.Equal(33, OnSocket(container, "stat:/dev/pts/0")["stat:/dev/pts/0"]["uid"].Number);
    }

    [Property]
    public void InTheForegroundTheCallersTerminalIsUsed()
    {
        using var container = new Container("""{ "process": { "terminal": true } }""");
        container.Write("terminal");
        var ended = Programs.Run(Programs.Probe, ["pty", "22x99", .. container.CommandLine("run", "--bundle", container.Bundle, container.Id)]).Succeeded();
        Assert.StartsWith("/dev/", Answer.Parse(ended.Output)["terminal"]["tty0"].Text, StringComparison.Ordinal);
    }

    [Property]
    public void ADetachedTerminalNeedsASocket()
    {
        using var container = new Container("""{ "process": { "terminal": true } }""");
        container.Run([], "--detach").Refused();
    }

    [Property]
    [DiffersIn("crun", "leaves the socket alone")]
    public void ASocketNeedsATerminal()
    {
        using var container = new Container();
        var path = Path.Combine(container.Folder, "console");
        using var console = Programs.Start(Programs.Probe, ["console", path]);
        Assert.Equal("listening", Programs.ReadLine(console.StandardError));
        container.Write();
        container.Runtime("run", "--detach", "--bundle", container.Bundle, "--console-socket", path, container.Id).Refused();
        console.Kill();
    }

    [Property]
    public void WithoutATerminalThereIsNoConsole()
    {
        using var container = new Container();
        Assert.Equal("ENOENT", container.Ask("stat:/dev/console")["stat:/dev/console"].Error);
    }

    [Properties]
    [InlineData("0", "0 1 2")]
    [InlineData("1", "0 1 2 3")]
    [InlineData("2", "0 1 2 3 4")]
    public void SomeDescriptorsArePassedOn(string count, string seen)
    {
        using var container = new Container();
        container.WriteFile("passed");
        container.Write("fds");
        string[] command = container.CommandLine("run", "--bundle", container.Bundle, "--preserve-fds", count, container.Id);
        var ended = Programs.Run("sh", ["-c", $"exec \"$@\" 3<{container.Folder}/passed 4<{container.Folder}/passed", "sh", .. command]).Succeeded();
        Assert.Equal(seen, string.Join(' ', Answer.Parse(ended.Output)["fds"].Names.Order(StringComparer.Ordinal)));
    }

    [Property]
    [DiffersIn("crun", "passes the descriptors on and not the variables that name them")]
    public void DescriptorsOfSocketActivationArePassedOn()
    {
        using var container = new Container();
        container.WriteFile("passed");
        container.Write("fds", "env");
        string[] command = container.CommandLine("run", "--bundle", container.Bundle, container.Id);
        var seen = Answer.Parse(Programs.Run("sh", ["-c", $"export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$@\" 3<{container.Folder}/passed", "sh", .. command]).Succeeded().Output);
        Assert.Equal(["0", "1", "2", "3"], seen["fds"].Names.Order(StringComparer.Ordinal));
        Assert.Contains("LISTEN_FDS=1", seen["env"].Texts);
    }

    [Property(Needs.Keyrings)]
    public void TheContainerHasASessionKeyringOfItsOwn()
    {
        using var container = new Container();
        var seen = container.Ask("keyring")["keyring"];
        Assert.Contains(container.Id, seen["description"].Text, StringComparison.Ordinal);
    }

    [Property(Needs.Keyrings)]
    public void TheKeyringCanBeLeftAsItIs()
    {
        using var container = new Container();
        var seen = Answer.Parse(container.Run(["keyring"], "--no-new-keyring").Succeeded().Output)["keyring"];
        Assert.DoesNotContain(container.Id, seen.ToString(), StringComparison.Ordinal);
    }

    private static Answer OnSocket(Container container, params string[] questions)
    {
        var path = Path.Combine(container.Folder, "console");
        using var console = Programs.Start(Programs.Probe, ["console", path]);
        Assert.Equal("listening", Programs.ReadLine(console.StandardError));
        container.CreateWith(["--console-socket", path], questions);
        container.Runtime("start", container.Id).Succeeded();
        return Answer.Parse(console.StandardOutput.ReadToEnd());
    }
}
