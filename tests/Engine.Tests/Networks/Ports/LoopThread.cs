using System.Collections.Concurrent;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>Turns an event loop on a thread of its own, as a monitor does, and lets a test do things on it.</summary>
internal sealed unsafe class LoopThread : IDisposable
{
    private readonly SafeFileHandle _wake = new(Syscall.eventfd(0), true);
    private readonly ConcurrentQueue<Action> _work = new();
    private readonly Thread _thread;
    private bool _stop;

    /// <param name="where">The namespace of the thread; null for the test's.</param>
    internal LoopThread(NetworkNamespace? where = null)
    {
        _thread = new Thread(() =>
        {
            if (where is null) Turn();
            else where.Run(Turn);
        });
        _thread.Start();
    }

    internal EventLoop Loop { get; } = new();

    internal T Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>();
        _work.Enqueue(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        ulong one = 1;
        _ = Syscall.write(_wake.Number(), &one, sizeof(ulong));
        return done.Task.GetAwaiter().GetResult();
    }

    internal void Run(Action work) => Run(() =>
    {
        work();
        return true;
    });

    public void Dispose()
    {
        Run(() => _stop = true);
        _thread.Join();
        Loop.Dispose();
        _wake.Dispose();
    }

    private void Turn()
    {
        Loop.Watch(_wake, Syscall.EPOLLIN, () =>
        {
            ulong count;
            _ = Syscall.read(_wake.Number(), &count, sizeof(ulong));
            while (_work.TryDequeue(out var work)) work();
        });
        while (!_stop) Loop.Turn();
    }
}
