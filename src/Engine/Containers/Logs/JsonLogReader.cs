using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Containers;

/// <summary>Reads the lines of one log file from a position on, joining lines that the writer had to split.</summary>
internal sealed class JsonLogReader : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Dictionary<OutputStream, ContainerLogLine> _unfinished = [];
    private byte[] _rest = [];
    private long _position;

    internal JsonLogReader(string path) =>
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Lines from the reading position to what is the end now. Called again, it gives what has come since.</summary>
    internal IEnumerable<ContainerLogLine> ReadToEnd()
    {
        int length;
        while ((length = RandomAccess.Read(_file, _buffer, _position)) > 0)
        {
            _position += length;
            byte[] data = [.. _rest, .. _buffer.AsSpan(0, length)];
            var start = 0;
            int end;
            while ((end = Array.IndexOf(data, (byte)'\n', start)) >= 0)
            {
                var line = Join(data.AsSpan(start, end - start));
                start = end + 1;
                if (line is not null) yield return line;
            }

            _rest = data[start..];
        }
    }

    /// <summary>Lines whose end never came: the container wrote none.</summary>
    internal IEnumerable<ContainerLogLine> Unfinished()
    {
        foreach (var line in _unfinished.Values) yield return line;
        _unfinished.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private ContainerLogLine? Join(ReadOnlySpan<byte> json)
    {
        if (!JsonLogLine.TryParse(json, out var line, out var ended)) return null;
        if (_unfinished.Remove(line.Stream, out var before)) line = before with { Text = before.Text + line.Text };
        if (ended) return line;
        _unfinished[line.Stream] = line;
        return null;
    }
}
