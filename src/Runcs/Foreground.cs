using System.Runtime.InteropServices;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Runcs;

/// <summary>Stays with a process until it ends: passes on signals, carries its terminal, gives its exit code.</summary>
internal static class Foreground
{
    private const int SIGHUP = 1;
    private const int SIGINT = 2;
    private const int SIGQUIT = 3;
    private const int SIGUSR1 = 10;
    private const int SIGUSR2 = 12;
    private const int SIGTERM = 15;
    private const int SIGCONT = 18;

    /// <summary>Waits for the process: its exit code, or 128 and its signal.</summary>
    /// <param name="process">The process.</param>
    /// <param name="useTerminal">True to carry its terminal.</param>
    /// <param name="console">Socket of whoever has its terminal instead, and may give it back; null without.</param>
    internal static int Attend(StartedProcess process, bool useTerminal, SafeFileHandle? console = null)
    {
        // Registered when the process runs already: its start is not to wait for this.
        var registrations = new List<PosixSignalRegistration>();
        foreach (var signal in (int[])[SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM, SIGCONT])
        {
            registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
            {
                context.Cancel = true;
                _ = process.Signal(signal);
            }));
        }

        if (useTerminal && process.TerminalMaster is { } master) TerminalRelay.Run(master, process.PidFd);
        if (console is not null) TerminalKeeper.Attend(console, process.PidFd);
        var code = process.WaitForExit();
        foreach (var registration in registrations) registration.Dispose();
        return code;
    }
}
