using ContainerPS.Engine.Storage;
using Tmds.Linux;

namespace ContainerPS.Engine.Tests.Storage;

/// <summary>The umask is the whole process's, so nothing else may run meanwhile.</summary>
[CollectionDefinition("umask", DisableParallelization = true)]
public class UmaskCollection;

[Collection("umask")]
public class ExtractionUmaskTests
{
    [Theory]
    [InlineData(0x00)]
    [InlineData(0x12)]
    [InlineData(0x3f)]
    public void TheUmaskChangesNothing(int umask)
    {
        using var folder = new TestFolder();
        var archive = new TarBytes().Directory("d", 0x3ff).File("d/f", "x", 0x1ff).Entry(TarBytes.Latin("d/p"), '6', mode: 0x1b6).Entry(TarBytes.Latin("d/c"), '3', mode: 0x1b6, major: 1, minor: 3).File("made/f", "x", 0x1b6);
        var before = LibC.umask((mode_t)umask);
        try
        {
            ExtractionTests.Extract(folder, archive);
        }
        finally
        {
            LibC.umask(before);
        }

        Assert.Equal([0x3ffu, 0x1ffu, 0x1b6u, 0x1b6u, 0x1edu, 0x1b6u], new[] { "d", "d/f", "d/p", "d/c", "made", "made/f" }.Select(p => folder.Stat(p).Permissions));
    }
}
