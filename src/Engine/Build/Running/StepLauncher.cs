using System.Text.Json;
using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>Runs commands of RUN by <c>runcs step</c>, children of this process that end with it.</summary>
/// <param name="executable">Path by which a child of this process executes runcs.</param>
internal sealed unsafe class StepLauncher(Func<string> executable)
{
    /// <summary>Runs a command to its end.</summary>
    /// <param name="document">What it runs in.</param>
    /// <param name="spec">What it runs.</param>
    /// <param name="output">Told of what it writes.</param>
    /// <param name="cancellation">Ends it, with all that it has started.</param>
    internal StepReport Run(StepDocument document, RuntimeSpec spec, Action<OutputStream, ReadOnlyMemory<byte>> output, CancellationToken cancellation)
    {
        var (ours, theirs) = FileDescriptors.SocketPair();
        var (standard, standardEnd) = FileDescriptors.Pipe();
        var (errors, errorsEnd) = FileDescriptors.Pipe();
        using (ours)
        using (standard)
        using (errors)
        {
            SafeFileHandle process;
            using (theirs)
            using (standardEnd)
            using (errorsEnd)
            using (var specFile = FileDescriptors.InMemory(JsonSerializer.SerializeToUtf8Bytes(spec, OciJson.Default.RuntimeSpec)))
            using (var documentFile = FileDescriptors.InMemory(JsonSerializer.SerializeToUtf8Bytes(document, BuildJson.Default.StepDocument)))
            {
                var pid = ChildProcess.Start(
                    executable(),
                    ["runcs", "step"],
                    [],
                    [-1, standardEnd.Number(), errorsEnd.Number(), specFile.Number(), documentFile.Number(), theirs.Number()],
                    newSession: true);
                process = new SafeFileHandle(Syscall.pidfd_open(pid), ownsHandle: true);
            }

            using (process) return Attend(document, process, ours, standard, errors, output, cancellation);
        }
    }

    private static StepReport Attend(
        StepDocument document, SafeFileHandle process, SafeFileHandle control, SafeFileHandle standard, SafeFileHandle errors, Action<OutputStream, ReadOnlyMemory<byte>> output, CancellationToken cancellation)
    {
        StepReport? report = null;
        try
        {
            using var wake = new CancellationDescriptor(cancellation);
            var buffer = new byte[64 * 1024];
            var fds = stackalloc Syscall.PollFd[4];
            fds[0] = new() { fd = standard.Number(), events = Syscall.POLLIN };
            fds[1] = new() { fd = errors.Number(), events = Syscall.POLLIN };
            fds[2] = new() { fd = control.Number(), events = Syscall.POLLIN };
            fds[3] = new() { fd = wake.Number, events = Syscall.POLLIN };
            while (fds[2].fd >= 0)
            {
                Polling.Wait(fds, 4, -1);
                cancellation.ThrowIfCancellationRequested();

                // What it has written comes before what became of it.
                if (Take(ref fds[0], OutputStream.Stdout, buffer, output) | Take(ref fds[1], OutputStream.Stderr, buffer, output)) continue;
                if (fds[2].revents == 0) continue;
                report = Receive(control, buffer);
                fds[2].fd = -1;
            }
        }
        finally
        {
            // When it has not reported, it ends its command now and then itself.
            if (report is null) control.Dispose();
            ExitStatus.Reap(process);
        }

        if (report is not null) return report;

        // It was killed: its command has gone with it, and has left its cgroup.
        var cgroup = CgroupFactory.Open(CgroupFactory.PathOf(document.Id));
        cgroup.Kill();
        cgroup.Delete();
        throw new ContainerEngineException("StepDied", ErrorKind.Failed, "the program that runs the command has ended before it", document.Id);
    }

    // A process that the command has left behind may hold the other end; what has been written by now is all that counts.
    private static bool Take(ref Syscall.PollFd fd, OutputStream stream, byte[] buffer, Action<OutputStream, ReadOnlyMemory<byte>> output)
    {
        if (fd.revents == 0 || fd.fd < 0) return false;
        nint length;
        fixed (byte* start = buffer) length = Syscall.read(fd.fd, start, buffer.Length);
        if (length == -LibC.EINTR) return true;
        if (length > 0)
        {
            output(stream, buffer.AsMemory(0, (int)length));
            return true;
        }

        fd.fd = -1;
        fd.revents = 0;
        return false;
    }

    private static StepReport? Receive(SafeFileHandle control, byte[] buffer)
    {
        nint length;
        fixed (byte* start = buffer)
        {
            do length = Syscall.recv(control.Number(), start, buffer.Length, 0);
            while (length == -LibC.EINTR);
        }

        return length > 0 ? JsonSerializer.Deserialize(buffer.AsSpan(0, (int)length), BuildJson.Default.StepReport) : null;
    }
}
