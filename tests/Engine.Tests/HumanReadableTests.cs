namespace ContainerPS.Engine.Tests;

public class HumanReadableTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1, "1 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1 kB")]
    [InlineData(1015, "1.01 kB")]
    [InlineData(1125, "1.12 kB")]
    [InlineData(999_499, "999 kB")]
    [InlineData(999_999, "1 MB")]
    [InlineData(12_345_678, "12.3 MB")]
    [InlineData(141_234_567, "141 MB")]
    [InlineData(long.MaxValue, "9.22 EB")]
    [InlineData(-1500, "-1.5 kB")]
    public void Sizes(long bytes, string text) => Assert.Equal(text, HumanReadable.Size(bytes));

    [Theory]
    [InlineData("-1.00:00:00", "Less than a second")]
    [InlineData("00:00:00.9", "Less than a second")]
    [InlineData("00:00:01", "1 second")]
    [InlineData("00:00:59.9", "59 seconds")]
    [InlineData("00:01:59", "About a minute")]
    [InlineData("00:02:00", "2 minutes")]
    [InlineData("01:29:00", "About an hour")]
    [InlineData("01:30:00", "2 hours")]
    [InlineData("2.00:00:00", "2 days")]
    [InlineData("13.00:00:00", "13 days")]
    [InlineData("14.00:00:00", "2 weeks")]
    [InlineData("60.00:00:00", "2 months")]
    [InlineData("729.00:00:00", "24 months")]
    [InlineData("730.00:00:00", "2 years")]
    public void Durations(string duration, string text) => Assert.Equal(text, HumanReadable.Duration(TimeSpan.Parse(duration)));

    [Fact]
    public void Ages()
    {
        var now = new DateTimeOffset(2026, 8, 23, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal("2 weeks ago", HumanReadable.Age(now.AddDays(-15), now));
        Assert.Equal("Less than a second ago", HumanReadable.Age(now.AddHours(1), now));
        Assert.Equal("3 hours ago", HumanReadable.Age(new DateTimeOffset(2026, 8, 23, 11, 0, 0, TimeSpan.FromHours(2)), now));
    }
}
