using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>run [options] ID</c>: starts a container and, unless detached, stays until it ends.</summary>
internal static class RunCommand
{
    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        var options = LaunchOptions.Read(reader, isRun: true);
        Sealing.Ensure();
        if (Rootless.Run(options, stay: !options.Detach) is { } exitCode) return exitCode;
        using var init = Launcher.Launch(global, options, waitForStart: false);
        if (options.Detach) return 0;
        var code = Foreground.Attend(init, useTerminal: options.ConsoleSocket is null);
        if (options.Keep) return code;

        // The first process was the last of its pid namespace; without one of its own others may be left.
        var store = global.Store;
        if (store.TryLoad(options.Id) is { } state) ErrorReport.Warn(global, ContainerRemoval.Remove(store, state));
        return code;
    }
}
