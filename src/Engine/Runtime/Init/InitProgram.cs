using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Runtime;

/// <summary>
/// The first process of a container with <c>-Init</c>: passes every signal on to the program, reaps orphans, and ends with the program's exit code (128 +
/// signal when a signal ended it). It is a program of its own, less than 400 bytes of machine code in a sealed file in memory: <c>/proc/1</c> leads to that
/// file and to nothing of the host, and it takes a page of memory. Its second argument is the program's pid; it is executed with all signals blocked.
/// </summary>
/// <remarks>
/// What the code does:
/// <code>
///   read pid from argv[1]
///   prctl(PR_SET_NAME, "init"); prctl(PR_SET_CHILD_SUBREAPER, 1)
///   forever:
///     signal = rt_sigtimedwait(all, &amp;info, null)
///     if signal &lt; 0: again
///     if signal != SIGCHLD: kill(pid, signal), again
///     while (child = wait4(-1, &amp;status, WNOHANG, null)) &gt; 0:
///       if child == pid: exit_group(status &amp; 127 ? 128 + (status &amp; 127) : status &gt;&gt; 8)
/// </code>
/// </remarks>
internal static partial class InitProgram
{
    /// <summary>What it is called in lists of processes.</summary>
    internal const string Name = "init";

    private const ulong Address = 0x400000;
    private const int HeaderSize = 64;
    private const int SegmentSize = 56;
    private const int CodeOffset = HeaderSize + (2 * SegmentSize);

    /// <summary>The program as a file that can be executed and not be changed.</summary>
    internal static SafeFileHandle Open() => SealedExecutable.InMemory(File(RuntimeInformation.ProcessArchitecture), Name);

    /// <summary>The program for a processor: an ELF file (man 5 elf) of a header, a segment of code, and the wish for a stack that is not executable.</summary>
    internal static byte[] File(Architecture processor)
    {
        var isArm = processor == Architecture.Arm64;
        var code = isArm ? Arm64Code : X64Code;
        var file = new byte[CodeOffset + code.Length];
        code.CopyTo(file.AsSpan(CodeOffset));
        WriteHeader(file, machine: (ushort)(isArm ? 183 /* EM_AARCH64 */ : 62 /* EM_X86_64 */));
        WriteSegment(file.AsSpan(HeaderSize), type: 1 /* PT_LOAD */, flags: 5 /* PF_R | PF_X */, Address, file.Length);
        WriteSegment(file.AsSpan(HeaderSize + SegmentSize), type: 0x6474e551 /* PT_GNU_STACK */, flags: 6 /* PF_R | PF_W */, 0, 0);
        return file;
    }

    private static void WriteHeader(Span<byte> file, ushort machine)
    {
        // 64 bits, little-endian, version 1.
        Encoding.Latin1.GetBytes("\u007fELF\u0002\u0001\u0001", file);
        BinaryPrimitives.WriteUInt16LittleEndian(file[16..], 2 /* ET_EXEC */);
        BinaryPrimitives.WriteUInt16LittleEndian(file[18..], machine);
        BinaryPrimitives.WriteUInt32LittleEndian(file[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(file[24..], Address + CodeOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(file[32..], HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file[52..], HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file[54..], SegmentSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file[56..], 2);
    }

    private static void WriteSegment(Span<byte> header, uint type, uint flags, ulong address, long size)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, type);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], flags);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], address);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], address);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], size);
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], size);
        BinaryPrimitives.WriteUInt64LittleEndian(header[48..], 0x10000);
    }
}
