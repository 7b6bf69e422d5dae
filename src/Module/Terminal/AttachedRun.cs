using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>What Start-Container -Attach and Connect-Container do with a container until it has ended, the user has let go of it, or Ctrl+C.</summary>
internal static class AttachedRun
{
    /// <summary>Carries on until then, and reports the exit code.</summary>
    /// <param name="cmdlet">The running cmdlet.</param>
    /// <param name="session">The container's program.</param>
    /// <param name="container">The container.</param>
    /// <param name="signalProxy">True to hand Ctrl+C on to the program.</param>
    /// <param name="cancellation">Cancelled by Ctrl+C.</param>
    internal static void Finish(PSCmdlet cmdlet, ProgramSession session, Container container, bool signalProxy, CancellationToken cancellation)
    {
        int? exitCode;
        try
        {
            exitCode = session.Finish(cancellation);
        }
        catch (Exception) when (signalProxy && cancellation.IsCancellationRequested)
        {
            session.Process.Signal("SIGINT");
            throw;
        }

        session.Dispose();
        ProgramExit.Report(cmdlet, container.Command.FirstOrDefault() ?? container.Image, exitCode ?? 0);
    }
}
