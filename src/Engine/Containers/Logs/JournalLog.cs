using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// The driver <c>journald</c>: a datagram for each line, in the journal's own protocol (systemd, Native Journal Protocol), with the fields that
/// Docker's driver sends. The journal is never waited for: what it does not take at once is lost, and counted.
/// </summary>
internal sealed unsafe class JournalLog : IContainerLog
{
    /// <summary>Where the journal listens.</summary>
    internal const string DefaultSocket = "/run/systemd/journal/socket";

    private const int MostOfLine = 16 * 1024;

    private readonly SafeFileHandle _socket;
    private readonly byte[] _fields;
    private readonly byte[] _message;
    private readonly byte[][] _partial = [new byte[MostOfLine], new byte[MostOfLine]];
    private readonly int[] _used = new int[2];

    internal JournalLog(SafeFileHandle socket, ContainerRecord record)
    {
        _socket = socket;
        var tag = record.Settings.LogOptions.TryGetValue("tag", out var given) ? given : record.Id[..12];
        _fields = Encoding.UTF8.GetBytes(
            $"CONTAINER_ID={record.Id[..12]}\nCONTAINER_ID_FULL={record.Id}\nCONTAINER_NAME={record.Name}\nCONTAINER_TAG={tag}\nSYSLOG_IDENTIFIER={tag}\nIMAGE_NAME={record.Settings.Image}\n");
        _message = new byte[_fields.Length + MostOfLine + 64];
        _fields.CopyTo(_message, 0);
    }

    /// <inheritdoc/>
    public long Lost { get; private set; }

    /// <inheritdoc/>
    public void Write(OutputStream stream, ReadOnlySpan<byte> data)
    {
        ref var used = ref _used[stream == OutputStream.Stdout ? 0 : 1];
        var partial = _partial[stream == OutputStream.Stdout ? 0 : 1];
        while (!data.IsEmpty)
        {
            var end = data.IndexOf((byte)'\n');
            var piece = end < 0 ? data : data[..end];
            var taken = Math.Min(piece.Length, MostOfLine - used);
            piece[..taken].CopyTo(partial.AsSpan(used));
            used += taken;
            var isLine = end >= 0 && taken == piece.Length;
            if (isLine || used == MostOfLine)
            {
                Send(stream, partial.AsSpan(0, used), isPartial: !isLine);
                used = 0;
            }

            data = data[(isLine ? taken + 1 : taken)..];
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_used[0] > 0) Send(OutputStream.Stdout, _partial[0].AsSpan(0, _used[0]), isPartial: false);
        if (_used[1] > 0) Send(OutputStream.Stderr, _partial[1].AsSpan(0, _used[1]), isPartial: false);
        _used[0] = _used[1] = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // A value is sent with its length, for it may hold anything.
    private void Send(OutputStream stream, ReadOnlySpan<byte> line, bool isPartial)
    {
        var length = _fields.Length;
        Put(stream == OutputStream.Stdout ? "PRIORITY=6\n"u8 : "PRIORITY=3\n"u8, ref length);
        if (isPartial) Put("CONTAINER_PARTIAL_MESSAGE=true\n"u8, ref length);
        Put("MESSAGE\n"u8, ref length);
        BitConverter.TryWriteBytes(_message.AsSpan(length), (ulong)line.Length);
        length += sizeof(ulong);
        Put(line, ref length);
        Put("\n"u8, ref length);
        nint result;
        fixed (byte* p = _message) result = Syscall.send(_socket.Number(), p, length, Syscall.MSG_NOSIGNAL | Syscall.MSG_DONTWAIT);
        if (result < 0) Lost += line.Length;
    }

    private void Put(ReadOnlySpan<byte> bytes, ref int length)
    {
        bytes.CopyTo(_message.AsSpan(length));
        length += bytes.Length;
    }
}
