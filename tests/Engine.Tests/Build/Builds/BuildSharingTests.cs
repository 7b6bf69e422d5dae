using System.Text.Json.Nodes;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Storage;
using ContainerPS.Engine.Tests.Registries;
using ContainerPS.Engine.Tests.Runtime;
using ContainerPS.Engine.Tests.Storage;

namespace ContainerPS.Engine.Tests.Build;

/// <summary>Steps that one machine's builds give to those of another, and how long they are kept.</summary>
[Collection("environment")]
public sealed class BuildSharingTests(BuildStore store) : IClassFixture<BuildStore>
{
    [Fact]
    public void A_folder_takes_steps_to_another_machine()
    {
        var folder = Path.Combine(store.NewFolder(), "cache");
        var image = Share(folder, out var context);
        using var other = Other();
        var result = other.Build(context, "taken", settings => settings with { CacheFrom = ["./none", $"type=local,src={folder}"] });
        Assert.Equal(4, result.CacheHits);
        Assert.Contains("./none".TrimStart('.', '/'), Assert.Single(result.Warnings, static warning => warning.Rule == "CacheUnavailable").Message, StringComparison.Ordinal);
        Assert.Equal(image.Layers, result.Image!.Layers);
        Assert.Equal(store.FilesOf("given").Text("/x"), other.FilesOf("taken").Text("/x"));

        // From now on they are its own.
        Directory.Delete(folder, recursive: true);
        Assert.Equal(4, other.Build(context).CacheHits);
        other.AssertClean();
    }

    [FactIf(DebianRegistry.Program)]
    public void A_registry_takes_steps_to_another_machine()
    {
        using var registry = new DebianRegistry(Path.Combine(store.NewFolder(), "registry"));
        var name = $"{registry.Authority}/caches/app:main";
        var image = Share(name, out var context);
        using var other = Other();
        var result = other.Build(context, "taken", settings => settings with { CacheFrom = [$"type=registry,ref={name}"] });
        Assert.Equal(4, result.CacheHits);
        Assert.Equal(image.Layers, result.Image!.Layers);

        // A second time nothing needs to be sent, and an image is none.
        store.Build(context, null, settings => settings with { CacheTo = [name] });
        store.Engine.Images.Tag("given", $"{registry.Authority}/image:1");
        store.Engine.Images.Push(new PushRequest { Image = $"{registry.Authority}/image:1" }, null, CancellationToken.None);
        using var third = Other();
        var without = third.Build(context, null, settings => settings with { CacheFrom = [$"{registry.Authority}/image:1"] });
        Assert.Equal(0, without.CacheHits);
        Assert.Contains("no steps of builds", Assert.Single(without.Warnings, static warning => warning.Rule == "CacheUnavailable").Message, StringComparison.Ordinal);
        other.AssertClean();
    }

