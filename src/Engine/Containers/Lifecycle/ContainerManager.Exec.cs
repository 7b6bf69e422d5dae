using System.Globalization;
using System.Text;
using System.Text.Json;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    // Descriptors of runcs exec.
    private const int ProcessDescriptor = 3;
    private const int StatusDescriptor = 4;
    private const int ConsoleDescriptor = 5;

    /// <summary>Runs a program in a running container and returns when it runs.</summary>
    /// <exception cref="InvalidContainerStateException">The container does not run.</exception>
    /// <exception cref="ProgramStartException">The program is not in the container, or cannot be executed.</exception>
    public AttachedProcess Exec(string id, ExecSettings settings, CancellationToken cancellation)
    {
        var streams = ExecStreams.Create(settings.Tty, settings.Interactive);
        try
        {
            var (child, pid, group) = StartExec(id, settings, streams, detach: false, cancellation);
            return streams.Attach(child, pid, group);
        }
        catch
        {
            streams.Dispose();
            throw;
        }
    }

    /// <summary>Runs a program in a running container for nobody: it has no input, its output is not kept, and it goes on without this process. Returns when it runs.</summary>
    /// <exception cref="InvalidContainerStateException">The container does not run.</exception>
    /// <exception cref="ProgramStartException">The program is not in the container, or cannot be executed.</exception>
    public void ExecDetached(string id, ExecSettings settings, CancellationToken cancellation)
    {
        if (settings.Tty || settings.Interactive) throw new InvalidSettingException("Detach", null, "A program that is detached has neither input nor a terminal. Leave -Interactive and -Tty out.");
        using var streams = ExecStreams.None();
        using var child = StartExec(id, settings, streams, detach: true, cancellation).Child;
        ExitStatus.Reap(child);
    }

    // Returns when the program runs.
    private (SafeFileHandle Child, int Pid, int Group) StartExec(string id, ExecSettings settings, ExecStreams streams, bool detach, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var record = ReadRecord(id);
        var monitor = RunningMonitor(record);
        if (_cgroups.IsFrozen(record.Id)) throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' is paused. Resume-Container {record.Name} lets it go on.");
        var document = JsonSerializer.SerializeToUtf8Bytes(ExecSpec(record, monitor, settings), OciJson.Default.Process);
        using var process = FileDescriptors.InMemory(document);
        var (status, statusEnd) = FileDescriptors.Pipe();
        using (status)
        {
            int pid;
            using (statusEnd)
            {
                pid = StartRuncs(record.Id, process, statusEnd, streams, detach);
                streams.Started();
            }

            var started = Confirm(record, monitor, settings, status, pid);
            _events.Write(EventAction.ExecStart, record, ("program", settings.Command[0]));
            return started;
        }
    }

    private Process ExecSpec(ContainerRecord record, MonitorRecord monitor, ExecSettings settings)
    {
        if (settings.Command.Count == 0) throw new InvalidSettingException("Command", null, "Give the program to run.");
        if (settings.WorkingDirectory is { } directory && !directory.StartsWith('/'))
            throw new InvalidSettingException("WorkingDirectory", directory, $"-WorkingDirectory '{directory}' is refused. Give an absolute path.");
        var asked = record.Settings;
        ResolvedUser user;
        using (var root = RootOf(record, monitor))
        {
            if (settings.WorkingDirectory is { } path && !HasDirectory(root, path))
                throw new InvalidSettingException("WorkingDirectory", path, $"-WorkingDirectory '{path}' is no directory of the container. Make it first, or give one that is there.");
            user = UserDatabase.Of(root).Resolve(settings.User ?? asked.User ?? record.ImageConfig.User, settings.User is null ? asked.GroupAdd : []);
        }

        var hostname = SpecGenerator.Hostname(asked, record.Id, Environment.MachineName);
        var privileged = asked.Privileged || settings.Privileged;
        var mask = DefaultCapabilities.Effective(asked.CapabilityAdd, asked.CapabilityDrop, privileged);
        var security = SecurityOptions.Parse(asked);
        return new Process
        {
            Terminal = settings.Tty,
            ConsoleSize = settings.Tty ? settings.TerminalSize : null,
            User = new User { Uid = user.Uid, Gid = user.Gid, AdditionalGids = [.. user.AdditionalGids] },
            Args = [.. settings.Command],
            Env = SpecGenerator.Environment(asked with { Tty = settings.Tty, Environment = [.. asked.Environment, .. settings.Environment] }, record.ImageConfig, hostname, user.Home),
            Cwd = settings.WorkingDirectory ?? SpecGenerator.WorkingDirectory(asked, record.ImageConfig),
            Capabilities = SpecGenerator.CapabilitySets(mask, user.Uid),
            Rlimits = SpecGenerator.Limits(asked),
            NoNewPrivileges = security.NoNewPrivileges,
            ApparmorProfile = privileged ? null : security.AppArmor,
            SelinuxLabel = privileged ? null : security.Labels(LabelPlanner.HasSelinux).Process,
            OomScoreAdj = asked.OomScoreAdj,
        };
    }

    private static bool HasDirectory(RootView root, string path)
    {
        try
        {
            using var directory = root.OpenDirectory(path);
            return directory is not null;
        }
        catch (KernelException e)
        {
            // What cannot be looked at from here, its own process may be able to enter.
            return e.Errno != LibC.ENOTDIR;
        }
    }

    // The root that its first process sees. The process may have ended just now, and its number be another's.
    private static RootView RootOf(ContainerRecord record, MonitorRecord monitor)
    {
        try
        {
            var root = RootView.OfProcess(monitor.InitPid);
            if (ProcessIdentity.StartTime(monitor.InitPid) == monitor.InitStartTime) return root;
            root.Dispose();
        }
        catch (KernelException e) when (e.Errno == LibC.ENOENT || e.Errno == LibC.ESRCH)
        {
            // Said below.
        }

        throw NotRunning(record);
    }

    private int StartRuncs(string id, SafeFileHandle process, SafeFileHandle status, ExecStreams streams, bool detach)
    {
        List<string> arguments = ["runcs", "--root", _paths.Run, "exec", "--process", $"/proc/self/fd/{ProcessDescriptor}", "--status-fd", $"{StatusDescriptor}"];
        if (detach) arguments.Add("--detach");
        List<int> descriptors = [streams.ChildStdin, streams.ChildStdout, streams.ChildStderr, process.Number(), status.Number()];
        if (streams.ChildConsole >= 0)
        {
            arguments.AddRange(["--console-fd", $"{ConsoleDescriptor}"]);
            descriptors.Add(streams.ChildConsole);
        }

        arguments.Add(id);
        return ChildProcess.Start(_launcher.ExecutablePath, arguments, [], [.. descriptors], newSession: true);
    }

    private static (SafeFileHandle Child, int Pid, int Group) Confirm(ContainerRecord record, MonitorRecord monitor, ExecSettings settings, SafeFileHandle status, int pid)
    {
        var child = new SafeFileHandle(Syscall.pidfd_open(pid), true);
        using var reader = new StreamReader(new FileStream(status, FileAccess.Read, bufferSize: 0), Encoding.UTF8);
        var line = reader.ReadLine();
        const string started = "started ";
        if (line is not null && line.StartsWith(started, StringComparison.Ordinal)) return (child, pid, int.Parse(line.AsSpan(started.Length), CultureInfo.InvariantCulture));
        ExitStatus.Reap(child);
        child.Dispose();

        // In a container that ends just now anything may fail.
        if (line is not null && ProcessIdentity.IsAlive(monitor.InitPid, monitor.InitStartTime)) throw MonitorLauncher.FailureOf(JsonSerializer.Deserialize(line, RecordJson.Default.StartFailure)!, settings.Command[0]);
        throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' ended while '{settings.Command[0]}' was being started in it.");
    }
}
