using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers.Grammar;

/// <summary>Devices, their rules and limits, and restart policies.</summary>
public class DeviceGrammarTests
{
    private const string P = "Parameter";

    [Theory]
    [InlineData("/dev/fuse", "/dev/fuse", "/dev/fuse", "rwm")]
    [InlineData("/dev/sda:r", "/dev/sda", "/dev/sda", "r")]
    [InlineData("/dev/sda:/dev/xvda", "/dev/sda", "/dev/xvda", "rwm")]
    [InlineData("/dev/sda:/dev/xvda:mr", "/dev/sda", "/dev/xvda", "mr")]
    public void A_device(string text, string host, string inside, string access) => Assert.Equal(new DeviceSetting(host, inside, access), DeviceText.Parse(text, P));

    [Theory]
    [InlineData("")]
    [InlineData("sda")]
    [InlineData("/")]
    [InlineData("/dev/sda:")]
    [InlineData("/dev/sda:rr")]
    [InlineData("/dev/sda:x")]
    [InlineData("/dev/sda:/dev/xvda:")]
    [InlineData("/dev/sda:/dev/xvda:rwx")]
    [InlineData("/dev/sda:/dev/xvda:r:w")]
    [InlineData("vendor.example/class=name")]
    public void No_device(string text) => Refuses(() => DeviceText.Parse(text, P), text);

    [Fact]
    public void Limits_of_disks()
    {
        Assert.Equal(new DeviceRateSetting("/dev/sda", 2 << 20), DeviceText.ParseBytes("/dev/sda:2MB", P));
        Assert.Equal(new DeviceRateSetting("/dev/sda", 100), DeviceText.ParseOperations("/dev/sda:100", P));
        Assert.Equal(new DeviceWeightSetting("/dev/sda", 10), DeviceText.ParseWeight("/dev/sda:10", P));
        foreach (var text in (string[])["/dev/sda", "sda:1", "/dev/sda:", "/dev/sda:-1", "/dev/sda:x"])
        {
            Refuses(() => DeviceText.ParseOperations(text, P), text);
            Refuses(() => DeviceText.ParseWeight(text, P), text);
        }

        Refuses(() => DeviceText.ParseWeight("/dev/sda:9", P), "9");
        Refuses(() => DeviceText.ParseOperations("/dev/sda:2MB", P), "2MB");
        Assert.Throws<InvalidSettingException>(() => DeviceText.ParseBytes("/dev/sda:much", P));
    }

    [Theory]
    [InlineData("c 13:* rwm", "c", 13L, null, "rwm")]
    [InlineData("a *:* r", "a", null, null, "r")]
    [InlineData("b 8:0 w", "b", 8L, 0L, "w")]
    public void A_rule(string text, string type, long? major, long? minor, string access)
    {
        var rule = DeviceText.ReadRule(DeviceText.CheckRule(text, P));
        Assert.Equal((true, type, major, minor, access), (rule.Allow, rule.Type, rule.Major, rule.Minor, rule.Access));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c 13 rwm")]
    [InlineData("d 13:* rwm")]
    [InlineData("c 13:* rwx")]
    [InlineData("c 13:*")]
    [InlineData("c  13:* r")]
    [InlineData("c -1:0 r")]
    public void No_rule(string text) => Refuses(() => DeviceText.CheckRule(text, P), text);

    [Theory]
    [InlineData("no", RestartMode.No, 0, "no")]
    [InlineData("Always", RestartMode.Always, 0, "always")]
    [InlineData("on-failure", RestartMode.OnFailure, 0, "on-failure")]
    [InlineData("on-failure:3", RestartMode.OnFailure, 3, "on-failure:3")]
    [InlineData("OnFailure:3", RestartMode.OnFailure, 3, "on-failure:3")]
    [InlineData("UnlessStopped", RestartMode.UnlessStopped, 0, "unless-stopped")]
    public void A_restart_policy(string text, RestartMode mode, int retries, string written)
    {
        var policy = RestartText.Parse(text, P);
        Assert.Equal(new RestartPolicy(mode, retries), policy);
        Assert.Equal(written, policy.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sometimes")]
    [InlineData("always:3")]
    [InlineData("on-failure:")]
    [InlineData("on-failure:-1")]
    [InlineData("on-failure:x")]
    [InlineData("on-failure:99999999999")]
    public void No_restart_policy(string text) => Refuses(() => RestartText.Parse(text, P), text);

    private static void Refuses(Func<object> parse, string told)
    {
        var error = Assert.Throws<InvalidSettingException>(parse);
        Assert.Contains(P, error.Message, StringComparison.Ordinal);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }
}
