using ContainerPS.Engine.Images;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Images;

public class PlatformTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/amd64", true)]
    [InlineData("linux/amd64", "linux/amd64/v2", false)]
    [InlineData("linux/amd64/v3", "linux/amd64/v2", true)]
    [InlineData("linux/arm64", "linux/arm64/v8", true)]
    [InlineData("linux/arm/v7", "linux/arm/v6", true)]
    [InlineData("linux/arm/v6", "linux/arm/v7", false)]
    [InlineData("x86_64", "linux/amd64", true)]
    [InlineData("linux/amd64", "windows/amd64", false)]
    public void A_platform_runs_what_is_not_above_it(string wanted, string offered, bool runs) =>
        Assert.Equal(runs, Platforms.Rank(Platforms.Parse(offered), Platforms.Parse(wanted)) >= 0);

    [Fact]
    public void Of_several_variants_the_highest_that_runs_is_chosen()
    {
        var offered = new[] { "linux/arm/v5", "linux/arm/v7", "linux/arm/v6", "linux/amd64" }
            .Select(platform => new Descriptor { Platform = Platforms.Parse(platform) }).ToList();
        Assert.Equal("v7", Platforms.Choose(offered, Platforms.Parse("arm"))!.Platform!.Variant);
        Assert.Equal("v6", Platforms.Choose(offered, Platforms.Parse("linux/arm/v6"))!.Platform!.Variant);
        Assert.Null(Platforms.Choose(offered, Platforms.Parse("linux/s390x")));
    }
}
