using System.Diagnostics;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Storage;

public sealed class TreeRemoverTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-").FullName;

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Removes_trees_without_following_links()
    {
        var outside = Path.Combine(_folder, "outside");
        var tree = Path.Combine(_folder, "tree");
        Directory.CreateDirectory(outside);
        File.WriteAllText(Path.Combine(outside, "f"), "safe");
        Directory.CreateDirectory(Path.Combine(tree, "a", "b"));
        for (var i = 0; i < 2000; i++) File.WriteAllText(Path.Combine(tree, "a", $"file{i}"), "");
        File.CreateSymbolicLink(Path.Combine(tree, "a", "link"), outside);
        File.SetUnixFileMode(Path.Combine(tree, "a", "b"), UnixFileMode.None);
        TreeRemover.Remove(tree);
        Assert.False(Directory.Exists(tree));
        Assert.Equal("safe", File.ReadAllText(Path.Combine(outside, "f")));
    }

    [Fact]
    public void Removes_names_that_are_no_text_and_very_deep_nesting()
    {
        var tree = Path.Combine(_folder, "deep");
        Directory.CreateDirectory(tree);
        Shell($"cd '{tree}'; touch $'bad\\xff\\nname'; for i in $(seq 300); do mkdir dddddddddd; cd dddddddddd; done; touch bottom");
        TreeRemover.Remove(tree);
        Assert.False(Directory.Exists(tree));
    }

    [Fact]
    public void What_does_not_exist_is_removed_already() => TreeRemover.Remove(Path.Combine(_folder, "none", "such"));

    [Fact]
    public void A_link_or_file_at_the_top_is_removed_itself()
    {
        var target = Path.Combine(_folder, "target");
        Directory.CreateDirectory(target);
        var link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, target);
        TreeRemover.Remove(link);
        Assert.False(File.Exists(link));
        Assert.True(Directory.Exists(target));
    }

    private static void Shell(string script)
    {
        using var shell = Process.Start("bash", ["-ec", script]);
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
