using ContainerPS.Engine.Cgroups;

namespace ContainerPS.Engine.Tests.Cgroups;

/// <summary><c>linux.cgroupsPath</c>: absolute, relative, and what is refused.</summary>
public sealed class CgroupPathTests
{
    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a//b/", "/a/b")]
    [InlineData("/a/./x/../b", "/a/b")]
    [InlineData("a/b", "/own/a/b")]
    [InlineData("./a", "/own/a")]
    [InlineData("/pod:7/x", "/pod:7/x")]
    [InlineData("/kubepods.slice:x/y", "/kubepods.slice:x/y")]
    public void PathIsResolved(string path, string resolved) => Assert.Equal(resolved, CgroupPath.Resolve(path, "/own"));

    [Theory]
    [InlineData("/")]
    [InlineData("/a/..")]
    [InlineData(".")]
    [InlineData("/../a")]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("/a/../../b")]
    [InlineData("a\0b")]
    public void PathThatEscapesIsRefused(string path) => Assert.Equal("linux.cgroupsPath", Assert.Throws<InvalidSpecException>(() => CgroupPath.Resolve(path, "/own")).Field);

    [Theory]
    [InlineData("system.slice:docker:1234")]
    [InlineData(":runc:x")]
    [InlineData("user.slice:libpod:abc")]
    public void SystemdsFormIsRefused(string path) => Assert.Contains("--systemd-cgroup", Assert.Throws<InvalidSpecException>(() => CgroupPath.Resolve(path, "/own")).Message);

    [Fact]
    public void OwnCgroupIsFoundByControllerOrInVersionTwo()
    {
        const string text = "12:name=systemd:/s\n4:cpu,cpuacct:/c/x\n3:memory:/m:7\n0::/u/v\n";
        Assert.Equal("/c/x", OwnCgroup.Parse(text, "cpuacct"));
        Assert.Equal("/m:7", OwnCgroup.Parse(text, "memory"));
        Assert.Equal("/s", OwnCgroup.Parse(text, "name=systemd"));
        Assert.Equal("/u/v", OwnCgroup.Parse(text, ""));
        Assert.Equal("/", OwnCgroup.Parse(text, "pids"));
    }
}
