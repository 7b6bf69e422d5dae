using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Writes a container's output as JSON lines in Docker's json-file form: <c>{"log":"text\n","stream":"stdout","time":"…Z"}</c>. A line longer than
/// <see cref="MostOfLine"/> is split, all parts but the last without the line end. Allocates nothing after it is made, but to begin another file.
/// What the disk has no room for is left out; as soon as it has some again, a record in that place says how much.
/// </summary>
internal sealed unsafe class JsonLogWriter : IContainerLog
{
    /// <summary>Bytes of a line that go into one record, as in Docker.</summary>
    internal const int MostOfLine = 16 * 1024;

    private readonly RotatingFile _file;
    private readonly Partial _stdout = new();
    private readonly Partial _stderr = new();
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(BufferSize);
    private int _used;
    private int _text;
    private long _gap;

    // Room for a line of which every byte is escaped (\u00XX), and the frame around it.
    private const int BufferSize = (MostOfLine * 6) + 256;

    internal JsonLogWriter(RotatingFile file) => _file = file;

    /// <inheritdoc/>
    public long Lost { get; private set; }

    /// <inheritdoc/>
    public void Write(OutputStream stream, ReadOnlySpan<byte> data)
    {
        var partial = stream == OutputStream.Stdout ? _stdout : _stderr;
        var time = DateTime.UtcNow;
        while (!data.IsEmpty)
        {
            var end = data.IndexOf((byte)'\n');
            var line = end < 0 ? data : data[..(end + 1)];
            if (partial.Length == 0 && end >= 0 && line.Length <= MostOfLine)
            {
                Record(stream, line, time);
                data = data[line.Length..];
                continue;
            }

            var taken = line[..Math.Min(line.Length, MostOfLine - partial.Length)];
            partial.Append(taken);
            data = data[taken.Length..];
            if (partial.Span[^1] == '\n') Record(stream, partial.Take(partial.Length), time);
            else if (partial.Length == MostOfLine) Record(stream, partial.Take(MostOfLine - UnfinishedCharacter(partial.Span)), time);
        }

        Flush();
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_stdout.Length > 0) Record(OutputStream.Stdout, _stdout.Take(_stdout.Length), DateTime.UtcNow);
        if (_stderr.Length > 0) Record(OutputStream.Stderr, _stderr.Take(_stderr.Length), DateTime.UtcNow);
        Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_buffer);
        _stdout.Dispose();
        _stderr.Dispose();
        _file.Dispose();
    }

    private void Record(OutputStream stream, ReadOnlySpan<byte> text, DateTime time)
    {
        if (_used + (text.Length * 6) + 128 > BufferSize) Flush();
        var start = _used;
        Put("{\"log\":\""u8);
        Escape(text);
        Put(stream == OutputStream.Stdout ? "\",\"stream\":\"stdout\",\"time\":\""u8 : "\",\"stream\":\"stderr\",\"time\":\""u8);
        PutTime(time);
        Put("\"}\n"u8);
        if (start > 0 && _file.IsFullWith(_used)) FlushBefore(start);
        _text += text.Length;
    }

    // What does not go into this file with what came before begins the next one.
    private void FlushBefore(int start)
    {
        var last = new ReadOnlySpan<byte>(_buffer + start, _used - start);
        _used = start;
        Flush();
        last.CopyTo(new Span<byte>(_buffer, BufferSize));
        _used = last.Length;
    }

    private void Escape(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var plain = PlainLength(text);
            Put(text[..plain]);
            text = text[plain..];
            if (text.IsEmpty) return;
            var c = text[0];
            if (c < 0x80)
            {
                PutEscaped(c);
                text = text[1..];
                continue;
            }

            // Bytes that are not UTF-8 become U+FFFD, as Docker's writer has it: JSON cannot hold them.
            var valid = Rune.DecodeFromUtf8(text, out _, out var length) == System.Buffers.OperationStatus.Done;
            Put(valid ? text[..length] : "\uFFFD"u8);
            text = text[length..];
        }
    }

    private static int PlainLength(ReadOnlySpan<byte> text)
    {
        var special = text.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e);
        var plain = special < 0 ? text : text[..special];
        var quoted = plain.IndexOfAny((byte)'"', (byte)'\\');
        return quoted < 0 ? plain.Length : quoted;
    }

    private void PutEscaped(byte c)
    {
        switch (c)
        {
            case (byte)'"': Put("\\\""u8); break;
            case (byte)'\\': Put("\\\\"u8); break;
            case (byte)'\n': Put("\\n"u8); break;
            case (byte)'\r': Put("\\r"u8); break;
            case (byte)'\t': Put("\\t"u8); break;
            default:
                Put("\\u00"u8);
                _buffer[_used++] = (byte)"0123456789abcdef"[c >> 4];
                _buffer[_used++] = (byte)"0123456789abcdef"[c & 15];
                break;
        }
    }

    /// <summary>Bytes at the end that begin a UTF-8 character whose rest is still to come.</summary>
    private static int UnfinishedCharacter(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= 3 && back <= text.Length; back++)
        {
            var lead = text[^back];
            if (lead < 0x80) return 0;
            if (lead < 0xc0) continue;
            return (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2) > back ? back : 0;
        }

        return 0;
    }

    private void PutTime(DateTime time)
    {
        // RFC 3339 with nanoseconds, as Docker's readers expect; a tick is 100 ns.
        Utf8Formatter.TryFormat(time, new Span<byte>(_buffer + _used, 64), out var length, 'O');
        _used += length - 1;
        Put("00Z"u8);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(new Span<byte>(_buffer + _used, BufferSize - _used));
        _used += bytes.Length;
    }

    private void Flush()
    {
        if (_used > 0 && !((_gap == 0 || WriteGap()) && _file.Write(_buffer, _used)))
        {
            _gap += _text;
            Lost += _text;
        }

        _used = _text = 0;
    }

    private bool WriteGap()
    {
        const int size = 256;
        var record = stackalloc byte[size];
        Span<byte> time = stackalloc byte[64];
        Utf8Formatter.TryFormat(DateTime.UtcNow, time, out var length, 'O');
        if (!Utf8.TryWrite(new Span<byte>(record, size), $"{{\"log\":\"containerps: {_gap} bytes of output are missing here: they could not be written to the log.\\n\",\"stream\":\"stderr\",\"time\":\"{Encoding.ASCII.GetString(time[..(length - 1)])}00Z\"}}\n", out length)) return false;
        if (!_file.Write(record, length)) return false;
        _gap = 0;
        return true;
    }

    /// <summary>The beginning of a line whose end has not come yet.</summary>
    private sealed class Partial : IDisposable
    {
        private byte* _bytes;
        private byte* _other;

        internal int Length { get; private set; }

        internal ReadOnlySpan<byte> Span => new(_bytes, Length);

        internal void Append(ReadOnlySpan<byte> bytes)
        {
            if (_bytes is null) _bytes = (byte*)NativeMemory.Alloc(MostOfLine);
            bytes.CopyTo(new Span<byte>(_bytes + Length, MostOfLine - Length));
            Length += bytes.Length;
        }

        /// <summary>Takes bytes from the beginning; they are valid until the next call.</summary>
        internal ReadOnlySpan<byte> Take(int count)
        {
            // The two buffers take turns, so that what stays does not overwrite what is taken.
            var taken = new ReadOnlySpan<byte>(_bytes, count);
            if (_other is null) _other = (byte*)NativeMemory.Alloc(MostOfLine);
            Span[count..].CopyTo(new Span<byte>(_other, MostOfLine));
            var swapped = _bytes;
            _bytes = _other;
            _other = swapped;
            Length -= count;
            return taken;
        }

        public void Dispose()
        {
            NativeMemory.Free(_bytes);
            NativeMemory.Free(_other);
        }
    }
}
