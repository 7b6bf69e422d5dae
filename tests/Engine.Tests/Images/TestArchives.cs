using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using ContainerPS.Engine.Storage;
using TarEntryType = System.Formats.Tar.TarEntryType;
using TarWriter = System.Formats.Tar.TarWriter;

namespace ContainerPS.Engine.Tests.Images;

/// <summary>Small archives, made with another tar writer than our own.</summary>
internal static class TestArchives
{
    /// <summary>A tar; a name that ends in '/' is a folder.</summary>
    internal static byte[] Tar(params (string Name, byte[] Content)[] members)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, content) in members)
            {
                var entry = new PaxTarEntry(name.EndsWith('/') ? TarEntryType.Directory : TarEntryType.RegularFile, name)
                {
                    ModificationTime = DateTimeOffset.UnixEpoch.AddYears(50),
                    Mode = (UnixFileMode)(name.EndsWith('/') ? 0b111_101_101 : 0b110_100_100),
                };
                if (!name.EndsWith('/')) entry.DataStream = new MemoryStream(content);
                writer.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }

    /// <summary>A layer with some files.</summary>
    internal static byte[] Layer(params string[] files) => Tar([.. files.Select(file => (file, Text($"content of {file}")))]);

    internal static byte[] RootFileSystem(string marker = "test") =>
        Tar(("./", []), ("./bin/", []), ("./bin/sh", Text("#!" + marker)), ("./etc/", []), ("./etc/os-release", Text($"ID={marker}\n")));

    internal static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    internal static byte[] Json(JsonNode node) => Text(node.ToJsonString());

    internal static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
        return stream.ToArray();
    }

    internal static string Sha(byte[] content) => Digest.Of(content).ToString();

    internal static byte[] Config(IEnumerable<byte[]> layers, string architecture = "amd64", string? created = "2024-02-03T04:05:06.123456789Z") => Json(new JsonObject
    {
        ["architecture"] = architecture,
        ["os"] = "linux",
        ["created"] = created,
        ["author"] = "the author",
        ["config"] = new JsonObject
        {
            ["Cmd"] = new JsonArray("/bin/sh"),
            ["Env"] = new JsonArray("PATH=/bin"),
            ["ExposedPorts"] = new JsonObject { ["80/tcp"] = new JsonObject() },
            ["Labels"] = new JsonObject { ["a"] = "b" },
        },
        ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. layers.Select(layer => (JsonNode)Sha(layer))]) },
    });

    /// <summary>What docker save wrote before version 25: manifest.json last.</summary>
    internal static byte[] Docker(string[] tags, params byte[][] layers) => Docker(tags, layers, layers);

    internal static byte[] Docker(string[] tags, byte[][] plain, byte[][] stored)
    {
        var config = Config(plain);
        var members = new List<(string, byte[])>();
        for (var i = 0; i < stored.Length; i++) members.Add(($"{Digest.Of(plain[i]).Hex}/layer.tar", stored[i]));
        var name = Digest.Of(config).Hex + ".json";
        members.Add((name, config));
        members.Add(("manifest.json", Json(new JsonArray(DockerItem(name, tags, plain.Select(layer => $"{Digest.Of(layer).Hex}/layer.tar"))))));
        return Tar([.. members]);
    }

    internal static JsonObject DockerItem(string config, IEnumerable<string> tags, IEnumerable<string> layers) => new()
    {
        ["Config"] = config,
        ["RepoTags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]),
        ["Layers"] = new JsonArray([.. layers.Select(layer => (JsonNode)layer)]),
    };

    /// <summary>A manifest and what it refers to.</summary>
    internal static OciImage OciOf(byte[][] plain, byte[][]? stored = null, string architecture = "amd64", Action<JsonObject>? change = null)
    {
        stored ??= plain;
        var config = Config(plain, architecture);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", config),
            ["layers"] = new JsonArray([.. stored.Select(layer => (JsonNode)Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer))]),
        };
        change?.Invoke(manifest);
        return new OciImage(Json(manifest), [config, .. stored], architecture);
    }

    internal static JsonObject Descriptor(string mediaType, byte[] content) =>
        new() { ["mediaType"] = mediaType, ["digest"] = Sha(content), ["size"] = content.Length };

    internal static byte[] OciTar(JsonObject index, params byte[][] blobs) => Tar(
    [
        ("blobs/", []), ("blobs/sha256/", []),
        .. blobs.Select(blob => ($"blobs/sha256/{Digest.Of(blob).Hex}", blob)),
        ("index.json", Json(index)), ("oci-layout", Text("""{"imageLayoutVersion":"1.0.0"}""")),
    ]);

    internal static JsonObject Index(params JsonObject[] manifests) => new() { ["schemaVersion"] = 2, ["manifests"] = new JsonArray([.. manifests]) };
}

internal sealed record OciImage(byte[] Manifest, byte[][] Blobs, string Architecture)
{
    internal JsonObject Entry(string? name = null, bool platform = false, string annotation = "org.opencontainers.image.ref.name")
    {
        var entry = TestArchives.Descriptor("application/vnd.oci.image.manifest.v1+json", Manifest);
        if (name is not null) entry["annotations"] = new JsonObject { [annotation] = name };
        if (platform) entry["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = Architecture };
        return entry;
    }

    internal byte[] Tar(string? name = null) => TestArchives.OciTar(TestArchives.Index(Entry(name)), [.. Blobs, Manifest]);
}
