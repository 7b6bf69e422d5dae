using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

public class RunMountTests
{
    [Fact]
    public void Reads_all_keys()
    {
        Assert.Equal(
            new RunMount { Text = "type=bind,from=a,source=/b,target=/c,rw", From = "a", Source = "/b", Target = "/c" },
            Read("type=bind,from=a,source=/b,target=/c,rw"));
        Assert.Equal(
            new RunMount { Text = "type=cache,id=x,dst=/c,sharing=locked,from=a,src=b,mode=0755,uid=1,gid=2,ro", Type = RunMountType.Cache, Id = "x", Target = "/c", Sharing = CacheSharing.Locked, From = "a", Source = "b", Mode = 493, UserId = 1, GroupId = 2, ReadOnly = true },
            Read("type=cache,id=x,dst=/c,sharing=locked,from=a,src=b,mode=0755,uid=1,gid=2,ro"));
        Assert.Equal(
            new RunMount { Text = "type=tmpfs,destination=/t,size=64m", Type = RunMountType.Tmpfs, Target = "/t", Size = 64 << 20 },
            Read("type=tmpfs,destination=/t,size=64m"));
        Assert.Equal(
            new RunMount { Text = "type=secret,id=s,target=/s,required,mode=0400,uid=5,gid=6,env=KEY", Type = RunMountType.Secret, Id = "s", Target = "/s", Required = true, Mode = 256, UserId = 5, GroupId = 6, Environment = "KEY", ReadOnly = true },
            Read("type=secret,id=s,target=/s,required,mode=0400,uid=5,gid=6,env=KEY"));
        Assert.Equal(
            new RunMount { Text = "type=ssh,id=default,target=/a,required=true,mode=0600", Type = RunMountType.Ssh, Id = "default", Target = "/a", Required = true, Mode = 384, ReadOnly = true },
            Read("type=ssh,id=default,target=/a,required=true,mode=0600"));
    }

    [Theory]
    [InlineData("target=/a", true)]
    [InlineData("type=bind,target=/a", true)]
    [InlineData("type=cache,target=/a", false)]
    [InlineData("type=tmpfs,target=/a", false)]
    [InlineData("type=secret,id=a", true)]
    [InlineData("type=ssh", true)]
    [InlineData("target=/a,readonly", true)]
    [InlineData("target=/a,ro=false", false)]
    [InlineData("target=/a,readonly=0", false)]
    [InlineData("target=/a,rw=false", true)]
    [InlineData("target=/a,readwrite=true", false)]
    [InlineData("type=cache,target=/a,readonly=True", true)]
    [InlineData("rw,target=/a", false)]
    [InlineData("TARGET=/a,RW", false)]
    public void Is_read_only_by_type(string text, bool readOnly) => Assert.Equal(readOnly, Read(text).ReadOnly);

    [Theory]
    [InlineData("\"target=/a,b\",source=c", "/a,b")]
    [InlineData("target=\"/a\"", null)]
    [InlineData("type=CACHE,target=/a", "/a")]
    [InlineData("target=rel/ative", "rel/ative")]
    [InlineData("type=secret,source=a", "")]
    [InlineData("type=secret,target=/a", "/a")]
    [InlineData("required,type=secret,id=a", "")]
    [InlineData("type=cache,sharing=PRIVATE,target=/x", "/x")]
    [InlineData("type=secret,id=a,env=", "")]
    public void Reads_targets(string text, string? target)
    {
        if (target is null)
            Assert.Contains("list of key=value pairs", Assert.Throws<DockerfileException>(() => Read(text)).Message);
        else
            Assert.Equal(target, Read(text).Target ?? "");
    }

