using System.Text;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks;

public sealed class NetworkDocumentTests
{
    [Fact]
    public void All_of_a_network_is_written_and_read() => AssertKept(FilledObject.Of<NetworkRecord>(), static network => NetworkDocument.Write(network).ToArray(), static text => NetworkDocument.Read(text));

    [Fact]
    public void All_of_a_networks_endpoints_is_written_and_read() => AssertKept(FilledObject.Of<NetworkState>(), static state => EndpointsDocument.Write(state).ToArray(), static text => EndpointsDocument.Read(text));

    [Fact]
    public void All_of_a_containers_networks_is_written_and_read() => AssertKept(FilledObject.Of<RunNetworks>(), static run => RunNetworksDocument.Write(run).ToArray(), static text => RunNetworksDocument.Read(text));

    // As versions before this have written it.
    [Fact]
    public void The_files_form_stays()
    {
        const string Text = """{"name":"crowd","lastIPv4":"10.89.0.2","lastIPv6":"fd44::2","endpoints":[{"containerId":"0255","containerName":"w","aliases":["a","b"],"iPv4":"10.89.0.2","iPv6":"fd44::2","mac":"5a:71:08:0a:e5:80","device":"cpv-c3ca5e8fb6e","interface":"eth0","ports":[{"protocol":"tcp","hostAddress":"0.0.0.0","hostPort":8099,"port":80},{"protocol":"tcp","hostAddress":"::","hostPort":8099,"port":80}],"monitorPid":30166,"monitorStartTime":3819956}]}""";
        Assert.Equal(Text, Encoding.UTF8.GetString(EndpointsDocument.Write(EndpointsDocument.Read(Encoding.UTF8.GetBytes(Text)))));
        const string Network = """{"id":"0a","name":"n","driver":"bridge","created":"2026-01-31T12:30:15+00:00","labels":{"a":"b"},"options":{"c":"d"},"internal":true,"mtu":1400,"pools":[{"subnet":"10.89.0.0/24","gateway":"10.89.0.1","ipRange":"10.89.0.128/25","auxiliary":{"e":"10.89.0.5"},"isAsked":true}],"device":"cps0"}""";
        Assert.Equal(Network, Encoding.UTF8.GetString(NetworkDocument.Write(NetworkDocument.Read(Encoding.UTF8.GetBytes(Network)))));
    }

    [Theory]
    [InlineData("{}", "has no 'id'")]
    [InlineData("{\"id\":1}", "id must be text")]
    [InlineData("{\"pools\":[{\"isAsked\":3}]}", "pools[0].isAsked must be true or false")]
    public void A_damaged_network_is_refused(string text, string problem)
    {
        var error = Assert.Throws<InvalidSpecException>(() => NetworkDocument.Read(Encoding.UTF8.GetBytes(text)));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_none_is_refused()
    {
        var error = Assert.Throws<InvalidSpecException>(() => RunNetworksDocument.Read("""{"ports":[{"hostAddress":"x"}]}"""u8));
        Assert.Contains("ports[0].hostAddress must be an IP address", error.Message, StringComparison.Ordinal);
    }

    // Written, read and written again it is the same, and nothing of it is missing in between.
    private static void AssertKept<T>(T value, Func<T, byte[]> write, Func<byte[], T> read)
        where T : notnull
    {
        var text = write(value);
        var again = read(text);
        Assert.Equal(Encoding.UTF8.GetString(text), Encoding.UTF8.GetString(write(again)));
        Assert.Equivalent(value, again, strict: true);
    }
}
