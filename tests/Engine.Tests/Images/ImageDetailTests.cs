using System.Text.Json.Nodes;
using ContainerPS.Engine.Images;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Images;

/// <summary>Names that are added, filters, and histories.</summary>
public sealed class ImageDetailTests : IDisposable
{
    private readonly TestStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_tag_is_another_name_for_the_same_image()
    {
        var image = _store.Import(Docker(["httpd:1"], Layer("a")))[0];
        var tagged = _store.Images.Tag("httpd:1", "hub.example/it/httpd");
        Assert.Equal(("hub.example/it/httpd:latest", image.ImageId, image.Digest), (tagged.Name, tagged.ImageId, tagged.Digest));
        Assert.Equal(2, _store.Images.Find(image.ShortId).Count);
        Assert.Equal("httpd:2", _store.Images.Tag(image.ShortId, "httpd:2").Name);
        Assert.Equal("httpd:2", _store.Images.Tag("httpd:2", "httpd:2").Name);
        Assert.Equal(3, _store.Images.List().Count);
    }

    [Fact]
    public void A_name_that_another_image_has_is_taken_from_it()
    {
        var old = _store.Import(Docker(["app:1"], Layer("a")))[0];
        var image = _store.Import(Docker(["app:2"], Layer("b")))[0];
        Assert.Equal(image.ImageId, _store.Images.Tag("app:2", "app:1").ImageId);
        Assert.Null(_store.Images.Get(old.ImageId).Repository);
        Assert.Equal([old.ImageId], Filter(new ImageFilter { Dangling = true }).Select(found => found.ImageId));
        _store.Images.Tag(old.ImageId, "app:old");
        Assert.Empty(Filter(new ImageFilter { Dangling = true }));
        Assert.Equal(3, Filter(new ImageFilter { Dangling = false }).Count());
    }

    [Fact]
    public void What_cannot_be_a_name_is_refused()
    {
        _store.Import(Docker(["app:1"], Layer("a")));
        Assert.Throws<ImageNotFoundException>(() => _store.Images.Tag("none", "app:2"));
        Assert.Throws<InvalidReferenceException>(() => _store.Images.Tag("app:1", "Capital"));
        Assert.Throws<InvalidSettingException>(() => _store.Images.Tag("app:1", "app@sha256:" + new string('a', 64)));
        Assert.Single(_store.Images.List());
    }

    [Fact]
    public void Filters_by_label_and_age()
    {
        Import("old:1", "2020-01-01T00:00:00Z", "maintainer", "me");
        Import("mid:1", "2021-01-01T00:00:00Z", "maintainer", "you=me");
        Import("new:1", "2022-01-01T00:00:00Z", "stage", "");
        var mid = _store.Images.Get("mid:1").Created;
        Assert.Equal(["old:1"], Filter(new ImageFilter { Before = mid }).Select(image => image.Name));
        Assert.Equal(["new:1"], Filter(new ImageFilter { Since = mid }).Select(image => image.Name));
        Assert.Equal(["mid:1", "old:1"], Filter(new ImageFilter { Labels = ["maintainer"] }).Select(image => image.Name));
        Assert.Equal(["mid:1"], Filter(new ImageFilter { Labels = ["maintainer=you=me"] }).Select(image => image.Name));
        Assert.Equal(["new:1"], Filter(new ImageFilter { Labels = ["stage="] }).Select(image => image.Name));
        Assert.Empty(Filter(new ImageFilter { Labels = ["maintainer", "stage"] }));
    }

    [Fact]
    public void Finds_by_digest()
    {
        var image = _store.Import(Docker(["app:1"], Layer("a")))[0];
        foreach (var text in new[] { $"app@{image.Digest}", image.Digest!, $"app@{image.Digest![..20]}*" })
            Assert.Equal("app:1", Assert.Single(_store.Images.Find(text)).Name);
    }

    [Fact]
    public void A_history_is_told_backwards_with_the_layers_sizes()
    {
        var image = Import("app:1", "2021-01-01T00:00:00Z", "a", "b", new JsonArray(
            new JsonObject { ["created"] = "2020-01-01T00:00:00Z", ["created_by"] = "ADD rootfs", ["author"] = "me" },
            new JsonObject { ["created"] = "2020-02-01T00:00:00Z", ["created_by"] = "CMD [\"sh\"]", ["empty_layer"] = true, ["comment"] = "why" },
            new JsonObject { ["created_by"] = "RUN make" }));
        _store.Images.Tag("app:1", "app:2");
        var history = _store.Images.History("app:2");
        Assert.Equal(["RUN make", "CMD [\"sh\"]", "ADD rootfs"], history.Select(entry => entry.CreatedBy!));
        Assert.Equal([image.ImageId, null, null], history.Select(entry => entry.ImageId));
        Assert.Equal(["app:1", "app:2"], history[0].Names.Order());
        Assert.Equal(["content of b".Length, 0, "content of a".Length], history.Select(entry => (int)entry.Size));
        Assert.Equal([image.Layers[1], null, image.Layers[0]], history.Select(entry => entry.Layer));
        Assert.Equal(("why", "me", 2020), (history[1].Comment, history[2].Author, history[2].Created!.Value.Year));
    }

    [Theory]
    [InlineData("[]", 2)]
    [InlineData("""[{"created_by":"one"}]""", 2)]
    [InlineData("""[{"created_by":"1"},{"created_by":"2"},{"created_by":"3"},null]""", 4)]
    [InlineData("null", 2)]
    public void A_history_that_does_not_fit_the_layers_is_told_as_far_as_it_does(string history, int steps)
    {
        Import("app:1", "2021-01-01T00:00:00Z", "a", "b", JsonNode.Parse(history));
        var told = _store.Images.History("app:1");
        Assert.Equal(steps, told.Count);
        Assert.Equal(2, told.Count(entry => entry.Layer is not null));
    }

    private IEnumerable<Image> Filter(ImageFilter filter) => _store.Images.List().Where(filter.Fits).OrderBy(image => image.Name, StringComparer.Ordinal);

    private Image Import(string name, string created, string label, string value, JsonNode? history = null)
    {
        byte[][] layers = [Layer("a"), Layer("b")];
        var config = JsonNode.Parse(Config(layers, created: created))!;
        config["config"]!["Labels"] = new JsonObject { [label] = value };
        config["history"] = history;
        var archive = Tar(("config.json", Json(config)), ("a.tar", layers[0]), ("b.tar", layers[1]), ("manifest.json", Json(new JsonArray(DockerItem("config.json", [name], ["a.tar", "b.tar"])))));
        return Assert.Single(_store.Import(archive));
    }
}
