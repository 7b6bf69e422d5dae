using System.Buffers;
using System.Text.Json;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>
/// Hands the descriptor by which calls of a process are decided to the agent at <c>linux.seccomp.listenerPath</c>, with the container
/// process state (config-linux.md#the-container-process-state).
/// </summary>
/// <param name="Path">The agent's socket.</param>
/// <param name="Metadata">Handed on as it is.</param>
/// <param name="State">The container.</param>
/// <param name="Status">Its status.</param>
/// <param name="ContainerPid">Its first process; 0 when that is the one that the filter is for.</param>
internal sealed record SeccompListener(string Path, string? Metadata, StateDocument State, string Status, int ContainerPid)
{
    /// <summary>The agent of a profile; null when it names none.</summary>
    internal static SeccompListener? Of(LinuxSeccomp? profile, StateDocument state, string status, int containerPid) =>
        profile is { ListenerPath.Length: > 0 } ? new(profile.ListenerPath, profile.ListenerMetadata, state, status, containerPid) : null;

    /// <summary>Takes the descriptor from the process and sends it.</summary>
    /// <param name="process">The process.</param>
    /// <param name="pid">Its pid.</param>
    /// <param name="fd">The descriptor's number there.</param>
    internal unsafe void Send(SafeFileHandle process, int pid, int fd)
    {
        var taken = (int)Syscall.pidfd_getfd(process.Number(), fd);
        if (taken < 0) throw new RuntimeStepException("take seccomp listener of process", "linux.seccomp.listenerPath", -taken);
        using var listener = new SafeFileHandle(taken, ownsHandle: true);
        using var socket = Connect();
        var document = ToJson(pid);
        fixed (byte* bytes = document)
        {
            // The descriptor goes with the first part, should there be several.
            var sent = ChildMessages.SendBytes(socket.Number(), bytes, document.Length, listener.Number(), out var count);
            while (sent >= 0 && count < document.Length)
            {
                sent = Syscall.send(socket.Number(), bytes + count, document.Length - count, Syscall.MSG_NOSIGNAL);
                if (sent == -LibC.EINTR) sent = 0;
                else count += sent;
            }

            if (sent < 0) throw new RuntimeStepException("send seccomp listener to", Path, (int)-sent);
        }
    }

    private SafeFileHandle Connect()
    {
        try
        {
            return UnixSocket.Connect(System.IO.Path.GetFullPath(Path), stream: true);
        }
        catch (KernelException e)
        {
            throw new RuntimeStepException("connect to seccomp listener", Path, e.Errno, "Start the agent that listens there first.");
        }
        catch (RuntimeStepException e)
        {
            throw new RuntimeStepException("connect to seccomp listener", Path, e.Errno, "Start the agent that listens there first.");
        }
    }

    private byte[] ToJson(int pid)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("ociVersion"u8, StateDocument.SpecVersion);
            json.WriteStartArray("fds"u8);
            json.WriteStringValue("seccompFd"u8);
            json.WriteEndArray();
            json.WriteNumber("pid"u8, pid);
            if (!string.IsNullOrEmpty(Metadata)) json.WriteString("metadata"u8, Metadata);
            json.WritePropertyName("state"u8);
            State.WriteTo(json, Status, ContainerPid == 0 ? pid : ContainerPid);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
