using System.Buffers;
using System.Text;
using System.Text.Json;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Runcs;

/// <summary><c>exec [options] ID [PROGRAM ARGUMENT…]</c>: runs one more process in a running container and gives its exit code.</summary>
internal static class ExecCommand
{
    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        var options = new ExecOptions();
        options.Read(reader);
        Sealing.Ensure();
        StartedProcess process;
        try
        {
            process = Start(global, options);
        }
        catch (ContainerEngineException e) when (options.StatusFd >= 0)
        {
            var exitCode = e is ProgramStartException program ? program.ExitCode : 1;
            Output.Write(options.StatusFd, Failure(e, exitCode));
            return exitCode;
        }
        catch (ContainerEngineException e)
        {
            // Told apart from codes of the program, as with runc.
            ErrorReport.Write(global, e.Message);
            return 255;
        }

        using (process)
        {
            PidFile.Write(options.PidFile, process.Pid);
            using var console = process.TerminalMaster is { } master ? SendTerminal(options, master) : null;
            ErrorReport.Warn(global, process.Warnings);
            if (options.StatusFd >= 0)
            {
                Output.Write(options.StatusFd, Encoding.ASCII.GetBytes($"started {process.Pid}\n"));
                _ = LibC.close(options.StatusFd);
            }

            if (options.Detach) return 0;
            return Foreground.Attend(process, useTerminal: options.ConsoleSocket is null && options.ConsoleFd < 0, console);
        }
    }

    // Where an inherited socket is given, whoever has the terminal then may give it back on it.
    private static SafeFileHandle? SendTerminal(ExecOptions options, SafeFileHandle master)
    {
        if (options.ConsoleSocket is { } path) ConsoleSocket.Send(path, master);
        if (options.ConsoleFd < 0) return null;
        var socket = new SafeFileHandle(options.ConsoleFd, ownsHandle: true);
        ConsoleSocket.Send(socket, "the console descriptor", master);
        return socket;
    }

    private static StartedProcess Start(GlobalOptions global, ExecOptions options)
    {
        var store = global.Store;
        var state = store.Load(options.Id);
        var spec = store.SpecOf(state);
        var process = options.ToProcess(spec);
        if (process.Terminal && options.Detach && options.ConsoleSocket is null && options.ConsoleFd < 0) throw new UsageException("a detached exec with a terminal needs --console-socket");
        var status = store.StatusOf(state);
        if (status == ContainerStatus.Paused && !options.IgnorePaused) throw new InvalidContainerStateException(options.Id, $"cannot exec in container '{options.Id}': it is paused; resume it, or use --ignore-paused to have the process begin when it is resumed");
        if (status is not (ContainerStatus.Running or ContainerStatus.Paused)) throw new InvalidContainerStateException(options.Id, $"cannot exec in container '{options.Id}': it is {StateCommand.NameOf(status)}, not running");
        return ContainerExecutor.Start(new ExecRequest
        {
            Container = state,
            Spec = spec,
            Process = process,
            PreserveFds = options.PreserveFds,
            Place = options.Place(state.Pid),
            DieWithParent = !options.Detach,
        });
    }

    private static byte[] Failure(ContainerEngineException error, int exitCode)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("errorId"u8, error.ErrorId);
            json.WriteString("message"u8, error.Message);
            json.WriteNumber("exitCode"u8, exitCode);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