    [Theory]
    [InlineData("", "list of key=value pairs")]
    [InlineData("type=volume,target=/a", "'volume'")]
    [InlineData("type=cach,target=/a", "Did you mean cache?")]
    [InlineData("targte=/a", "Did you mean target?")]
    [InlineData("target", "'target' without a value")]
    [InlineData("type", "'type' without a value")]
    [InlineData("x=y,target=/a", "unknown key 'x'")]
    [InlineData("type=bind", "no 'target'")]
    [InlineData("type=cache", "no 'target'")]
    [InlineData("type=tmpfs", "no 'target'")]
    [InlineData("type=tmpfs,target=", "no 'target'")]
    [InlineData("target=/", "target '/'")]
    [InlineData("target=/.", "target '/.'")]
    [InlineData("target=/a,readonly=perhaps", "'readonly=perhaps'")]
    [InlineData("target=/a,rw=2", "'rw=2'")]
    [InlineData("target=/a,required", "'required'")]
    [InlineData("type=cache,target=/a,required=true", "'required'")]
    [InlineData("target=/a,size=1m", "'size'")]
    [InlineData("type=tmpfs,target=/a,size=big", "'big' is not a size")]
    [InlineData("target=/a,sharing=shared", "'sharing'")]
    [InlineData("type=cache,target=/a,sharing=lock", "'sharing=lock'")]
    [InlineData("type=cache,target=/a,sharing=lockd", "Did you mean locked?")]
    [InlineData("target=/a,mode=755", "'mode'")]
    [InlineData("type=tmpfs,target=/a,uid=1", "'uid'")]
    [InlineData("target=/a,gid=1", "'gid'")]
    [InlineData("type=cache,target=/a,mode=888", "'mode=888'")]
    [InlineData("type=cache,target=/a,mode=", "'mode='")]
    [InlineData("type=cache,target=/a,mode=77777777777", "'mode=77777777777'")]
    [InlineData("type=cache,target=/a,uid=-1", "'uid=-1'")]
    [InlineData("type=cache,target=/a,uid=me", "'uid=me'")]
    [InlineData("type=cache,target=/a,gid=4294967296", "'gid=4294967296'")]
    [InlineData("type=secret", "'id' or 'target'")]
    [InlineData("type=secret,id=a,source=b", "both 'id' and 'source'")]
    [InlineData("type=secret,id=a,from=b", "'from'")]
    [InlineData("type=secret,id=a,sharing=shared", "'sharing'")]
    [InlineData("target=/a,env=X", "'env'")]
    [InlineData("target=/a,from=$B", "variables in 'from'")]
    [InlineData("target=/a,\"b", "list of key=value pairs")]
    public void Refuses(string text, string expected)
    {
        var error = Assert.Throws<DockerfileException>(() => Read(text));
        Written.Check(error, "Dockerfile");
        Assert.Contains(expected, error.Message);
        Assert.Contains($"--mount={text}", error.Message);
    }

    [Fact]
    public void Puts_variables_in()
    {
        var run = Written.Instruction<RunInstruction>("RUN --mount=type=$T,target=${D}/x,id=$NONE,sharing=locked --mount=from=base,target=/b,source=$D x");
        Assert.Equal([null, "base"], run.Mounts.Select(mount => mount.From));
        var expanded = Expander.Expand(run, Written.Variables("T=cache", "D=/d"), '\\');
        Assert.Equal([(RunMountType.Cache, "/d/x", null), (RunMountType.Bind, "/b", "/d")], expanded.Value.Mounts.Select(mount => (mount.Type, mount.Target!, mount.Source)));
        Assert.Equal(["NONE"], expanded.Undefined);
        Assert.Equal(["T", "D"], expanded.Used);
    }

    [Theory]
    [InlineData("RUN --mount=type=$T,target=/a x", "'volume'")]
    [InlineData("RUN --mount=type=cache,target=$NONE x", "no 'target'")]
    [InlineData("RUN --mount=type=cache,target=/a,uid=$T x", "'uid=volume'")]
    [InlineData("RUN --mount=type=bind,target=/a,sharing=${S} x", "'sharing'")]
    public void Refuses_what_variables_lead_to(string text, string expected)
    {
        var run = Written.Instruction<RunInstruction>(text);
        var error = Assert.Throws<DockerfileException>(() => Expander.Expand(run, Written.Variables("T=volume", "S=shared"), '\\'));
        Assert.Contains(expected, error.Message);
        Assert.Equal(2, error.Line);
    }

    private static RunMount Read(string text) => RunMountReader.Read(text, null, Written.Here);
}
