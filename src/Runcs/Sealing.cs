using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary>Makes sure that a container cannot write to this program while it enters one (CVE-2019-5736).</summary>
internal static class Sealing
{
    private const string Mark = "_RUNCS_SEALED";

    /// <summary>Executes the program again from a read-only mount, unless it is on one.</summary>
    internal static void Ensure()
    {
        if (SealedExecutable.IsRunning() || SealedExecutable.IsCopy()) return;
        if (Environment.GetEnvironmentVariable(Mark) is not null)
            throw new ContainerEngineException("NotSealed", ErrorKind.NotSupported, "The program cannot be executed from a read-only mount. Install it on a read-only file system.");
        SealedExecutable.Reexecute(Environment.GetCommandLineArgs(), Mark + "=1");
        throw new ContainerEngineException("NotSealed", ErrorKind.Failed, "The program cannot be executed from a read-only mount of itself. Install it on a read-only file system.");
    }
}
