using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>start ID</c>: lets the program of a created container run.</summary>
internal static class StartCommand
{
    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        if (reader.Option() is not null) throw reader.Unknown();
        var id = reader.Operand("container id");
        reader.End();
        var store = global.Store;
        var state = store.Load(id);
        var status = store.StatusOf(state);
        if (status != ContainerStatus.Created) throw new InvalidContainerStateException(id, $"cannot start container '{id}': it is {StateCommand.NameOf(status)}, not created");
        var path = store.StartSocketOf(id);
        using var socket = UnixSocket.Connect(path, stream: false);

        // What follows is the end of the conversation that the parent began: a failure, or the end of file that execve makes.
        var received = ChildMessages.Receive(socket.Number(), out var message, out var output);
        if (received < 0) throw new KernelException("recvmsg", path, (int)-received);
        File.Delete(path);
        var spec = store.SpecOf(state);
        if (received == 0)
        {
            ErrorReport.Warn(global, HookRunner.RunPoststart(spec.Hooks, store.DocumentOf(state), state.Pid));
            return 0;
        }

        var failure = ChildFailure.ToException(message, (SubjectOf(message, spec), null), output);
        if (failure is HookFailedException) ErrorReport.Warn(global, ContainerRemoval.Remove(store, state));
        throw failure;
    }

    private static string SubjectOf(ChildMessage message, RuntimeSpec spec) => message.Step switch
    {
        ChildStep.Execute => spec.Process?.Args?[0] ?? "",
        ChildStep.RunHook => HookPlanner.NameOf("startContainer", message.Item, spec.Hooks?.StartContainer?.ElementAtOrDefault(message.Item)?.Path),
        _ => "linux.seccomp",
    };
}
