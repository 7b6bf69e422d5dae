using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Lines of the container's output, in order.</summary>
    /// <param name="id">The container.</param>
    /// <param name="options">Which lines, and whether to wait for more.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public IEnumerable<ContainerLogLine> ReadLog(string id, LogOptions options, CancellationToken cancellation)
    {
        var record = ReadRecord(id);
        if (LogSettings.Of(record.Settings).Driver is var driver and not LogSettings.JsonFile)
            throw new ContainerEngineException("LogNotReadable", ErrorKind.NotSupported, $"The output of container '{record.Name}' cannot be read here: its log driver is '{driver}'. {(driver == LogSettings.None ? "It keeps nothing." : $"journalctl CONTAINER_NAME={record.Name} shows it.")}", record.Name);
        var monitor = _kernel.Read(record.Id).Monitor;
        using var process = monitor is null ? null : ProcessIdentity.Open(monitor.MonitorPid, monitor.MonitorStartTime);
        foreach (var line in LogQuery.Read(LogFiles.Current(_paths.ContainerOf(record.Id)), options, process, cancellation)) yield return line;
    }
}
