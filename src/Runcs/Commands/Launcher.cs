using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary>What <c>run</c> and <c>create</c> do to make a container and its state file.</summary>
internal static class Launcher
{
    /// <summary>Makes the container.</summary>
    /// <param name="global">Options before the command.</param>
    /// <param name="options">Options of the command.</param>
    /// <param name="waitForStart">True to have its program wait for <c>start</c>.</param>
    internal static InitProcess Launch(GlobalOptions global, LaunchOptions options, bool waitForStart)
    {
        var store = global.Store;
        var spec = StateStore.LoadSpec(options.Bundle);
        if (RootlessCaller.HasEntered) RootlessCaller.TakeUserNamespace(spec);
        var detached = options.Detach || waitForStart;
        var terminal = spec.Process?.Terminal is true;
        if (terminal && detached && options.ConsoleSocket is null) throw new UsageException("a detached container with process.terminal needs --console-socket");
        if (!terminal && options.ConsoleSocket is not null) throw new UsageException("--console-socket is for a container with process.terminal");
        store.Reserve(options.Id);
        try
        {
            using var start = waitForStart ? UnixSocket.Listen(store.StartSocketOf(options.Id)) : null;
            var init = ContainerStarter.Start(new StartRequest
            {
                Id = options.Id,
                Spec = spec,
                Bundle = options.Bundle,
                PreserveFds = options.PreserveFds,
                NewSessionKeyring = options.NewSessionKeyring,
                DieWithParent = !detached,
                StartSocket = start?.Number() ?? -1,
            });
            Record(options, store, init);
            ErrorReport.Warn(global, init.Warnings);
            return init;
        }
        catch
        {
            store.Remove(options.Id);
            throw;
        }
    }

    private static void Record(LaunchOptions options, StateStore store, InitProcess init)
    {
        try
        {
            store.Save(StoredState.Of(options.Id, options.Bundle, init));
            PidFile.Write(options.PidFile, init.Pid);
            if (options.ConsoleSocket is { } socket) ConsoleSocket.Send(socket, init.TerminalMaster!);
        }
        catch
        {
            _ = init.Signal(9 /* SIGKILL */);
            _ = init.WaitForExit();
            init.Cgroup.Delete();
            init.Dispose();
            throw;
        }
    }
}
