using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// What shells send on its way to the container: one message at a time, and no further one is received before the container has read it, so that
/// shells wait as for a pipe.
/// </summary>
internal sealed unsafe class InputRelay
{
    private const int BufferSize = 64 * 1024;

    private readonly EventLoop _events;
    private readonly ContainerStreams _streams;
    private readonly bool _once;
    private readonly Action _write;
    private byte[]? _buffer;
    private int _start;
    private int _end;

    /// <param name="events">The monitor's loop.</param>
    /// <param name="streams">The container's streams.</param>
    /// <param name="once">True when the container's input ends with that of a shell (Docker's StdinOnce); false to keep it open for the next one.</param>
    internal InputRelay(EventLoop events, ContainerStreams streams, bool once)
    {
        (_events, _streams, _once) = (events, streams, once);
        _write = Write;
    }

    /// <summary>True while nothing that has been received waits for the container.</summary>
    internal bool WantsMore => _start == _end;

    /// <summary>Receives what a shell has sent.</summary>
    internal void Receive(MonitorClient client)
    {
        if (!WantsMore || client.IsClosed) return;
        _buffer ??= GC.AllocateUninitializedArray<byte>(BufferSize);
        int length;
        fixed (byte* p = _buffer) length = client.Receive(p, BufferSize);
        if (length <= 0) return;
        var body = _buffer.AsSpan(1, length - 1);
        switch ((MonitorMessage)_buffer[0])
        {
            case MonitorMessage.Input when _streams.Stdin is not null:
                client.IsInput = true;
                (_start, _end) = (1, length);
                Write();
                break;
            case MonitorMessage.InputEnd when _once || _streams.IsTerminal:
                _streams.EndInput();
                break;
            case MonitorMessage.Resize when body.Length >= 4:
                _streams.Resize(BitConverter.ToUInt16(body), BitConverter.ToUInt16(body[2..]));
                break;
        }
    }

    /// <summary>A shell whose input it was has gone: a pipe ends with it when it was for that shell alone, a terminal stays for the next one.</summary>
    internal void InputIsGone()
    {
        if (_once && !_streams.IsTerminal) _streams.EndInput();
    }

    /// <summary>Watches the container's input while something waits for it.</summary>
    internal void Watch()
    {
        if (!WantsMore && _streams.Stdin is { } stdin) _events.Watch(stdin, Syscall.EPOLLOUT, _write);
    }

    private void Write()
    {
        if (_streams.Stdin is { } stdin)
        {
            int written;
            fixed (byte* p = _buffer) written = (int)Syscall.write(stdin.Number(), p + _start, _end - _start);
            if (written == -LibC.EAGAIN || written == -LibC.EINTR) return;
            if (written >= 0) _start += written;
            if (written >= 0 && _start < _end) return;
            _events.Forget(stdin);
            if (written < 0) _streams.CloseInput();
        }

        _start = _end = 0;
    }
}
