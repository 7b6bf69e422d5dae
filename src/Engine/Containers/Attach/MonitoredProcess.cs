using System.Buffers.Binary;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>PID 1 of a container, seen through the socket to its monitor.</summary>
internal sealed unsafe class MonitoredProcess : AttachedProcess
{
    private readonly SafeFileHandle _socket;
    private readonly SafeFileHandle _init;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
    private int? _exitCode;

    internal MonitoredProcess(SafeFileHandle socket, SafeFileHandle init, bool input)
    {
        _socket = socket;
        _init = init;
        Input = input ? new MonitorInput(socket) : null;
    }

    /// <inheritdoc/>
    public override Stream? Input { get; }

    /// <inheritdoc/>
    public override bool ReadOutput(CancellationToken cancellation, out OutputStream stream, out ReadOnlyMemory<byte> data)
    {
        (stream, data) = (OutputStream.Stdout, default);
        if (_exitCode is not null) return false;
        while (true)
        {
            Polling.WaitReadable(_socket, timeout: null, cancellation);
            int length;
            fixed (byte* p = _buffer) length = (int)Syscall.recv(_socket.Number(), p, _buffer.Length, Syscall.MSG_DONTWAIT);
            if (length == -LibC.EAGAIN || length == -LibC.EINTR) continue;

            // The monitor was killed: its container went with it.
            if (length <= 0) _exitCode = 128 + LibC.SIGKILL;
            else if (_buffer[0] == (byte)MonitorMessage.Exited) _exitCode = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(1));
            if (_exitCode is not null) return false;
            if (_buffer[0] == (byte)MonitorMessage.Dropped) LostOutput += BinaryPrimitives.ReadInt64LittleEndian(_buffer.AsSpan(1));
            if (_buffer[0] is not ((byte)MonitorMessage.Stdout or (byte)MonitorMessage.Stderr)) continue;
            stream = _buffer[0] == (byte)MonitorMessage.Stdout ? OutputStream.Stdout : OutputStream.Stderr;
            data = _buffer.AsMemory(1, length - 1);
            return true;
        }
    }

    /// <inheritdoc/>
    public override void Signal(string signal) => ProcessIdentity.Signal(_init, SignalName.Parse(signal, "Signal"));

    /// <inheritdoc/>
    public override void Resize(int rows, int columns)
    {
        Span<byte> message = stackalloc byte[5];
        message[0] = (byte)MonitorMessage.Resize;
        BinaryPrimitives.WriteUInt16LittleEndian(message[1..], (ushort)rows);
        BinaryPrimitives.WriteUInt16LittleEndian(message[3..], (ushort)columns);
        MonitorInput.Send(_socket, message);
    }

    /// <inheritdoc/>
    private protected override int WaitForEnd(CancellationToken cancellation) => _exitCode!.Value;

    /// <inheritdoc/>
    private protected override void Dispose(bool disposing)
    {
        _socket.Dispose();
        _init.Dispose();
    }

    /// <summary>Standard input of the container, as messages to its monitor.</summary>
    private sealed class MonitorInput(SafeFileHandle socket) : WriteStream
    {
        private const int MostOfMessage = 32 * 1024;

        private bool _ended;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Span<byte> message = stackalloc byte[MostOfMessage + 1];
            message[0] = (byte)MonitorMessage.Input;
            while (!buffer.IsEmpty)
            {
                var piece = buffer[..Math.Min(buffer.Length, MostOfMessage)];
                piece.CopyTo(message[1..]);
                Send(socket, message[..(piece.Length + 1)]);
                buffer = buffer[piece.Length..];
            }
        }

        /// <summary>Sends a message, waiting for room. One to a monitor that has gone is lost, as input to a program that has ended is.</summary>
        internal static void Send(SafeFileHandle socket, ReadOnlySpan<byte> message)
        {
            int result;
            fixed (byte* p = message)
            {
                do result = (int)Syscall.send(socket.Number(), p, message.Length, Syscall.MSG_NOSIGNAL);
                while (result == -LibC.EINTR);
            }

            if (result < 0 && result != -LibC.EPIPE && result != -LibC.ECONNRESET) throw new KernelException("send", "monitor", -result);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_ended && !socket.IsClosed) Send(socket, [(byte)MonitorMessage.InputEnd]);
            _ended = true;
            base.Dispose(disposing);
        }
    }
}
