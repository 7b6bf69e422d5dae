using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

public sealed class MountOptionsTests
{
    [Fact]
    public void OptionsAreSorted()
    {
        var options = MountOptions.Parse(["rbind", "ro", "nosuid", "rw", "rro", "rslave", "size=64k", "newinstance", "noatime", "relatime"], "mounts[0]");
        Assert.True(options.Bind && options.RecursiveBind && options.RecursivePropagation);
        Assert.Equal(Syscall.MOUNT_ATTR_NOSUID, options.Set);
        Assert.Equal(Syscall.MOUNT_ATTR_RDONLY | Syscall.MOUNT_ATTR__ATIME, options.Clear);
        Assert.Equal(Syscall.MOUNT_ATTR_RDONLY, options.RecursiveSet);
        Assert.Equal(Syscall.MS_SLAVE, options.Propagation);
        Assert.Equal([("size", "64k"), ("newinstance", null)], options.Parameters);
    }

    [Fact]
    public void EveryKnownOptionIsTaken()
    {
        foreach (var option in MountOptions.Known.ToArray()) Assert.Empty(MountOptions.Parse([option], "mounts[0]").Parameters);
    }

    [Theory]
    [InlineData("")]
    [InlineData("copy-symlink")]
    public void OthersAreRefused(string option) => Assert.Contains("mounts[3].options[0]", Assert.Throws<InvalidSpecException>(() => MountOptions.Parse([option], "mounts[3]")).Message);
}
