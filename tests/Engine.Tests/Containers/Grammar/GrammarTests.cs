using System.Text;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers.Grammar;

/// <summary>What the vectors do not ask.</summary>
public class GrammarTests
{
    private const string P = "Parameter";

    [Theory]
    [InlineData("200MB", 209715200)]
    [InlineData("1.5g", 1610612736)]
    [InlineData("1e3", 1000)]
    [InlineData("1e1k", 10240)]
    [InlineData("+7", 7)]
    public void A_size(string text, long bytes) => Assert.Equal(bytes, ByteSize.ParseBinary(text, P));

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("9999999PB")]
    [InlineData("1e400")]
    [InlineData("1,5g")]
    [InlineData("NaN 1")]
    [InlineData("0x10")]
    [InlineData("5 e")]
    [InlineData("-2m")]
    public void No_size(string text) => Assert.Contains($"'{text}'", Assert.Throws<InvalidSettingException>(() => ByteSize.ParseBinary(text, P)).Message);

    [Fact]
    public void Minus_one_is_unlimited_where_that_is_allowed()
    {
        Assert.Equal(-1, ByteSize.ParseBinaryOrUnlimited("-1", P));
        Assert.Equal(1024, ByteSize.ParseBinaryOrUnlimited("1k", P));
        Assert.Throws<InvalidSettingException>(() => ByteSize.ParseBinaryOrUnlimited("-2", P));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("5s", 5_000_000_000)]
    [InlineData("1m30s", 90_000_000_000)]
    [InlineData("-1.5h", -5_400_000_000_000)]
    [InlineData("+.5s", 500_000_000)]
    [InlineData("1.s", 1_000_000_000)]
    [InlineData("1us2µs3μs4ns", 6004)]
    [InlineData("0.000000001s", 1)]
    [InlineData("0.9ns", 0)]
    [InlineData("9223372036854775807ns", long.MaxValue)]
    [InlineData("-9223372036854775808ns", long.MinValue)]
    public void A_duration(string text, long nanoseconds) => Assert.Equal(nanoseconds, Duration.ParseNanoseconds(text, P));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData(".s")]
    [InlineData("1.2.3s")]
    [InlineData("1S")]
    [InlineData("1d")]
    [InlineData("1 s")]
    [InlineData("1s ")]
    [InlineData("1e3s")]
    [InlineData("--1s")]
    [InlineData("9223372036854775808ns")]
    [InlineData("2562048h")]
    [InlineData("99999999999999999999999999999999h")]
    public void No_duration(string text) => Assert.Contains($"'{text}'", Assert.Throws<InvalidSettingException>(() => Duration.ParseNanoseconds(text, P)).Message);

    [Fact]
    public void A_duration_finer_than_a_tick_is_cut_off() => Assert.Equal(TimeSpan.FromTicks(1), Duration.Parse("199ns", P));

    [Theory]
    [InlineData("SIGTERM", 15)]
    [InlineData("term", 15)]
    [InlineData("15", 15)]
    [InlineData("sigkill", 9)]
    [InlineData("RTMIN", 34)]
    [InlineData("RTMIN+3", 37)]
    [InlineData("SIGRTMAX-1", 63)]
    [InlineData("rtmax", 64)]
    [InlineData("64", 64)]
    [InlineData("SYS", 31)]
    [InlineData("IOT", 6)]
    [InlineData("POLL", 29)]
    public void A_signal(string text, int number) => Assert.Equal(number, SignalName.Parse(text, P));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("-9")]
    [InlineData("SIG")]
    [InlineData("SIGSIGTERM")]
    [InlineData("TERMS")]
    [InlineData("RTMIN-1")]
    [InlineData("RTMIN+31")]
    [InlineData("RTMAX+1")]
    [InlineData("RTMIN+")]
    public void No_signal(string text) => Assert.Throws<InvalidSettingException>(() => SignalName.Parse(text, P));

    [Fact]
    public void Every_signal_is_written_as_it_is_read()
    {
        for (var number = 1; number <= 64; number++)
            Assert.Equal(number, SignalName.Parse(SignalName.Format(number), P));
        Assert.Equal("SIGTERM", SignalName.Format(15));
        Assert.Equal("SIGRTMIN+3", SignalName.Format(37));
        Assert.Equal("SIGRTMAX-14", SignalName.Format(50));
        Assert.Equal("32", SignalName.Format(32));
        Assert.Equal(31, SignalName.Names.Count);
    }

    [Theory]
    [InlineData("web", true)]
    [InlineData("9a", true)]
    [InlineData("a_b.c-d", true)]
    [InlineData("a", false)]
    [InlineData("", false)]
    [InlineData("-web", false)]
    [InlineData(".web", false)]
    [InlineData("we b", false)]
    [InlineData("web/1", false)]
    [InlineData("wéb", false)]
    public void A_name(string text, bool valid)
    {
        Assert.Equal(valid, ObjectName.IsValid(text));
        if (!valid)
            Assert.Throws<InvalidSettingException>(() => ObjectName.Parse(text, "Name"));
    }

    [Fact]
    public void Random_names_are_names_and_differ_from_those_taken()
    {
        var names = new HashSet<string>();
        for (var i = 0; i < 2000; i++)
            Assert.True(names.Add(RandomName.Create(names.Contains)));
        Assert.All(names, name => Assert.True(ObjectName.IsValid(name), name));

        var asked = 0;
        Assert.Matches(@"^[a-z]+_[a-z]+\d+$", RandomName.Create(_ => ++asked < 20));
    }

    [Theory]
    [InlineData("", new int[0])]
    [InlineData("0", new[] { 0 })]
    [InlineData("0-3,5", new[] { 0, 1, 2, 3, 5 })]
    [InlineData("7,1-2,2", new[] { 1, 2, 7 })]
    public void A_list_of_processors(string text, int[] numbers) => Assert.Equal(numbers, CpuSet.Parse(text, P));

    [Theory]
    [InlineData(",")]
    [InlineData("0,")]
    [InlineData("3-1")]
    [InlineData("-1")]
    [InlineData("1-")]
    [InlineData("a")]
    [InlineData("0-2-3")]
    [InlineData("0 1")]
    [InlineData("8192")]
    [InlineData("0-99999999999")]
    public void No_list_of_processors(string text) => Assert.Throws<InvalidSettingException>(() => CpuSet.Parse(text, P));

    [Fact]
    public void A_file_of_variables()
    {
        var text = "\uFEFF# comment\n\n  A=1\r\nB= two words \nC=\"q\"#x\n\tD=\nHOME\nNONE\nE=a=b\nlast=é";
        var variables = EnvironmentFile.Parse(Encoding.UTF8.GetBytes(text), "env", P, name => name == "HOME" ? "/root" : null);
        Assert.Equal(["A=1", "B= two words ", "C=\"q\"#x", "D=", "HOME=/root", "E=a=b", "last=é"], variables);
    }

    [Theory]
    [InlineData("A=1\n=2", "line 2")]
    [InlineData("A B=1", "'A B'")]
    [InlineData("A =1", "'A '")]
    [InlineData("A=\0", "NUL")]
    [InlineData("A=1\nB=\u00ff", "line 2", true)]
    public void No_file_of_variables(string text, string told, bool latin1 = false)
    {
        var bytes = (latin1 ? Encoding.Latin1 : Encoding.UTF8).GetBytes(text);
        var error = Assert.Throws<InvalidSettingException>(() => EnvironmentFile.Parse(bytes, "env", P, _ => null));
        Assert.Contains(told, error.Message);
        Assert.Contains("'env'", error.Message);
    }

    [Fact]
    public void A_file_of_variables_that_is_not_there_is_told() =>
        Assert.Contains("'/nowhere/env'", Assert.Throws<InvalidSettingException>(() => EnvironmentFile.Read("/nowhere/env", P, _ => null)).Message);

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("::", true)]
    [InlineData("::1", true)]
    [InlineData("1::", true)]
    [InlineData("1:2:3:4:5:6:7:8", true)]
    [InlineData("1:2:3:4:5:6:7::", true)]
    [InlineData("::ffff:1.2.3.4", true)]
    [InlineData("1:2:3:4:5:6:1.2.3.4", true)]
    [InlineData("", false)]
    [InlineData("1", false)]
    [InlineData("1.2.3", false)]
    [InlineData("1.2.3.256", false)]
    [InlineData("1.2.3.04", false)]
    [InlineData("0x7f.0.0.1", false)]
    [InlineData("1.2.3.4.5", false)]
    [InlineData(" 1.2.3.4", false)]
    [InlineData("[::1]", false)]
    [InlineData("::1%eth0", false)]
    [InlineData("fe80::/64", false)]
    [InlineData(":::", false)]
    [InlineData("1::2::3", false)]
    [InlineData("1:2:3:4:5:6:7:8::", false)]
    [InlineData("12345::", false)]
    [InlineData("1:2:3:4:5:6:7", false)]
    [InlineData("1.2.3.4::", false)]
    [InlineData(":1", false)]
    public void An_address(string text, bool valid)
    {
        Assert.Equal(valid, IPAddressText.TryParse(text, out var address));
        if (valid)
            Assert.Equal(System.Net.IPAddress.Parse(text), address);
    }
}
