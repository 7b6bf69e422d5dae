using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>What the engine's settings say of names.</summary>
public sealed class DnsSettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-dns-").FullName;

    private StorePaths Paths => new(Path.Combine(_folder, "root"), Path.Combine(_folder, "run"), Path.Combine(_folder, "engine.json"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_container_has_its_own_or_the_engines_of_each_kind()
    {
        var own = new ContainerSettings { Dns = ["192.0.2.1"], DnsSearch = ["own.example"], DnsOptions = ["rotate"] };
        Assert.Equal(own, DnsSettings.WithDefaults(Paths, own));
        DnsSettings.Change(Paths, ["192.0.2.53", "2001:db8::53"], ["example.com"], ["ndots:2"]);
        Assert.Equal("192.0.2.53 2001:db8::53|example.com|ndots:2", Text(new()));
        Assert.Equal("192.0.2.1|own.example|rotate", Text(own));
        Assert.Equal("192.0.2.1|example.com|ndots:2", Text(new() { Dns = ["192.0.2.1"] }));

        // What is not given stays; an empty list takes all away.
        DnsSettings.Change(Paths, [], null, ["rotate"]);
        Assert.Equal("|example.com|rotate", Text(new()));
        DnsSettings.Change(Paths, null, [], []);
        Assert.Equal("||", Text(new()));
        Assert.DoesNotContain("dns", File.ReadAllText(Paths.ConfigFile), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void They_are_asked_in_every_mode_and_by_builds()
    {
        DnsSettings.Change(Paths, ["192.0.2.53"], ["."], ["ndots:2"]);
        const string file = "nameserver 192.0.2.53\noptions ndots:2\n";
        foreach (var mode in (string?[])["none", "host", null])
        {
            var settings = new ContainerSettings { Network = mode };
            Assert.Equal(file, NameServers.Of(Paths, settings, mode is null ? ["bridge"] : []).Inside.ToText());
            Assert.Equal(file, NameServers.WithoutService(Paths, settings).ToText());
        }

        using var inside = new Microsoft.Win32.SafeHandles.SafeFileHandle();
        var served = NameServers.Of(Paths, new(), ["app"]);
        Assert.Equal("nameserver 127.0.0.11\noptions ndots:2\n", served.Inside.ToText());
        Assert.Same(inside, served.ToUpstreams(inside).From);
        Assert.True(served.ToUpstreams(inside).KeepSingleLabels);
    }

    [Theory]
    [InlineData("Dns", "example.com"), InlineData("Dns", ""), InlineData("DnsSearch", "-"), InlineData("DnsOption", "ndots:1 rotate"), InlineData("DnsOption", "")]
    public void What_cannot_be_is_refused(string parameter, string text)
    {
        IReadOnlyList<string>? Of(string name) => name == parameter ? [text] : null;
        Assert.Equal(parameter, Assert.Throws<InvalidSettingException>(() => DnsSettings.Change(Paths, Of("Dns"), Of("DnsSearch"), Of("DnsOption"))).Parameter);
        Assert.False(File.Exists(Paths.ConfigFile));
    }

    [Fact]
    public void What_somebody_has_written_wrong_is_told_at_the_next_start()
    {
        File.WriteAllText(Paths.ConfigFile, """{ "dns": ["example.com"] }""");
        Assert.Equal("Dns", Assert.Throws<InvalidSettingException>(() => NameServers.Of(Paths, new(), [])).Parameter);
    }

    private string Text(ContainerSettings settings)
    {
        var asked = DnsSettings.WithDefaults(Paths, settings);
        return $"{string.Join(' ', asked.Dns)}|{string.Join(' ', asked.DnsSearch)}|{string.Join(' ', asked.DnsOptions)}";
    }
}
