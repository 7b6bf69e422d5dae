using ContainerPS.Engine.Images;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Images;

public sealed class ImageRemovalTests : IDisposable
{
    private readonly TestStore _store = new();
    private readonly string _id;

    public ImageRemovalTests() => _id = _store.Import(Docker(["app:1", "app:2"], Layer("shared"), Layer("own")))[0].ImageId;

    public void Dispose() => _store.Dispose();

    [Fact]
    public void One_of_two_names_is_only_taken_away()
    {
        // Even when a container uses the image.
        var removal = _store.Images.Remove("app:1", [new ImageUser(_id, "web", true)], force: false);
        Assert.Equal(["app:1"], removal.Untagged);
        Assert.Empty(removal.Deleted);
        Assert.Equal(["app:2"], Names());
        Assert.Equal(2, _store.Layers().Length);
    }

    [Fact]
    public void With_the_last_name_goes_the_content_but_not_what_others_share()
    {
        var other = _store.Import(Docker(["other:1"], Layer("shared"), Layer("different")))[0];
        _store.Images.Remove("app:1", [], force: false);
        var removal = _store.Images.Remove("app:2", [], force: false);
        Assert.Equal(["app:2"], removal.Untagged);
        Assert.Equal([_id], removal.Deleted);
        Assert.Equal(2, _store.Layers().Length);
        Assert.Equal(4, _store.Blobs().Length);
        Assert.All(_store.Images.Resolve(other.Name).LayerPaths, path => Assert.NotEmpty(Directory.GetFiles(path)));
        _store.Images.Remove("other:1", [], force: false);
        _store.AssertEmpty();
    }

    [Fact]
    public void An_id_with_several_names_needs_force()
    {
        var error = Assert.Throws<ImageInUseException>(() => _store.Images.Remove(_id, [], force: false));
        Assert.Contains("app:1, app:2", error.Message);
        var removal = _store.Images.Remove(_id[7..19], [], force: true);
        Assert.Equal(["app:1", "app:2"], removal.Untagged.Order());
        Assert.Equal([_id], removal.Deleted);
        _store.AssertEmpty();
    }

    [Fact]
    public void An_id_with_one_name_needs_none()
    {
        _store.Images.Remove("app:2", [], force: false);
        Assert.Equal(["app:1"], _store.Images.Remove(_id, [], force: false).Untagged);
        _store.AssertEmpty();
    }

    [Fact]
    public void A_name_with_a_digest_means_all_tags_that_have_it()
    {
        var digest = _store.Images.Get("app:1").Digest;
        _store.Images.Tag("app:1", "other:1");
        Assert.Equal(["app:1", "app:2"], _store.Images.Remove($"app@{digest}", [], force: false).Untagged.Order());
        Assert.Equal(["other:1"], Names());
        Assert.Equal([_id], _store.Images.Remove($"other@{digest}", [], force: false).Deleted);
        _store.AssertEmpty();
    }

    [Fact]
    public void The_same_image_under_another_manifest_goes_with_its_own_name()
    {
        byte[][] layers = [Layer("shared"), Layer("own")];
        var zipped = Assert.Single(_store.Import(OciOf(layers, [Gzip(layers[0]), Gzip(layers[1])]).Tar("zipped:1")));
        Assert.Equal(_id, zipped.ImageId);
        var removal = _store.Images.Remove("zipped:1", [], force: false);
        Assert.Empty(removal.Deleted);
        Assert.Equal(4, _store.Blobs().Length);
        Assert.Equal(2, _store.Images.Resolve("app:1").LayerPaths.Count(Directory.Exists));
    }

    [Fact]
    public void Images_on_top_of_another_outlive_it()
    {
        var child = Assert.Single(_store.Import(Docker(["child:1"], Layer("shared"), Layer("own"), Layer("more"))));
        Assert.Equal([_id], _store.Images.Remove(_id, [], force: true).Deleted);
        Assert.Equal(3, _store.Images.Resolve(child.Name).LayerPaths.Count(path => Directory.GetFiles(path).Length > 0));
    }

    [Fact]
    public void Layers_that_a_container_stands_on_stay_though_no_image_names_them()
    {
        var paths = _store.Images.Resolve("app:1").LayerPaths;
        // Another tool has taken the names, so that no image refers to the layers.
        new ContainerPS.Engine.Storage.ContentStore(_store.Paths).Delete(ContainerPS.Engine.Storage.Digest.Parse(_id, ""));
        _store.Import(Docker(["next:1"], Layer("shared"), Layer("different")));
        _store.Images.Remove("next:1", [new ImageUser("sha256:gone", "web", true) { LayerPaths = paths }], force: false);
        Assert.All(paths, path => Assert.True(Directory.Exists(path)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_container_keeps_the_last_name(bool running)
    {
        _store.Images.Remove("app:2", [], force: false);
        ImageUser[] users = [new("sha256:other", "unrelated", true), new(_id, "web", running)];
        var error = Assert.Throws<ImageInUseException>(() => _store.Images.Remove("app:1", users, force: false));
        Assert.Contains("'web'", error.Message);
        Assert.Contains("'web'", Assert.Throws<ImageInUseException>(() => _store.Images.Remove(_id, users, force: false)).Message);
        Assert.Equal(["app:1"], Names());
    }

    [Fact]
    public void Force_takes_the_name_and_leaves_the_content_to_the_container()
    {
        _store.Images.Remove("app:2", [], force: false);
        ImageUser[] users = [new(_id, "web", false)];
        var removal = _store.Images.Remove("app:1", users, force: true);
        Assert.Equal(["app:1"], removal.Untagged);
        Assert.Empty(removal.Deleted);
        Assert.Null(_store.Images.Get(_id).Repository);
        Assert.Equal(2, _store.Images.Resolve(_id).LayerPaths.Count(Directory.Exists));

        // Nameless, it goes when the container has gone.
        Assert.Throws<ImageInUseException>(() => _store.Images.Remove(_id, users, force: true));
        Assert.Equal([_id], _store.Images.Remove(_id, [], force: false).Deleted);
        _store.AssertEmpty();
    }

    [Fact]
    public void Not_even_force_removes_by_id_what_runs()
    {
        var error = Assert.Throws<ImageInUseException>(() => _store.Images.Remove(_id, [new ImageUser(_id, "web", true)], force: true));
        Assert.Contains("running container 'web'", error.Message);
        Assert.Equal(["app:1", "app:2"], Names());
    }

    [Fact]
    public async Task A_removal_waits_for_who_uses_images_just_now()
    {
        var held = _store.Images.LockShared();
        using var also = _store.Images.LockShared();
        var removal = Task.Run(() => new ImageStore(_store.Paths).Remove(_id, [], force: true));
        // Resolving is possible meanwhile, and what is resolved stays.
        Assert.Equal(2, _store.Images.Resolve("app:1").LayerPaths.Count(Directory.Exists));
        Assert.NotSame(removal, await Task.WhenAny(removal, Task.Delay(200)));
        Assert.Equal(2, _store.Images.Resolve("app:1").LayerPaths.Count(Directory.Exists));
        held.Dispose();
        also.Dispose();
        Assert.Equal([_id], (await removal).Deleted);
    }

    private IEnumerable<string> Names() => _store.Images.List().Select(image => image.Name).Order();
}