    [Theory]
    [InlineData("truncate -s -512 LAYER")]
    [InlineData("printf DAMAGE | dd of=LAYER bs=1 seek=700 conv=notrunc status=none")]
    [InlineData("rm LAYER")]
    [InlineData("rm LAYER; ln -s /etc/passwd LAYER")]
    [InlineData("echo '{' > index.json")]
    [InlineData("sed -i s/sha256:/sha255:/g index.json")]
    [InlineData("for f in blobs/sha256/*; do if grep -q '\"steps\"' $f; then sed -i 's/\"text\"/\"TEXT\"/' $f; fi; done")]
    public void What_is_damaged_is_told_of_and_done_again(string damage)
    {
        var folder = Path.Combine(store.NewFolder(), "cache");
        Share(folder, out var context);
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "index.json")))!["manifests"]![0]!["digest"]!.GetValue<string>()[7..];
        foreach (var layer in JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "blobs/sha256", manifest)))!["layers"]!.AsArray())
            BuildStore.Bash($"cd '{folder}'; {damage.Replace("LAYER", $"blobs/sha256/{layer!["digest"]!.GetValue<string>()[7..]}", StringComparison.Ordinal)}");
        using var other = Other();
        var result = other.Build(context, "damaged", settings => settings with { CacheFrom = [folder] });
        Assert.Single(result.Warnings, static warning => warning.Rule == "CacheUnavailable");
        Assert.Equal(0, result.CacheHits);
        Assert.Equal("1\n", other.FilesOf("damaged").Text("/f"));
        other.AssertClean();
    }

    [Fact]
    public void Other_folders_are_left_alone()
    {
        var folder = store.NewFolder();
        File.WriteAllText(Path.Combine(folder, "mine"), "");
        var error = Assert.Throws<InvalidSettingException>(() => store.BuildText("FROM busybox\nRUN true\n", "left-alone", settings => settings with { CacheTo = [folder] }));
        Assert.Contains(folder, error.Message, StringComparison.Ordinal);
        Assert.Equal(["mine"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("type=s3,bucket=x")]
    [InlineData("type=local")]
    [InlineData("type=registry,src=/x")]
    [InlineData("UPPER/CASE")]
    public void Other_places_are_refused(string text) =>
        Assert.Throws<InvalidSettingException>(() => store.BuildText("FROM busybox\n", null, settings => settings with { CacheTo = [text] }));

    [Fact]
    public void Secrets_are_not_among_what_is_given()
    {
        var folder = Path.Combine(store.NewFolder(), "cache");
        var secret = Path.Combine(store.NewFolder(), "secret");
        var value = Guid.NewGuid().ToString();
        File.WriteAllText(secret, value);
        store.BuildText($"FROM busybox\nRUN --mount=type=secret,id=s,env=S test \"$S\" = \"$(cat /run/secrets/s 2>/dev/null || echo \"$S\")\" && echo {Guid.NewGuid()} > /x\n", null, settings => settings with { Secrets = [new BuildSecret("s", secret, null)], CacheTo = [folder] });
        Assert.Equal("", BuildStore.Bash($"grep -rlF {value} '{folder}' '{store.Paths.Root}' || true"));
    }

    [Fact]
    public void What_is_linked_goes_on_top_of_another_base_as_it_is()
    {
        var id = Guid.NewGuid();
        var context = store.NewContext($"ARG BASE=1\nFROM busybox\nARG BASE\nRUN echo {id} $BASE > /base\nCOPY --link f /new/folder/\n", $"echo {id} > f");
        var first = store.Build(context, "link:1").Image!;
        var second = store.Build(context, "link:2", settings => settings with { Arguments = new Dictionary<string, string> { ["BASE"] = "2" } });
        Assert.True(second.Steps[^1].IsCached);
        Assert.NotEqual(first.Layers[^2], second.Image!.Layers[^2]);
        Assert.Equal(first.Layers[^1], second.Image!.Layers[^1]);
        Assert.Equal($"{id}\n", store.FilesOf("link:2").Text("/new/folder/f"));
        Assert.Equal($"{id} 2\n", store.FilesOf("link:2").Text("/base"));
    }

    [Fact]
    public void Beyond_its_limit_what_was_not_used_for_longest_goes()
    {
        using var own = Other();
        for (var i = 0; i < 4; i++) own.BuildText($"FROM busybox\nRUN dd if=/dev/urandom of=/{i} bs=1M count=1 2>/dev/null\n");
        own.Engine.Store.Clear(own.Engine.Store.FindUnused(new StoreSelection { Types = [StoreItemType.Image] }), CancellationToken.None);
        var steps = new StepCache(own.Paths).All().OrderBy(static step => step.File.LastWriteTimeUtc).ToList();
        Assert.Equal(4, steps.Count);
        new StepCache(own.Paths).Find(DigestOf(steps[0].File));
        own.Engine.SetBuildCacheLimit(5 << 19);
        File.SetLastWriteTimeUtc(Path.Combine(own.Paths.BuildCache, "trimmed"), DateTime.UtcNow - TimeSpan.FromHours(1));
        own.BuildText("FROM busybox\nRUN echo new > /new\n");
        var left = new StepCache(own.Paths).All().Select(static step => step.File.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(3, left.Count);
        Assert.Contains(steps[0].File.Name, left);
        Assert.Contains(steps[3].File.Name, left);
        Assert.False(Directory.Exists(Path.Combine(own.Paths.Layers, Digest.Parse(steps[1].Step.Chain, "A step").Hex)));
        Assert.True(Directory.Exists(Path.Combine(own.Paths.Layers, Digest.Parse(steps[3].Step.Chain, "A step").Hex)));
    }

    private static Digest DigestOf(FileInfo file) => Digest.TryParseHex(Path.GetFileNameWithoutExtension(file.Name), out var digest) ? digest : default;

    // Two stages, of which only one is in the image.
    private Image Share(string to, out string context)
    {
        context = store.NewContext(
            $"FROM busybox AS one\nRUN cat /proc/sys/kernel/random/uuid > /made # {Guid.NewGuid()}\nFROM busybox\nCOPY f /f\nCOPY --from=one /made /x\nRUN rm -r /home && mkdir -m 700 /home && rm /f && echo 1 > /f\n",
            "echo 1 > f");
        var image = store.Build(context, "given", settings => settings with { CacheTo = [to] }).Image!;
        return image;
    }

    private BuildStore Other()
    {
        var other = new BuildStore();
        other.Engine.Images.Remove("busybox", [], force: true);
        other.Engine.Images.Import(new ImportRequest { Path = store.BaseTar, Name = "busybox", Command = ["sh"] }, null, CancellationToken.None);
        return other;
    }
}
