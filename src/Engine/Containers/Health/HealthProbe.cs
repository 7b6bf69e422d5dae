using System.Buffers.Text;
using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>One health check at work: a <c>runcs exec</c> with its output on a pipe.</summary>
internal sealed unsafe class HealthProbe : IDisposable
{
    /// <summary>Bytes of output that are kept.</summary>
    internal const int MostOutput = 4096;

    private readonly SafeFileHandle _status;
    private readonly MemoryStream _kept = new();
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private bool _reaped;

    private HealthProbe(SafeFileHandle process, SafeFileHandle output, SafeFileHandle status, TimeSpan ageAtStart) =>
        (Process, Output, _status, AgeAtStart) = (process, output, status, ageAtStart);

    /// <summary>Readable when the check has ended.</summary>
    internal SafeFileHandle Process { get; }

    /// <summary>What it writes.</summary>
    internal SafeFileHandle Output { get; }

    /// <summary>The container's age when the check began.</summary>
    internal TimeSpan AgeAtStart { get; }

    /// <summary>Starts a check.</summary>
    internal static HealthProbe Start(StorePaths paths, string id, IReadOnlyList<string> command, TimeSpan age)
    {
        var (output, outputEnd) = FileDescriptors.Pipe();
        var (status, statusEnd) = FileDescriptors.Pipe();
        using (outputEnd)
        using (statusEnd)
        {
            FileDescriptors.SetNonBlocking(output);
            FileDescriptors.SetNonBlocking(status);
            var pid = ChildProcess.Start(
                "/proc/self/exe",
                ["runcs", "--root", paths.Run, "exec", "--status-fd", "3", id, .. command],
                [],
                [-1, outputEnd.Number(), outputEnd.Number(), statusEnd.Number()],
                newSession: true);
            return new HealthProbe(ProcessIdentity.OpenChild(pid), output, status, age);
        }
    }

    /// <summary>Reads what it has written. False when it has closed its output.</summary>
    internal bool ReadOutput()
    {
        var buffer = stackalloc byte[MostOutput];
        var length = (int)Syscall.read(Output.Number(), buffer, MostOutput);
        if (length > 0) _kept.Write(new ReadOnlySpan<byte>(buffer, Math.Min(length, MostOutput - (int)_kept.Length)));
        return length > 0 || length == -LibC.EAGAIN || length == -LibC.EINTR;
    }

    /// <summary>How it went; it has ended.</summary>
    internal HealthCheckResult Finish()
    {
        var exitCode = ExitStatus.Reap(Process);
        _reaped = true;

        // Whoever it has left behind may hold the pipe open: what is there is read, the end is not waited for.
        while (_kept.Length < MostOutput && Polling.WaitReadable(Output, TimeSpan.Zero, CancellationToken.None) && ReadOutput())
        {
        }

        return ReadStatus() is { } failure && !failure.StartsWith("started", StringComparison.Ordinal) ? Result(-1, failure) : Result(exitCode, Text());
    }

    /// <summary>It has taken too long and is ended.</summary>
    internal HealthCheckResult GiveUp(TimeSpan timeout)
    {
        Kill();
        return Result(-1, $"The check took longer than {timeout.TotalSeconds:0.###} s. {Text()}".TrimEnd());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        Process.Dispose();
        Output.Dispose();
        _status.Dispose();
        _kept.Dispose();
    }

    // The program with its children first: when runcs goes, nobody knows them any more.
    private void Kill()
    {
        if (_reaped) return;
        const string started = "started ";
        if (ReadStatus() is { } line && line.StartsWith(started, StringComparison.Ordinal) && Utf8Parser.TryParse(Encoding.ASCII.GetBytes(line[started.Length..]), out int pid, out _))
            _ = Syscall.kill(-pid, LibC.SIGKILL);
        ProcessIdentity.Signal(Process, LibC.SIGKILL);
        ExitStatus.Reap(Process);
        _reaped = true;
    }

    // "started PID", or why it could not be started, as JSON; null when nothing was said.
    private string? ReadStatus()
    {
        var buffer = stackalloc byte[MostOutput];
        var length = (int)Syscall.read(_status.Number(), buffer, MostOutput);
        return length > 0 ? Encoding.UTF8.GetString(buffer, length).TrimEnd() : null;
    }

    private string Text() => Encoding.UTF8.GetString(_kept.GetBuffer(), 0, (int)_kept.Length);

    private HealthCheckResult Result(int exitCode, string output) => new() { Start = _start, End = DateTimeOffset.UtcNow, ExitCode = exitCode, Output = output };
}
