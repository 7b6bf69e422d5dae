using System.Text;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Runcs;

/// <summary>Writes to descriptors as they are: the console classes cost more than all the rest of a start.</summary>
internal static unsafe class Output
{
    /// <summary>Writes text to standard output.</summary>
    internal static void Write(string text) => Write(1, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a line to standard output.</summary>
    internal static void WriteLine(string text) => Write(text + "\n");

    /// <summary>Writes all bytes; a reader that has gone away is no concern of ours.</summary>
    internal static void Write(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* pointer = bytes)
        {
            for (nint done = 0; done < bytes.Length;)
            {
                var written = Syscall.write(fd, pointer + done, bytes.Length - done);
                if (written == -LibC.EINTR) continue;
                if (written <= 0) return;
                done += written;
            }
        }
    }
}
