using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>kill [--all] ID [SIGNAL]</c>: sends a signal to the first process, or to all.</summary>
internal static class KillCommand
{
    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        var all = false;
        while (reader.Option() is { } option)
        {
            if (option is "--all" or "-a") all = reader.Switch();
            else throw reader.Unknown();
        }

        var id = reader.Operand("container id");
        var signal = SignalNames.Parse(reader.Command() is { Length: > 0 } name ? name : "SIGTERM");
        reader.End();
        var state = global.Store.Load(id);
        if (all)
        {
            SendToAll(CgroupFactory.Open(state.CgroupPath), signal);
            return 0;
        }

        using var init = ProcessIdentity.Open(state.Pid, state.StartTime);
        if (init is null || !ProcessIdentity.Signal(init, signal)) throw new InvalidContainerStateException(id, $"cannot kill container '{id}': container not running");
        return 0;
    }

    private static void SendToAll(ICgroup cgroup, int signal)
    {
        if (signal == 9)
        {
            cgroup.Kill();
            return;
        }

        foreach (var pid in cgroup.Processes()) _ = Syscall.kill(pid, signal);
    }
}
