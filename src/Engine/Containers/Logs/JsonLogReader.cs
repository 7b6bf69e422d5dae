namespace ContainerPS.Engine.Containers;

/// <summary>Reads the lines of a log, over all its files, and of those that are begun meanwhile; joins lines that the writer had to split.</summary>
internal sealed class JsonLogReader : IDisposable
{
    private readonly string _path;
    private readonly Dictionary<OutputStream, ContainerLogLine> _unfinished = [];
    private readonly List<LogFile> _files;

    internal JsonLogReader(string path)
    {
        _path = path;
        _files = LogFiles.Open(path);
    }

    /// <summary>Begins where the last lines begin: no more is read than is needed for so many.</summary>
    internal void SkipToLast(int count)
    {
        for (var i = _files.Count - 1; i >= 0; i--)
        {
            if (LogTail.Seek(_files[i], ref count)) DropBefore(i);
            if (count < 0) return;
        }
    }

    /// <summary>Lines from the reading position to what is the end now. Called again, it gives what has come since.</summary>
    internal IEnumerable<ContainerLogLine> ReadToEnd()
    {
        while (true)
        {
            // Looked for before the youngest known file is read: that one is complete when there is a younger one.
            var last = _files.Count > 0 ? _files[^1] : null;
            var younger = LogFiles.Open(_path, last);
            _files.AddRange(younger);
            for (var i = 0; i < _files.Count; i++)
            {
                foreach (var record in _files[i].ReadToEnd())
                    if (Join(record.Span) is { } line) yield return line;
            }

            if (_files.Count > 1) DropBefore(_files.Count - 1);
            if (younger.Count == 0) yield break;
        }
    }

    /// <summary>Lines whose end never came: the container wrote none.</summary>
    internal IEnumerable<ContainerLogLine> Unfinished()
    {
        foreach (var line in _unfinished.Values) yield return line;
        _unfinished.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => DropBefore(_files.Count);

    private void DropBefore(int index)
    {
        for (var i = 0; i < index; i++) _files[i].Dispose();
        _files.RemoveRange(0, index);
    }

    private ContainerLogLine? Join(ReadOnlySpan<byte> json)
    {
        if (!JsonLogLine.TryParse(json, out var line, out var ended)) return null;
        if (_unfinished.Remove(line.Stream, out var before)) line = before with { Text = before.Text + line.Text };
        if (ended) return line;
        _unfinished[line.Stream] = line;
        return null;
    }
}
