using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>The container's output on its way to the log and to the attached shells.</summary>
internal sealed unsafe class OutputRelay : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly EventLoop _events;
    private readonly ContainerStreams _streams;
    private readonly IContainerLog _log;
    private readonly ClientList _clients;
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(BufferSize);
    private readonly Action _readStdout;
    private readonly Action _readStderr;

    internal OutputRelay(EventLoop events, ContainerStreams streams, IContainerLog log, ClientList clients)
    {
        (_events, _streams, _log, _clients) = (events, streams, log, clients);
        _readStdout = () => Read(OutputStream.Stdout, ended: false);
        _readStderr = () => Read(OutputStream.Stderr, ended: false);
    }

    /// <summary>Watches for output, unless the shell that started the container has to read first.</summary>
    internal void Watch()
    {
        Watch(_streams.Stdout, _readStdout);
        Watch(_streams.Stderr, _readStderr);
    }

    /// <summary>After PID 1's end its pipes hold what they hold, and nothing more will come: it is read at once, room or not.</summary>
    internal void ReadRest()
    {
        while (_streams.Stdout is not null) Read(OutputStream.Stdout, ended: true);
        while (_streams.Stderr is not null) Read(OutputStream.Stderr, ended: true);
        _log.Complete();
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.Free(_buffer);

    private void Watch(SafeFileHandle? file, Action read)
    {
        if (file is null) return;
        if (_clients.HoldBack) _events.Forget(file);
        else _events.Watch(file, Syscall.EPOLLIN, read);
    }

    private void Read(OutputStream stream, bool ended)
    {
        var file = stream == OutputStream.Stdout ? _streams.Stdout : _streams.Stderr;
        if (file is null) return;
        var length = (int)Syscall.read(file.Number(), _buffer + 1, BufferSize - 1);
        if (length > 0)
        {
            _buffer[0] = (byte)(stream == OutputStream.Stdout ? MonitorMessage.Stdout : MonitorMessage.Stderr);
            _log.Write(stream, new ReadOnlySpan<byte>(_buffer + 1, length));
            _clients.SendOutput(new ReadOnlySpan<byte>(_buffer, length + 1));
            return;
        }

        // A terminal gives EIO when nobody has its other side open any more: for good once PID 1 has ended, else somebody may open it again.
        if (length == -LibC.EINTR || (length == -LibC.EAGAIN && !ended)) return;
        _events.Forget(file);
        if (_streams.IsTerminal) _events.Forget(_streams.Stdin);
        _streams.CloseOutput(stream);
    }
}
