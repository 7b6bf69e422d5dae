using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>Kernel parameters below <c>/proc/sys/net</c> of the network namespace that the calling thread is in.</summary>
internal static class KernelSwitch
{
    /// <summary>Sets a parameter; nothing happens where the kernel has no such (IPv6 may be left out of it).</summary>
    internal static unsafe void Set(string name, string value)
    {
        Microsoft.Win32.SafeHandles.SafeFileHandle file;
        try
        {
            file = FileDescriptors.Open(PathOf(name), LibC.O_WRONLY);
        }
        catch (KernelException e) when (e.Errno == LibC.ENOENT)
        {
            return;
        }

        using (file)
        {
            var bytes = System.Text.Encoding.ASCII.GetBytes(value);
            nint result;
            fixed (byte* p = bytes) result = Syscall.write(file.Number(), p, bytes.Length);
            if (result < 0) throw new KernelException("set kernel parameter", name, (int)-result);
        }
    }

    /// <summary>A parameter's value; null where the kernel has no such.</summary>
    internal static string? Get(string name) => File.Exists(PathOf(name)) ? File.ReadAllText(PathOf(name)).Trim() : null;

    private static string PathOf(string name) => "/proc/sys/net/" + name;
}
