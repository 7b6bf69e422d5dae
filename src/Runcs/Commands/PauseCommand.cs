using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>pause ID</c>: freezes all processes of a container.</summary>
internal static class PauseCommand
{
    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        if (reader.Option() is not null) throw reader.Unknown();
        var id = reader.Operand("container id");
        reader.End();
        ContainerControl.Pause(global.Store, global.Store.Load(id));
        return 0;
    }
}
