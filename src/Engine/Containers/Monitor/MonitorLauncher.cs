using System.Globalization;
using System.Text.Json;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>Starts monitors: <c>runcs monitor ID</c>, in sessions of their own, and waits for their word that the container runs.</summary>
internal sealed unsafe class MonitorLauncher(StorePaths paths, string runtimePath)
{
    // Descriptors of the monitor.
    internal const int ControlDescriptor = 3;
    internal const int LockDescriptor = 4;

    private SafeFileHandle? _sealed;

    /// <summary>Path by which a child of this process executes runcs: a read-only view of the file, which no container can write to (CVE-2019-5736).</summary>
    internal string ExecutablePath
    {
        get
        {
            if (!File.Exists(runtimePath))
                throw new ContainerEngineException("RuntimeMissing", ErrorKind.NotFound, $"The program '{runtimePath}' is missing: install the module again, or build it with build.ps1 Pack.", runtimePath);
            _sealed ??= SealedExecutable.Open(runtimePath);
            return string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{_sealed.Number()}");
        }
    }

    /// <summary>Starts a container's monitor; the caller has written the spec and holds the container's lock, which the monitor then holds, too, until it has recorded itself.</summary>
    internal MonitoredProcess Launch(string id, FileLock held, bool attached, bool input)
    {
        var (ours, theirs) = FileDescriptors.SocketPair();
        using (theirs)
        using (var errors = FileDescriptors.Open(Path.Combine(paths.RunOf(id), RunFiles.MonitorErrors), LibC.O_WRONLY | LibC.O_CREAT | LibC.O_APPEND))
        {
            List<string> arguments = ["runcs", "--root", paths.Run, "monitor", "--store", paths.Root, "--config", paths.ConfigFile];
            if (attached && input) arguments.Add("--attached");
            arguments.Add(id);
            var pid = ChildProcess.Start(
                ExecutablePath,
                arguments,
                [],
                [-1, -1, errors.Number(), theirs.Number(), held.Share().Number()],
                newSession: true,
                blockSignals: true);
            ChildReaper.OfProcess.Add(pid);
        }

        return Attach(id, ours, input, CancellationToken.None);
    }

    /// <summary>Attaches to a monitor by a connection to it, as soon as it says that the container runs; the connection is closed when it does not.</summary>
    internal MonitoredProcess Attach(string id, SafeFileHandle socket, bool input, CancellationToken cancellation)
    {
        try
        {
            Polling.WaitReadable(socket, timeout: null, cancellation);
            return new MonitoredProcess(socket, WaitForStart(id, socket), input);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private SafeFileHandle WaitForStart(string id, SafeFileHandle socket)
    {
        var buffer = new byte[64 * 1024];
        int length;
        fixed (byte* p = buffer)
        {
            do length = (int)Syscall.recv(socket.Number(), p, buffer.Length, 0);
            while (length == -LibC.EINTR);
        }

        if (length > 0 && buffer[0] == (byte)MonitorMessage.Started)
            return new SafeFileHandle((nint)Math.Max(-1, Syscall.pidfd_open(BitConverter.ToInt32(buffer, 1))), true);
        if (length > 0 && buffer[0] == (byte)MonitorMessage.Failed)
            throw FailureOf(JsonSerializer.Deserialize(buffer.AsSpan(1, length - 1), RecordJson.Default.StartFailure)!, id);
        var said = ErrorsOf(id);
        throw new ContainerEngineException("MonitorDied", ErrorKind.Failed, $"The monitor of container {id[..12]} ended before the container ran{(said.Length > 0 ? ": " + said : ".")}", id);
    }

    private string ErrorsOf(string id)
    {
        try
        {
            return File.ReadAllText(Path.Combine(paths.RunOf(id), RunFiles.MonitorErrors)).Trim();
        }
        catch (IOException)
        {
            // The run folder is gone: it had ended, and was cleaned up.
            return "";
        }
    }

    /// <summary>The typed error of what another process has reported.</summary>
    internal static ContainerEngineException FailureOf(StartFailure failure, string subject) => failure.ExitCode is 126 or 127
        ? new ProgramStartException(subject, failure.Message, failure.ExitCode)
        : new ContainerEngineException(failure.ErrorId, failure.Kind ?? ErrorKind.Failed, failure.Message, subject);
}
