using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

public class ExposedPortsTests
{
    [Theory]
    [InlineData("80", "80/tcp")]
    [InlineData("80/tcp", "80/tcp")]
    [InlineData("53/udp", "53/udp")]
    [InlineData("53/UDP", "53/udp")]
    [InlineData("9/sctp", "9/sctp")]
    [InlineData("80/", "80/tcp")]
    [InlineData("8000-8002", "8000/tcp|8001/tcp|8002/tcp")]
    [InlineData("8000-8001/udp", "8000/udp|8001/udp")]
    [InlineData("80-80", "80/tcp")]
    [InlineData("8080:80", "80/tcp")]
    [InlineData("127.0.0.1:8080:80/tcp", "80/tcp")]
    [InlineData("127.0.0.1::80", "80/tcp")]
    [InlineData("[::1]:8080:80", "80/tcp")]
    [InlineData("8000-9000:80", "80/tcp")]
    [InlineData("8000-8001:80-81", "80/tcp|81/tcp")]
    [InlineData("0", "0/tcp")]
    [InlineData("65535", "65535/tcp")]
    public void Reads(string text, string expected) => Assert.Equal(expected, string.Join('|', ExposedPorts.Of([text], Written.Here)));

    [Theory]
    [InlineData("")]
    [InlineData("http")]
    [InlineData("65536")]
    [InlineData("-80")]
    [InlineData("80-")]
    [InlineData("81-80")]
    [InlineData("80/icmp")]
    [InlineData("/tcp")]
    [InlineData("x:80")]
    [InlineData("host:80:80")]
    [InlineData("8000-8002:80-81")]
    [InlineData("80:")]
    [InlineData("1-2-3")]
    [InlineData("+80")]
    public void Refuses(string text)
    {
        var error = Assert.Throws<DockerfileException>(() => ExposedPorts.Of([text], Written.Here));
        Written.Check(error, "Dockerfile");
        Assert.Contains($"'{text}'", error.Message);
    }
}
