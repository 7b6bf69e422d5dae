namespace ContainerPS.Runcs;

/// <summary><c>create [options] ID</c>: makes a container whose program waits for <c>start</c> (see the diagram above ChildStep).</summary>
internal static class CreateCommand
{
    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        var options = LaunchOptions.Read(reader, isRun: false);
        Sealing.Ensure();
        if (Rootless.Run(options, stay: false) is { } exitCode) return exitCode;
        using var init = Launcher.Launch(global, options, waitForStart: true);
        return 0;
    }
}
