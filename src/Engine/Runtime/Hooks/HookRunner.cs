using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>Runs the hooks of the runtime's own namespaces: <c>prestart</c>, <c>createRuntime</c>, <c>poststart</c> and <c>poststop</c>.</summary>
internal static class HookRunner
{
    /// <summary>Runs <c>prestart</c> and <c>createRuntime</c> in their order, up to the first that fails.</summary>
    /// <exception cref="HookFailedException">One has failed.</exception>
    internal static void RunCreation(Hooks? hooks, StateDocument state, int pid)
    {
        if (hooks is null) return;
        var json = state.ToJson("creating", pid);
        RunAll(hooks.Prestart, "prestart", json);
        RunAll(hooks.CreateRuntime, "createRuntime", json);
    }

    /// <summary>Runs <c>poststart</c>: what fails does not stop the container (runtime-spec 1.2, runtime.md#lifecycle). Returns what to warn of.</summary>
    internal static List<string> RunPoststart(Hooks? hooks, StateDocument state, int pid) =>
        hooks?.Poststart is { Count: > 0 } list ? RunEach(list, "poststart", state.ToJson("running", pid)) : [];

    /// <summary>Runs <c>poststop</c>: all of them, whichever fail. Returns what to warn of.</summary>
    internal static List<string> RunPoststop(Hooks? hooks, StateDocument state) =>
        hooks?.Poststop is { Count: > 0 } list ? RunEach(list, "poststop", state.ToJson("stopped", 0)) : [];

    private static void RunAll(List<Hook>? hooks, string kind, byte[] state)
    {
        for (var i = 0; i < (hooks?.Count ?? 0); i++) Run(hooks![i], HookPlanner.NameOf(kind, i, hooks[i].Path), state);
    }

    private static List<string> RunEach(List<Hook> hooks, string kind, byte[] state)
    {
        var failures = new List<string>();
        for (var i = 0; i < hooks.Count; i++)
        {
            try
            {
                Run(hooks[i], HookPlanner.NameOf(kind, i, hooks[i].Path), state);
            }
            catch (HookFailedException e)
            {
                failures.Add(e.Message);
            }
        }

        return failures;
    }

    private static void Run(Hook hook, string name, byte[] state)
    {
        using var input = FileDescriptors.InMemory(state);
        using var output = FileDescriptors.InMemory([]);
        using var process = Start(hook, name, input, output, out var pid);
        var ended = Polling.WaitReadable(process, hook.Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null, CancellationToken.None);
        if (!ended)
        {
            // What it has started itself has its session, and goes with it.
            _ = Syscall.kill(-pid, 9 /* SIGKILL */);
            _ = ProcessIdentity.Signal(process, 9);
        }

        var code = ExitStatus.Reap(process);
        if (!ended) throw HookFailure.Of(name, LibC.ETIMEDOUT, output);
        if (code != 0) throw HookFailure.Of(name, HookFailure.Exit | code, output);
    }

    private static SafeFileHandle Start(Hook hook, string name, SafeFileHandle input, SafeFileHandle output, out int pid)
    {
        try
        {
            var arguments = hook.Args is { Count: > 0 } given ? given : [hook.Path!];
            pid = ChildProcess.Start(hook.Path!, arguments, hook.Env ?? [], [input.Number(), output.Number(), output.Number()], newSession: true);
        }
        catch (KernelException e) when (e.Call == "posix_spawn")
        {
            throw HookFailure.Of(name, e.Errno, null);
        }

        var process = (int)Syscall.pidfd_open(pid);
        if (process < 0) throw new KernelException("pidfd_open", name, -process);
        return new SafeFileHandle(process, ownsHandle: true);
    }
}
