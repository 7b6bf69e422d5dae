using System.Text;
using ContainerPS.Engine.Linux;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>Says in one line how a hook failed.</summary>
internal static class HookFailure
{
    /// <summary>Marks a hook's exit code where a child reports an error number.</summary>
    internal const int Exit = 0x10000;

    /// <summary>Marks the signal that killed a hook where a child reports an error number.</summary>
    internal const int Signal = 0x20000;

    private const int OutputShown = 2048;

    /// <summary>The typed error.</summary>
    /// <param name="hook">Which one, such as <c>createRuntime hook 0 '/bin/x'</c>.</param>
    /// <param name="reason">An error number, or a code with <see cref="Exit"/> or <see cref="Signal"/>.</param>
    /// <param name="output">What it wrote to its standard output and error.</param>
    internal static ContainerEngineException Of(string hook, int reason, SafeFileHandle? output)
    {
        var what = (reason & Exit) != 0 ? $"ended with exit code {reason & 0xFF}"
            : (reason & Signal) != 0 ? $"was killed by signal {reason & 0xFF}"
            : reason == LibC.ETIMEDOUT ? "ran longer than its timeout and was killed"
            : $"cannot be executed: {Errno.Name(reason)}, {Errno.Describe(reason)}";
        var text = output is null ? "" : Tail(output);
        return new HookFailedException(hook, text.Length == 0 ? $"{hook} {what}." : $"{hook} {what}: {text}");
    }

    /// <summary>The end of a hook's output as one line.</summary>
    private static string Tail(SafeFileHandle output)
    {
        var length = RandomAccess.GetLength(output);
        var buffer = new byte[Math.Min(length, OutputShown)];
        var read = RandomAccess.Read(output, buffer, length - buffer.Length);
        var lines = Encoding.UTF8.GetString(buffer, 0, read).Split(['\n', '\r', '\0'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join("; ", lines);
    }
}

/// <summary>A hook of config.json has failed.</summary>
internal sealed class HookFailedException(string hook, string message) : ContainerEngineException("HookFailed", ErrorKind.Failed, message, hook);
