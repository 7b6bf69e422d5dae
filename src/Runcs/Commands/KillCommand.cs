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
        if (all) ContainerControl.SignalAll(state, signal);
        else ContainerControl.Signal(state, signal);
        return 0;
    }
}
