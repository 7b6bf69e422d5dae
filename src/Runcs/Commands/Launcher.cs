using ContainerPS.Engine.Cgroups;
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
        var document = StateStore.ReadSpec(options.Bundle);
        var spec = RuntimeSpecReader.Read(document);
        if (RootlessCaller.HasEntered) RootlessCaller.TakeUserNamespace(spec);
        var detached = options.Detach || waitForStart;
        var terminal = spec.Process?.Terminal is true;
        if (terminal && detached && options.ConsoleSocket is null) throw new UsageException("a detached container with process.terminal needs --console-socket");
        if (!terminal && options.ConsoleSocket is not null) throw new UsageException("--console-socket is for a container with process.terminal");
        var cgroup = CgroupFactory.Make(options.Id, spec.Linux?.CgroupsPath);

        // Processes that are there already are others': to delete what an interrupted start leaves must not end them.
        var cgroupPath = cgroup.Processes().Count == 0 ? cgroup.Path : "";
        store.Reserve(options.Id);
        try
        {
            store.Begin(new StoredState { Id = options.Id, Bundle = options.Bundle, CgroupPath = cgroupPath, Created = DateTimeOffset.UtcNow }, document);
            using var start = waitForStart ? UnixSocket.Listen(store.StartSocketOf(options.Id)) : null;
            var request = new StartRequest
            {
                Id = options.Id,
                Spec = spec,
                Bundle = options.Bundle,
                PreserveFds = options.PreserveFds + SocketActivation.Prepare(spec),
                NewSessionKeyring = options.NewSessionKeyring,
                NoPivot = options.NoPivot,
                DieWithParent = !detached,
                StartSocket = start?.Number() ?? -1,
            };
            var init = ContainerStarter.Start(request);
            Record(options, store, init);
            ErrorReport.Warn(global, init.Warnings);
            if (!waitForStart) ErrorReport.Warn(global, HookRunner.RunPoststart(spec.Hooks, request.State, init.Pid));
            return init;
        }
        catch (Exception e)
        {
            store.Remove(options.Id);

            // A container that was never begun has not been stopped either.
            if (e is not (InvalidSpecException or InvalidSettingException))
                ErrorReport.Warn(global, HookRunner.RunPoststop(spec.Hooks, new StateDocument(options.Id, options.Bundle, spec.Annotations)));
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
