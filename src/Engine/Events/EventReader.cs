using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Events;

/// <summary>Reads the events log from its beginning or from its end on, across the change from one file to the next, and waits for more.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly EventFiles _files;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private SafeFileHandle? _older;
    private SafeFileHandle _file;
    private FileWatch _watch;
    private byte[] _rest = [];
    private long _position;

    private EventReader(EventFiles files)
    {
        _files = files;
        (_file, _watch) = Open();
    }

    /// <summary>Opens the log.</summary>
    /// <param name="paths">The store.</param>
    /// <param name="fromEnd">True to read only what is written from now on.</param>
    internal static EventReader Open(StorePaths paths, bool fromEnd)
    {
        var reader = new EventReader(new EventFiles(paths));
        try
        {
            if (fromEnd) reader._position = RandomAccess.GetLength(reader._file);
            else reader.OpenOlder();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Events up to what is the end now. Called again, it gives what has come since.</summary>
    internal IEnumerable<ContainerEvent> ReadToEnd()
    {
        if (_older is not null)
        {
            foreach (var e in ReadToEnd(_older)) yield return e;
            _older.Dispose();
            (_older, _position, _rest) = (null, 0, []);
        }

        while (true)
        {
            // Nothing is added to a file once it is not the current one: asked first, its end is the end.
            var last = _files.IsCurrent(_file);
            foreach (var e in ReadToEnd(_file)) yield return e;
            if (last) break;
            Close();
            (_file, _watch) = Open();
            (_position, _rest) = (0, []);
        }
    }

    /// <summary>Waits until more may have come. False at the timeout.</summary>
    internal bool Wait(TimeSpan? timeout, CancellationToken cancellation) => _watch.Wait(timeout, cancellation);

    /// <summary>Leaves out what has come since: for who only wants to know that something has.</summary>
    internal void SkipToEnd()
    {
        foreach (var _ in ReadToEnd())
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _older?.Dispose();
        Close();
    }

    private (SafeFileHandle File, FileWatch Watch) Open()
    {
        var file = _files.OpenCurrent(LibC.O_RDONLY);
        try
        {
            // By its descriptor: the name may be another file's by now.
            return (file, FileWatch.OfLog($"/proc/self/fd/{file.Number()}"));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void OpenOlder()
    {
        if (_files.OpenPrevious() is not { } previous) return;

        // The file may have been moved aside just now; then there is none before it any more.
        if (EventFiles.IsSame(previous, _file)) previous.Dispose();
        else _older = previous;
    }

    private IEnumerable<ContainerEvent> ReadToEnd(SafeFileHandle file)
    {
        int length;
        while ((length = RandomAccess.Read(file, _buffer, _position)) > 0)
        {
            _position += length;
            byte[] data = [.. _rest, .. _buffer.AsSpan(0, length)];
            var start = 0;
            int end;
            while ((end = Array.IndexOf(data, (byte)'\n', start)) >= 0)
            {
                var e = EventLine.Parse(data.AsSpan(start, end - start));
                start = end + 1;
                if (e is not null) yield return e;
            }

            _rest = data[start..];
        }
    }

    private void Close()
    {
        _watch.Dispose();
        _file.Dispose();
    }
}
