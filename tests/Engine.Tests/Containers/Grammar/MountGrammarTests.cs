using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers.Grammar;

/// <summary>What the vectors do not ask of volumes and mounts.</summary>
public class MountGrammarTests
{
    private const string P = "Parameter";

    [Fact]
    public void Sources_are_made_absolute()
    {
        Assert.Equal("/work/a", Resolve("./a:/x").Source);
        Assert.Equal("/work", Resolve(".:/x").Source);
        Assert.Equal("/b", Resolve("../b:/x").Source);
        Assert.Equal("/home/me/c", Resolve("~/c:/x").Source);
        Assert.Equal("/home/me", Resolve("~:/x").Source);
        Assert.Equal("data", Resolve("data:/x").Source);
        Assert.Equal("/work/b", MountSpec.Parse("type=bind,src=./b,dst=/x", P, "/work").Source);

        static VolumeSpec Resolve(string text) => VolumeSpec.Parse(text, P).Resolve("/work", "/home/me").Validate(text, P);
    }

    [Theory]
    [InlineData("data:/x")]
    [InlineData("data:/x:nocopy,ro")]
    [InlineData("/a:/b:rslave,z")]
    [InlineData("/a:/b:cached")]
    [InlineData("/cache")]
    public void A_volume_a_container_can_have(string text) => Assert.NotNull(VolumeSpec.Parse(text, P).Validate(text, P));

    [Theory]
    [InlineData("data:x", "'x'")]
    [InlineData("data:/", "'/'")]
    [InlineData("data:/x/..", "'/x/..'")]
    [InlineData("data:/x:sw", "'sw'")]
    [InlineData("data:/x:rshared", "'rshared'")]
    [InlineData("/a:/x:nocopy", "'nocopy'")]
    [InlineData("./a:/x", "'./a'")]
    [InlineData("da ta:/x", "'da ta'")]
    [InlineData("a:/x", "'a:/x'")]
    [InlineData("data:/x\0", "absolute path")]
    public void A_volume_no_container_can_have(string text, string told)
    {
        var volume = VolumeSpec.Parse(text, P);
        Assert.Contains(told, Assert.Throws<InvalidSettingException>(() => volume.Validate(text, P)).Message);
    }

    [Fact]
    public void Every_key_of_a_mount_is_kept()
    {
        var bind = MountSpec.Parse("TYPE=bind,Source=/a,destination=/b,ro,bind-propagation=rprivate,bind-recursive=readonly,consistency=cached", P, "/");
        Assert.Equal(("bind", "/a", "/b", true, "cached"), (bind.Type, bind.Source, bind.Target, bind.ReadOnly, bind.Consistency));
        Assert.Equal(new MountSpec.BindOptions("rprivate", "readonly"), bind.Bind);

        var volume = MountSpec.Parse("src=data,dst=/b,\"volume-label=a=x,y\",volume-opt=type=nfs,volume-driver=local,volume-subpath=sub,volume-nocopy,readonly=0", P, "/").Volume!;
        Assert.Equal(("x,y", "nfs", "local", "sub", true), (volume.Labels["a"], volume.DriverOptions["type"], volume.Driver, volume.Subpath, volume.NoCopy));

        Assert.Equal("sub", MountSpec.Parse("type=image,src=debian,dst=/b,image-subpath=sub", P, "/").ImageSubpath);
        Assert.Equal(new MountSpec.TmpfsOptions(1 << 20, Convert.ToUInt32("1777", 8)), MountSpec.Parse("type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1777", P, "/").Tmpfs);
        Assert.Equal("disabled", MountSpec.Parse("type=bind,src=/a,dst=/b,bind-nonrecursive", P, "/").Bind!.Recursive);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("type=,dst=/x", "no type")]
    [InlineData("type=bind,src=/a,dst=/b,bind-recursive=sometimes", "bind-recursive=sometimes")]
    [InlineData("type=bind,src=/a,dst=/b,bind-recursive=writable", "needs 'readonly'")]
    [InlineData("type=bind,src=/a,dst=/b,ro,bind-recursive=readonly", "bind-propagation=rprivate")]
    [InlineData("type=bind,src=/a,dst=/b,ro=perhaps", "'ro=perhaps'")]
    [InlineData("type=tmpfs,dst=/b,tmpfs-mode=9", "'tmpfs-mode=9'")]
    [InlineData("type=tmpfs,dst=/b,tmpfs-size=big", "Parameter: 'type=tmpfs,dst=/b,tmpfs-size=big' has 'tmpfs-size=big', which is not a size")]
    [InlineData("type=tmpfs,dst=/b,volume-nocopy", "'volume-…'")]
    [InlineData("type=bind,src=/a,dst=/b,bind-color=red", "'bind-color'")]
    [InlineData("src=\"a,dst=/b", "quotation mark")]
    [InlineData("src=a,dst=/b\nro", "several lines")]
    [InlineData("readonly", "no target")]
    [InlineData("target", "'target' without a value")]
    public void A_mount_that_is_none(string text, string told) =>
        Assert.Contains(told, Assert.Throws<InvalidSettingException>(() => MountSpec.Parse(text, P, "/")).Message);

    [Theory]
    [InlineData("type=floppy,dst=/x", "'floppy'")]
    [InlineData("type=bind,dst=/x", "''")]
    [InlineData("type=bind,src=a,dst=/x", "'a'")]
    [InlineData("src=da ta,dst=/x", "'da ta'")]
    [InlineData("type=tmpfs,src=a,dst=/x", "a source")]
    [InlineData("type=image,dst=/x", "no source")]
    [InlineData("dst=x", "'x'")]
    [InlineData("dst=/", "'/'")]
    public void A_mount_no_container_can_have(string text, string told)
    {
        var mount = MountSpec.Parse(text, P, "/");
        Assert.Contains(told, Assert.Throws<InvalidSettingException>(() => mount.Validate(text, P)).Message);
    }
}
