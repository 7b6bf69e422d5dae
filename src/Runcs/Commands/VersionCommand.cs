using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>--version</c>.</summary>
internal static class VersionCommand
{
    internal const string Version = "0.1.0";

    internal static int Run()
    {
        Output.Write($"runcs version {Version}\nspec: {StateDocument.SpecVersion}\n");
        return 0;
    }
}
