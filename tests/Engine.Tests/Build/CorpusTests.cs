namespace ContainerPS.Engine.Tests.Build;

/// <summary>Dockerfiles as people write them, each in a folder of data/dockerfiles with what is to come of it.</summary>
public class CorpusTests
{
    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    internal static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "data/dockerfiles");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Comes_out_as_expected(string name)
    {
        var text = File.ReadAllText(Path.Combine(Folder, name, "Dockerfile"));
        Assert.Equal(File.ReadAllText(Path.Combine(Folder, name, "expected")), Dump.Of(text));
    }

    [Fact]
    public void Has_enough_of_them() => Assert.InRange(Directory.GetDirectories(Folder).Length, 60, 1000);
}
