using ContainerPS.Engine;
using ContainerPS.Engine.Containers;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Runcs;

/// <summary>
/// <c>runcs --root RUN monitor --store ROOT --config FILE [--attached] ID</c>: keeps a container of the module company. Started by the module alone, and, with
/// <c>--again</c>, by itself.
/// </summary>
internal static class MonitorCommand
{
    internal static int Run(string root, IReadOnlyList<string> arguments)
    {
        var (store, config, attached, again, id) = ((string?)null, (string?)null, false, false, (string?)null);
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--store" && i + 1 < arguments.Count) store = arguments[++i];
            else if (arguments[i] == "--config" && i + 1 < arguments.Count) config = arguments[++i];
            else if (arguments[i] == "--attached") attached = true;
            else if (arguments[i] == "--again") again = true;
            else id = arguments[i];
        }

        if (store is null || config is null || id is null)
        {
            throw new UsageException("monitor is started by the module's Start-Container, with --store ROOT, --config FILE and a container's id");
        }

        var paths = new StorePaths(store, root, config);
        if (again) return MonitorProgram.RunAgain(paths, id);
        using var control = new SafeFileHandle(MonitorLauncher.ControlDescriptor, true);
        using var startLock = new SafeFileHandle(MonitorLauncher.LockDescriptor, true);
        return MonitorProgram.Run(paths, id, control, startLock, attached);
    }
}
