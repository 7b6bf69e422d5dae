using System.Diagnostics;
using System.Runtime.InteropServices;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>The init's machine code is what its source in data/init says.</summary>
public class InitProgramTests
{
    [Theory]
    [InlineData("x64", Architecture.X64, "as", "objcopy")]
    [InlineData("arm64", Architecture.Arm64, "aarch64-linux-gnu-as", "aarch64-linux-gnu-objcopy")]
    public void The_code_is_its_source_assembled(string source, Architecture processor, string assembler, string copier)
    {
        var folder = Directory.CreateTempSubdirectory("containerps-").FullName;
        var (code, binary) = (Path.Combine(folder, "init.o"), Path.Combine(folder, "init.bin"));
        Run(assembler, "-o", code, Path.Combine(AppContext.BaseDirectory, "data", "init", source + ".s"));
        Run(copier, "-O", "binary", "--only-section=.text", code, binary);
        var expected = File.ReadAllBytes(binary);
        Assert.Equal(expected, InitProgram.File(processor)[^expected.Length..]);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_file_is_small_and_asks_for_no_executable_stack()
    {
        var file = InitProgram.File(Architecture.X64);
        Assert.InRange(file.Length, 200, 400);
        Assert.Equal([0x7f, (byte)'E', (byte)'L', (byte)'F'], file[..4]);

        // The second program header: PT_GNU_STACK without PF_X.
        Assert.Equal((0x6474e551, 6), (BitConverter.ToInt32(file, 120), BitConverter.ToInt32(file, 124)));
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
