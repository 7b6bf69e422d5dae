namespace ContainerPS.Engine.Tests.Runtime;

/// <summary>Small programs in C, for what a shell cannot do: static, so that they run in any container.</summary>
internal static class CProgram
{
    /// <summary>Compiles one with the C compiler that links the NativeAOT executable.</summary>
    internal static void Compile(string source, string path)
    {
        var result = RuncsProgram.Run("/usr/bin/gcc", ["-O1", "-static", "-x", "c", "-o", path, "-"], source);
        Assert.True(result.ExitCode == 0, result.Errors);
    }
}
