using System.Buffers;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Events;

/// <summary>
/// What has happened since the machine started: one file of JSON lines in the run folder that every process of ours appends to. It is a convenience, not
/// a record of anything: what cannot be written, as on a full disk, is not missed by what wanted to tell it.
/// </summary>
/// <remarks>
/// A line is one write to a file opened for appending, so lines of several processes never mix. A writer holds a shared lock from opening to having
/// written; who finds the file full takes the lock alone and moves the file aside. Nobody waits for a lock.
/// </remarks>
public sealed class EventLog
{
    private const int MostAttempts = 8;

    private readonly StorePaths _paths;
    private readonly EventFiles _files;

    internal EventLog(StorePaths paths)
    {
        _paths = paths;
        _files = new EventFiles(paths);
    }

    /// <summary>Events in the order in which they were written.</summary>
    /// <param name="query">Which events, and whether to wait for more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public IEnumerable<ContainerEvent> Read(EventQuery query, CancellationToken cancellation) => query.Run(_paths, cancellation);

    /// <summary>Tells what has happened; never fails.</summary>
    /// <param name="type">What sort of thing it happened to.</param>
    /// <param name="action">What happened: one of <see cref="EventAction"/>.</param>
    /// <param name="id">Id of what it happened to.</param>
    /// <param name="name">Its name, if it has one.</param>
    /// <param name="attributes">What else is known; those that are null are left out.</param>
    internal void Write(ContainerEventType type, string action, string id, string? name = null, params ReadOnlySpan<(string Key, string? Value)> attributes)
    {
        var line = new ArrayBufferWriter<byte>(512);
        EventLine.Write(line, DateTime.UtcNow, type, action, id, name, attributes);
        try
        {
            Append(line.WrittenSpan);
        }
        catch (Exception e) when (e is ContainerEngineException or IOException or UnauthorizedAccessException)
        {
            // What happened has happened, told or not.
        }
    }

    private unsafe void Append(ReadOnlySpan<byte> line)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var file = _files.OpenCurrent(LibC.O_WRONLY | LibC.O_APPEND);
            var held = Syscall.flock(file.Number(), Syscall.LOCK_SH | Syscall.LOCK_NB) == 0;
            if ((!held || !_files.IsCurrent(file)) && attempt < MostAttempts) continue;
            fixed (byte* bytes = line) _ = Syscall.write(file.Number(), bytes, line.Length);
            if (RandomAccess.GetLength(file) >= EventFiles.MostOfFile) MoveAside(file);
            return;
        }
    }

    private void MoveAside(SafeFileHandle file)
    {
        if (Syscall.flock(file.Number(), Syscall.LOCK_EX | Syscall.LOCK_NB) == 0 && _files.IsCurrent(file)) File.Move(_files.Current, _files.Previous, overwrite: true);
    }
}
