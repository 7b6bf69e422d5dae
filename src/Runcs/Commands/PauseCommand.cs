using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>pause [--hold] ID</c>: freezes all processes of a container; with --hold until standard input ends, whatever becomes of the caller.</summary>
internal static class PauseCommand
{
    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        var hold = false;
        while (reader.Option() is { } option) hold = option == "--hold" ? reader.Switch() : throw reader.Unknown();
        var id = reader.Operand("container id");
        reader.End();
        var state = global.Store.Load(id);
        ContainerControl.Pause(global.Store, state);
        return hold ? Hold(state) : 0;
    }

    private static int Hold(StoredState state)
    {
        try
        {
            Output.Write("paused\n");
            using var input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
            }
        }
        finally
        {
            state.OpenCgroup().Thaw();
        }

        return 0;
    }
}
