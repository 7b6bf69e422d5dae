using System.Runtime.ExceptionServices;

namespace ContainerPS.Engine.Linux;

/// <summary>
/// A thread that does one thing and ends: it may leave namespaces of its own behind it, since nothing else of this process is ever there.
/// </summary>
internal static class PassingThread
{
    /// <summary>Has one do something, and waits for it; what it throws is thrown here.</summary>
    internal static void Run(Action action)
    {
        ExceptionDispatchInfo? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                error = ExceptionDispatchInfo.Capture(e);
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        thread.Join();
        error?.Throw();
    }
}
