using System.Text.Json;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Containers.Grammar;

public class GrammarVectorTests
{
    private const string P = "Parameter";

    [Fact]
    public void Sizes_of_memory() => Vectors.Check("ramsize.jsonl", text => ByteSize.ParseBinary(text, P));

    [Fact]
    public void Sizes_of_disks() => Vectors.Check("size.jsonl", text => ByteSize.ParseDecimal(text, P));

    [Fact]
    public void Durations() => Vectors.Check("duration.jsonl", text => new
    {
        human = HumanReadable.Duration(Duration.Parse(text, P)),
        ns = Duration.ParseNanoseconds(text, P),
    });

    [Fact]
    public void Readable_sizes()
    {
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data/vectors/humansize.jsonl")))
        {
            using var row = JsonDocument.Parse(line);
            var bytes = (long)double.Parse(row.RootElement.GetProperty("in").GetString()!);

            // Ours has a blank before the unit: docs/grammar.md.
            var expected = row.RootElement.GetProperty("out").GetProperty("Precision3").GetString();
            Assert.Equal(expected, HumanReadable.Size(bytes).Replace(" ", ""));
        }
    }

    [Fact]
    public void Ulimits() => Vectors.Check("ulimit.jsonl", text =>
    {
        var limit = Ulimit.Parse(text, P);
        return new { limit.Hard, limit.Name, limit.Soft };
    });

    [Fact]
    public void Ports() => Vectors.Check("port.jsonl", text =>
    {
        var bindings = PortSpec.Parse(text, P);
        string Key(PortBinding binding) => $"{binding.Port}/{binding.Protocol}";
        return new
        {
            bindings = bindings.ToDictionary(Key, binding => new[]
            {
                new
                {
                    HostIp = binding.HostIP,
                    HostPort = binding.LastHostPort == binding.HostPort ? $"{binding.HostPort}" : $"{binding.HostPort}-{binding.LastHostPort}",
                },
            }),
            exposed = bindings.ToDictionary(Key, _ => new { }),
        };
    });

    [Fact]
    public void Hosts() => Vectors.Check("host.jsonl", text => HostEntry.Parse(text, P).ToString());

    [Fact]
    public void Labels() => Vectors.Check("label.jsonl", text =>
    {
        var label = Label.Parse(text, P);
        return text.Contains('=') ? $"{label.Key}={label.Value}" : label.Key;
    });

    [Fact]
    public void Search_domains() => Vectors.Check("dnssearch.jsonl", text => DnsSearch.Parse(text, P));

    [Fact]
    public void Volumes() => Vectors.Check("volume.jsonl", text =>
    {
        var volume = VolumeSpec.Parse(text, P);
        var row = new Dictionary<string, object> { ["target"] = volume.Target, ["type"] = volume.IsBind ? "bind" : "volume" };
        if (volume.Source is not null)
            row["source"] = volume.Source;
        if (volume.ReadOnly)
            row["read_only"] = true;
        if (volume.Propagation is not null)
            row["bind"] = new { propagation = volume.Propagation };
        if (volume.NoCopy)
            row["volume"] = new { nocopy = true };
        return row;
    });

    [Fact]
    public void Mounts() => Vectors.Check("mount.jsonl", text =>
    {
        var mount = MountSpec.Parse(text, P, "/");
        var row = new Dictionary<string, object> { ["Target"] = mount.Target, ["Type"] = mount.Type };
        if (mount.Source.Length > 0)
            row["Source"] = mount.Source;
        if (mount.ReadOnly)
            row["ReadOnly"] = true;
        if (mount.Volume is { } volume)
            row["VolumeOptions"] = new { DriverConfig = new { }, volume.Labels };
        if (mount.Tmpfs is { Mode: { } mode, Size: { } size })
            row["TmpfsOptions"] = new { Mode = mode, SizeBytes = size };
        return new[] { row };
    });
}
