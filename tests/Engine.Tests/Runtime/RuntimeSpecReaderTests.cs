using System.Text;
using System.Text.Json;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

public sealed class RuntimeSpecReaderTests
{
    [Fact]
    public void ReadsWhatTheSerializerWrites()
    {
        var spec = TestContainer.NewSpec("sh", "-c", "ä");
        spec.Annotations = new() { ["a"] = "b" };
        spec.Process!.Rlimits = [new() { Type = "RLIMIT_NOFILE", Hard = ulong.MaxValue, Soft = 5 }];
        spec.Process.ConsoleSize = new() { Height = 1, Width = 2 };
        spec.Process.User!.AdditionalGids = [1, 2];
        spec.Process.OomScoreAdj = -5;
        spec.Linux!.UidMappings = [new() { ContainerId = 1, HostId = 2, Size = 3 }];
        spec.Linux.TimeOffsets = new() { ["boottime"] = new() { Secs = -1, Nanosecs = 2 } };
        spec.Linux.Resources = new()
        {
            Memory = new() { Limit = -1, KernelTCP = 5, DisableOOMKiller = true },
            BlockIO = new() { Weight = 10, ThrottleReadIOPSDevice = [new() { Major = 8, Minor = 1, Rate = 100 }] },
            Network = new() { ClassID = 7 },
            Rdma = new() { ["mlx"] = new() { HcaHandles = 3 } },
            Unified = new() { ["memory.high"] = "1" },
        };
        var document = JsonSerializer.SerializeToUtf8Bytes(spec, OciJson.Default.RuntimeSpec);
        var read = RuntimeSpecReader.Read(document);
        Assert.Equal(Encoding.UTF8.GetString(document), Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(read, OciJson.Default.RuntimeSpec)));
    }

    [Theory]
    [InlineData("""{"process":{"user":{"uid":-1}}}""", "process.user.uid must be")]
    [InlineData("""{"process":{"args":["a",2]}}""", "process.args[1] must be text")]
    [InlineData("""{"linux":{"resources":{"memory":{"limit":"5"}}}}""", "linux.resources.memory.limit must be a whole number")]
    [InlineData("""{"mounts":[{"destination":"/a"},{"options":{}}]}""", "mounts[1].options must be a list")]
    [InlineData("""{"mounts":{}}""", "mounts must be a list")]
    [InlineData("""[]""", "must be an object")]
    [InlineData("""{"process":{"terminal":"yes"}}""", "process.terminal must be true or false")]
    [InlineData("""{"linux":{"namespaces":[null]}}""", "linux.namespaces[0] must be an object")]
    [InlineData("""{"process":""", "is not JSON")]
    [InlineData("", "is not JSON")]
    [InlineData("""{} {}""", "is not JSON")]
    [InlineData("""{"hostname":"\ud800"}""", "hostname")]
    public void ErrorsNameTheMember(string document, string message)
    {
        var error = Assert.Throws<InvalidSpecException>(() => RuntimeSpecReader.Read(Encoding.UTF8.GetBytes(document)));
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void UnknownMembersAndNullsAreIgnored()
    {
        var spec = RuntimeSpecReader.Read("""{"new":{"a":[1,{"b":2}]},"hostname":null,"process":{"user":null,"x":1,"cwd":"/"}}"""u8);
        Assert.Null(spec.Hostname);
        Assert.Equal("/", spec.Process!.Cwd);
    }

    [Fact]
    public void DeepNestingIsAnError()
    {
        var document = "{\"x\":" + new string('[', 10_000) + new string(']', 10_000) + "}";
        Assert.Throws<InvalidSpecException>(() => RuntimeSpecReader.Read(Encoding.UTF8.GetBytes(document)));
    }
}
