using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Tests.Runtime;

public class CapabilitiesTests
{
    private static readonly ulong s_all = Capabilities.AllUpTo(40);

    [Theory]
    [InlineData("CAP_CHOWN", 0)]
    [InlineData("chown", 0)]
    [InlineData("net_admin", 12)]
    [InlineData("Cap_Sys_Admin", 21)]
    [InlineData("MKNOD", 27)]
    [InlineData("SETFCAP", 31)]
    [InlineData("SYSLOG", 34)]
    [InlineData("AUDIT_READ", 37)]
    [InlineData("CAP_CHECKPOINT_RESTORE", 40)]
    public void Names_have_the_kernels_numbers(string name, int number)
    {
        Assert.True(Capabilities.TryParse(name, out var found));
        Assert.Equal(number, found);
        Assert.Equal(41, Capabilities.Names.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CAP_")]
    [InlineData("CAP_CAP_CHOWN")]
    [InlineData("SYS ADMIN")]
    [InlineData("ALL")]
    [InlineData("CAP_ALL")]
    public void Other_names_are_refused_by_name(string name)
    {
        Assert.False(Capabilities.TryParse(name, out _));
        var error = Assert.Throws<InvalidSettingException>(() => Capabilities.Parse(name, "CapabilityAdd"));
        Assert.Equal("CapabilityAdd", error.Parameter);
        Assert.Contains($"'{name}'", error.Message);
    }

    [Theory]
    [InlineData("", "", "DEFAULT")]
    [InlineData("NET_ADMIN", "", "DEFAULT NET_ADMIN")]
    [InlineData("", "chown,CAP_KILL", "DEFAULT -CHOWN -KILL")]
    [InlineData("CHOWN", "CHOWN", "DEFAULT")]
    [InlineData("SYS_TIME", "ALL", "SYS_TIME")]
    [InlineData("", "all", "")]
    [InlineData("ALL", "", "ALL")]
    [InlineData("ALL", "SYS_ADMIN,MKNOD", "ALL -SYS_ADMIN -MKNOD")]
    [InlineData("ALL", "ALL", "ALL")]
    [InlineData("All,NET_RAW", "NET_RAW", "ALL -NET_RAW")]
    public void Adding_and_dropping_follows_Docker(string add, string drop, string expected)
    {
        var set = Capabilities.Apply(DefaultCapabilities.Mask, s_all, Split(add), Split(drop));
        var wanted = 0UL;
        foreach (var word in expected.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            wanted = word switch
            {
                "DEFAULT" => wanted | DefaultCapabilities.Mask,
                "ALL" => wanted | s_all,
                ['-', .. var name] => wanted & ~(1UL << Capabilities.Parse(name, "test")),
                _ => wanted | 1UL << Capabilities.Parse(word, "test"),
            };
        }

        Assert.Equal(Capabilities.NamesOf(wanted), Capabilities.NamesOf(set));
    }

    [Fact]
    public void A_capability_the_kernel_lacks_cannot_be_added()
    {
        var older = Capabilities.AllUpTo(37);
        Assert.Throws<InvalidSettingException>(() => Capabilities.Apply(0, older, ["BPF"], []));
        Assert.Equal(older, Capabilities.Apply(0, older, ["ALL"], []));
    }

    [Fact]
    public void The_default_is_Dockers_fourteen()
    {
        Assert.Equal(0xa80425fbUL, DefaultCapabilities.Mask);
        Assert.Equal(14, DefaultCapabilities.Names.Count);
        var spec = DefaultCapabilities.ToSpec(DefaultCapabilities.Effective([], [], privileged: false));
        Assert.Equal(DefaultCapabilities.Names.Order(), spec.Bounding!.Order());
        Assert.Equal(spec.Bounding, spec.Permitted);
        Assert.Null(spec.Inheritable);
        Assert.Null(spec.Ambient);
        Assert.Equal(Capabilities.All(), DefaultCapabilities.Effective([], ["ALL"], privileged: true));
    }

    [Fact]
    public void The_kernels_last_capability_is_read()
    {
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/cap_last_cap").Trim(), Capabilities.LastCap().ToString());
        Assert.Equal(1UL, Capabilities.AllUpTo(0));
        Assert.Equal(s_all, Capabilities.AllUpTo(62));
    }

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
