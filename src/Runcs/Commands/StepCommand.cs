using ContainerPS.Engine.Build;

namespace ContainerPS.Runcs;

/// <summary><c>step</c>: runs the command of a step of a build. Started by the module alone, with descriptors that say which.</summary>
internal static class StepCommand
{
    internal static int Run(ArgumentReader reader)
    {
        reader.End();
        return StepProgram.Run();
    }
}
