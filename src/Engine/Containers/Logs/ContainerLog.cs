using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Containers;

/// <summary>Opens what a container's output is written to.</summary>
internal static class ContainerLog
{
    internal static IContainerLog Open(StorePaths paths, ContainerRecord record)
    {
        var settings = LogSettings.Of(record.Settings);
        return settings.Driver switch
        {
            LogSettings.None => new NoLog(),
            LogSettings.Journald => new JournalLog(UnixSocket.ConnectDatagrams(JournalLog.DefaultSocket), record),
            _ => new JsonLogWriter(new RotatingFile(LogFiles.Current(paths.ContainerOf(record.Id)), settings.MostSize, settings.MostFiles)),
        };
    }
}
