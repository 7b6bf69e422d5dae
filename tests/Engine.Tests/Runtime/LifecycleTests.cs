namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>States of a container and the commands that change them.</summary>
public sealed class LifecycleTests
{
    [Fact]
    public void CreatedContainerRunsWhenStarted()
    {
        using var container = new TestContainer("sh", "-c", "echo ran >/tmp/mark; sleep 60");
        var pidFile = Path.Combine(container.Folder, "pid");
        container.Create("--pid-file", pidFile);
        var (status, pid) = container.State();
        Assert.Equal("created", status);
        Assert.Equal(pid.ToString(), File.ReadAllText(pidFile));
        Assert.False(File.Exists(Path.Combine(container.Rootfs, "tmp/mark")));
        Assert.NotEqual(0, container.Exec("true").ExitCode);
        Assert.Equal(0, container.Runcs("start", container.Id).ExitCode);
        Assert.Equal("running", container.State().Status);
        while (!File.Exists(Path.Combine(container.Rootfs, "tmp/mark"))) Assert.Equal("running", container.State().Status);
        Assert.NotEqual(0, container.Runcs("start", container.Id).ExitCode);
        Assert.NotEqual(0, container.Runcs("delete", container.Id).ExitCode);
        Assert.Contains(container.Id, container.Runcs("list", "--quiet").Lines);
        Assert.Equal(0, container.Runcs("kill", container.Id, "9").ExitCode);
        while (container.State().Status != "stopped");
        Assert.Contains("not running", container.Runcs("kill", container.Id, "9").Errors);
        Assert.Equal(0, container.Runcs("delete", container.Id).ExitCode);
        Assert.Empty(container.CgroupDirectories());
        Assert.Contains("does not exist", container.Runcs("state", container.Id).Errors);
        Assert.Equal(0, container.Runcs("delete", "--force", container.Id).ExitCode);
    }

    [Fact]
    public void CreateReportsAProgramThatIsNotThere()
    {
        using var container = new TestContainer("no-such-program");
        var result = container.Runcs("create", "--bundle", container.WriteSpec(), container.Id);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no-such-program", result.Errors);
        Assert.Empty(container.CgroupDirectories());
        Assert.False(Directory.Exists(Path.Combine(container.StateRoot, container.Id)));
    }

    [Fact]
    public void StartReportsAProgramThatCannotRun()
    {
        using var container = new TestContainer("/bin/broken");
        File.WriteAllText(Path.Combine(container.Rootfs, "bin/broken"), "no format");
        File.SetUnixFileMode(Path.Combine(container.Rootfs, "bin/broken"), (UnixFileMode)0x1ED);
        container.Create();
        var result = container.Runcs("start", container.Id);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("/bin/broken", result.Errors);
    }

    [Fact]
    public void IdIsTakenOnce()
    {
        using var container = new TestContainer("sleep", "60");
        container.RunDetached();
        var result = container.Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("taken", result.Errors);
        Assert.Equal("running", container.State().Status);
    }

    [Fact]
    public void DeathOfTheCallerKillsTheContainer()
    {
        using var container = new TestContainer("sh", "-c", "echo ready; exec sleep 1000");
        using var run = RuncsProgram.Start(RuncsProgram.Path, ["--root", container.StateRoot, "run", "--bundle", container.WriteSpec(), container.Id]);
        Assert.Equal("ready", run.StandardOutput.ReadLine());
        while (!File.Exists(Path.Combine(container.StateRoot, container.Id, "state.json")));
        Assert.Equal("running", container.State().Status);
        run.Kill();
        Assert.Null(run.StandardOutput.ReadLine());
        while (container.State().Status != "stopped");
        Assert.Equal(0, container.Runcs("delete", container.Id).ExitCode);
        Assert.Empty(container.CgroupDirectories());
    }

    [Fact]
    public void TerminalIsTheContainersOwn()
    {
        // script gives runcs a terminal, as a user has one.
        using var container = new TestContainer("sh", "-c", "tty; stty size; test -t 0 -a -t 1 -a -t 2 && echo all; stat -c %t:%T /dev/console; echo hi >/dev/console; ps -o pid,tty");
        container.Spec.Process!.Terminal = true;
        container.Spec.Process.ConsoleSize = new() { Height = 33, Width = 44 };
        container.WriteSpec();
        var socket = Path.Combine(container.Folder, "c.sock");
        using var listener = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        listener.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(socket));
        listener.Listen();
        using var run = RuncsProgram.Start(RuncsProgram.Path, ["--root", container.StateRoot, "run", "--bundle", container.Bundle, "--console-socket", socket, container.Id]);
        using var connection = listener.Accept();
        var received = ContainerPS.Engine.Runtime.ChildMessages.Receive((int)connection.Handle, out _, out var fd);
        Assert.True(received > 0 && fd >= 0);
        using var master = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(fd, true), FileAccess.Read, 0);
        var text = "";
        var buffer = new byte[4096];
        try
        {
            for (int n; (n = master.Read(buffer)) > 0;) text += System.Text.Encoding.UTF8.GetString(buffer, 0, n);
        }
        catch (IOException)
        {
            // EIO: the container has closed its end.
        }

        Assert.True(run.WaitForExit(60_000));
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("/dev/pts/0\r\n33 44\r\nall\r\n88:0\r\nhi\r\n", text, StringComparison.Ordinal);
    }
}
