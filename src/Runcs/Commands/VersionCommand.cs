using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>--version</c>.</summary>
internal static class VersionCommand
{
    internal const string Version = "0.1.0";

    internal static int Run()
    {
        // The lines of runc, which engines read.
        Output.WriteLine($"runcs version {Version}");
        if (Commit.Id.Length > 0) Output.WriteLine($"commit: {Commit.Id}");
        Output.WriteLine($"spec: {StateDocument.SpecVersion}");
        return 0;
    }
}
