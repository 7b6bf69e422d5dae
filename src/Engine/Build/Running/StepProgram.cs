using System.Text.Json;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary><c>runcs step</c>: runs the command of a RUN, a child of the shell that builds. When the shell goes, or closes its end of the socket, the command is ended with all that it has started.</summary>
internal static unsafe class StepProgram
{
    internal const int SpecDescriptor = 3;
    internal const int DocumentDescriptor = 4;
    internal const int ControlDescriptor = 5;

    /// <summary>Runs it; 0 when it ran, whatever its exit code.</summary>
    internal static int Run()
    {
        using var control = new SafeFileHandle(ControlDescriptor, ownsHandle: true);
        try
        {
            var document = JsonSerializer.Deserialize(Read(DocumentDescriptor), BuildJson.Default.StepDocument)!;
            var spec = RuntimeSpecReader.Read(Read(SpecDescriptor));
            Send(control, Run(document, spec, control));
            return 0;
        }
        catch (ContainerEngineException e)
        {
            Send(control, new StepReport { ExitCode = (e as ProgramStartException)?.ExitCode ?? 125, Error = e.Message, ErrorId = e.ErrorId });
            return 1;
        }
    }

    private static StepReport Run(StepDocument document, Oci.RuntimeSpec spec, SafeFileHandle control)
    {
        using var init = ContainerStarter.Start(new StartRequest
        {
            Id = document.Id,
            Spec = spec,
            Bundle = document.Bundle,

            // Written back once for all steps of a build.
            Overlay = new OverlayRoot(document.Lower, document.Upper, document.Work, Volatile: true),
            VolumesFolder = document.SharedFolder,
            LayersFolder = document.LayersFolder,
            DieWithParent = true,
        });
        var isWanted = Wait(init, control);
        if (!isWanted) init.Signal(LibC.SIGKILL);
        var exitCode = init.WaitForExit();
        var isOutOfMemory = init.Cgroup.OomKillCount() > 0;
        init.Cgroup.Kill();
        init.Cgroup.Delete();
        return new StepReport { ExitCode = exitCode, OutOfMemory = isOutOfMemory };
    }

    // False when nobody waits for it any more.
    private static bool Wait(InitProcess init, SafeFileHandle control)
    {
        var fds = stackalloc Syscall.PollFd[2];
        fds[0] = new() { fd = init.PidFd.Number(), events = Syscall.POLLIN };
        fds[1] = new() { fd = control.Number(), events = Syscall.POLLIN };
        Polling.Wait(fds, 2, -1);
        return fds[0].revents != 0 || fds[1].revents == 0;
    }

    private static void Send(SafeFileHandle control, StepReport report)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(report, BuildJson.Default.StepReport);
        fixed (byte* start = bytes) _ = ChildMessages.SendBytes(control.Number(), start, bytes.Length, -1);
    }

    private static byte[] Read(int descriptor)
    {
        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        var bytes = new byte[RandomAccess.GetLength(file)];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var count) read += count;
        return bytes;
    }
}
