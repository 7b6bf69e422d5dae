using System.Text;

namespace ContainerPS.Engine.Containers;

/// <summary>Cuts a stream of UTF-8 into lines ("\n" or "\r\n"), whatever the pieces it comes in.</summary>
internal sealed class LineSplitter(OutputStream stream)
{
    private byte[] _rest = new byte[256];
    private int _length;

    /// <summary>Takes bytes and adds the lines that they complete.</summary>
    internal void Add(ReadOnlySpan<byte> data, List<OutputLine> lines)
    {
        int end;
        while ((end = data.IndexOf((byte)'\n')) >= 0)
        {
            var line = data[..end];
            if (_length > 0)
            {
                Keep(line);
                line = _rest.AsSpan(0, _length);
                _length = 0;
            }

            lines.Add(Line(line));
            data = data[(end + 1)..];
        }

        Keep(data);
    }

    /// <summary>Adds the last line when it has no end.</summary>
    internal void Complete(List<OutputLine> lines)
    {
        if (_length > 0) lines.Add(Line(_rest.AsSpan(0, _length)));
        _length = 0;
    }

    private OutputLine Line(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty && text[^1] == '\r') text = text[..^1];
        return new OutputLine(stream, Encoding.UTF8.GetString(text));
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        if (_length + data.Length > _rest.Length) Array.Resize(ref _rest, Math.Max(_rest.Length * 2, _length + data.Length));
        data.CopyTo(_rest.AsSpan(_length));
        _length += data.Length;
    }
}
