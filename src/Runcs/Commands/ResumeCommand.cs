using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>resume ID</c>: lets the processes of a paused container go on.</summary>
internal static class ResumeCommand
{
    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        if (reader.Option() is not null) throw reader.Unknown();
        var id = reader.Operand("container id");
        reader.End();
        ContainerControl.Resume(global.Store, global.Store.Load(id));
        return 0;
    }
}
