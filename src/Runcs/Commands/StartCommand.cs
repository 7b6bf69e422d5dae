using ContainerPS.Engine.Linux;
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
        var received = ChildMessages.Receive(socket.Number(), out var message, out _);
        if (received < 0) throw new KernelException("recvmsg", path, (int)-received);
        File.Delete(path);
        if (received == 0) return 0;
        var program = StateStore.LoadSpec(state.Bundle).Process?.Args?[0] ?? "";
        throw ChildFailure.ToException(message.Step, message.Step == ChildStep.Execute ? program : "linux.seccomp", message.Errno);
    }
}
