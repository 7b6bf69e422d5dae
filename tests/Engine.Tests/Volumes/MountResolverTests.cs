using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Volumes;

public class MountResolverTests
{
    private static readonly MountRecord s_other = new() { Type = "volume", Name = "other", Source = "/volumes/other/data", Target = "/data", IsAnonymous = true };

    [Fact]
    public void Volumes_and_paths_are_told_apart()
    {
        var mounts = Resolve(new() { Volumes = [Volume("/srv:/a:ro,rslave"), Volume("name:/b/"), Volume("/c//d")] });
        Assert.Equal(["/a", "/b", "/c/d"], mounts.Select(m => m.Record.Target));
        Assert.Equal(new MountRecord { Type = "bind", Source = "/srv", Target = "/a", ReadOnly = true, MakesSource = true, Propagation = "rslave" }, mounts[0].Record);
        Assert.Equal(new MountRecord { Type = "volume", Name = "name", Source = "/volumes/name/data", Target = "/b" }, mounts[1].Record);
        Assert.Equal(new MountRecord { Type = "volume", Name = "new1", Source = "/volumes/new1/data", Target = "/c/d", IsAnonymous = true }, mounts[2].Record);
        Assert.Equal([false, true, true], mounts.Select(m => m.Fills));
    }

    [Fact]
    public void Mounts_say_what_their_volume_is_made_with()
    {
        var mount = Assert.Single(Resolve(new() { Mounts = [Mount("src=v1,dst=/x,ro,volume-opt=type=tmpfs,volume-opt=device=tmpfs,volume-label=a=b,volume-nocopy")] }));
        Assert.Equal("v1", mount.Volume.Name);
        Assert.Equal("tmpfs", mount.Volume.Options["device"]);
        Assert.Equal("b", mount.Volume.Labels["a"]);
        Assert.False(mount.Fills);
        Assert.True(mount.Record.ReadOnly);
        Assert.False(mount.Record.MakesSource);
    }

    [Fact]
    public void A_part_of_a_volume_is_not_filled()
    {
        var mount = Assert.Single(Resolve(new() { Mounts = [Mount("src=v1,dst=/x,volume-subpath=a/b/")] }));
        Assert.Equal("/volumes/v1/data/a/b", mount.Record.Source);
        Assert.False(mount.Fills);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("/etc")]
    public void A_part_that_is_elsewhere_is_refused(string path) =>
        Assert.Contains(path, Assert.Throws<InvalidSettingException>(() => Resolve(new() { Mounts = [Mount($"src=v1,dst=/x,volume-subpath={path}")] })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_tmpfs_has_its_size_and_mode()
    {
        var mount = Assert.Single(Resolve(new() { Mounts = [Mount("type=tmpfs,dst=/x,tmpfs-size=1m,tmpfs-mode=1770")] }));
        Assert.Equal(["size=1048576", "mode=1770"], mount.Record.Options);
    }

    [Theory]
    [InlineData("/x", "/x/", null)]
    [InlineData("/x", null, "/x")]
    [InlineData(null, "/x", "/x/.")]
    public void Two_at_one_target_are_refused(string? volume, string? mount, string? tmpfs)
    {
        var settings = new ContainerSettings
        {
            Volumes = volume is null ? [] : [Volume($"name:{volume}")],
            Mounts = mount is null ? [] : [Mount($"dst={mount}")],
            Tmpfs = tmpfs is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [tmpfs] = "" },
        };
        Assert.Contains("'/x'", Assert.Throws<InvalidSettingException>(() => Resolve(settings)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_other_containers_have_gives_way_and_what_the_image_has_comes_last()
    {
        var image = new ContainerConfig { Volumes = new() { ["/data"] = new(), ["/image/"] = new(), ["/tmp/t"] = new(), ["/"] = new() } };
        var settings = new ContainerSettings { Tmpfs = new Dictionary<string, string> { ["/tmp/t"] = "" } };
        var mounts = Resolve(settings, image, s_other);
        Assert.Equal(["/data", "/image"], mounts.Select(m => m.Record.Target).Order());
        Assert.True(mounts.Single(m => m.Record.Target == "/data").IsShared);
        mounts = Resolve(settings with { Volumes = [Volume("/srv:/data")] }, image, s_other);
        Assert.Equal("bind", mounts.Single(m => m.Record.Target == "/data").Record.Type);
    }

    [Theory]
    [InlineData("/proc")]
    [InlineData("/proc/self/attr")]
    [InlineData("/x/../sys/")]
    public void An_image_has_no_volumes_among_the_kernels_files(string target) =>
        Assert.Throws<InvalidSettingException>(() => Resolve(new() { Image = "bad" }, new ContainerConfig { Volumes = new() { [target] = new() } }));

    [Fact]
    public void Of_several_containers_the_last_wins_and_readers_only_read()
    {
        var mounts = MountResolver.Resolve(new(), new(), [([s_other], false), ([s_other with { Name = "last" }], true)], () => "", static name => name);
        var mount = Assert.Single(mounts).Record;
        Assert.Equal(("last", true, true), (mount.Name, mount.ReadOnly, mount.IsAnonymous));
    }

    [Theory]
    [InlineData("web", "web", false)]
    [InlineData("web:ro", "web", true)]
    [InlineData("web:rw,z", "web", false)]
    public void Volumes_of_others_are_read_as_Docker_does(string text, string container, bool readOnly) =>
        Assert.Equal((container, readOnly), VolumesFromText.Parse(text, "VolumesFrom"));

    [Theory]
    [InlineData("")]
    [InlineData(":ro")]
    [InlineData("web:")]
    [InlineData("web:rx")]
    [InlineData("web:ro,rw")]
    public void Other_words_are_refused(string text) => Assert.Throws<InvalidSettingException>(() => VolumesFromText.Parse(text, "VolumesFrom"));

    [Fact]
    public void In_the_spec_what_was_asked_takes_the_place_of_what_every_container_has()
    {
        Mount At(string target, string source = "") => new() { Destination = target, Source = source };
        var mounts = SpecMounts.Combine([At("/proc"), At("/dev"), At("/dev/shm"), At("/sys")], [At("/etc/hosts"), At("/etc/hostname")], [At("/a/b/c"), At("/dev", "mine"), At("/a"), At("/etc/hosts", "mine")]);
        Assert.Equal(["/proc", "/sys", "/dev", "/a", "/etc/hosts", "/etc/hostname", "/a/b/c"], mounts.Select(m => m.Destination));
        Assert.Equal("mine", mounts.Single(m => m.Destination == "/etc/hosts").Source);
    }

    [Fact]
    public void An_image_is_an_overlay_of_its_layers_or_a_bind_mount_of_its_only_one()
    {
        var record = Assert.Single(Resolve(new() { Mounts = [Mount("type=image,src=app:1,dst=/i,image-subpath=a/b")] })).Record;
        Assert.Equal(("app:1", "a/b", true, null), (record.Image, record.ImagePart, record.ReadOnly, record.Name));
        Assert.Equal("/layers/1/diff/a/b", SpecMounts.Of(record with { LayerPaths = ["/layers/1/diff"] }).Source);
        var overlay = SpecMounts.Of(record with { LayerPaths = ["/layers/2/diff", "/layers/1/diff"] });
        Assert.Equal("overlay", overlay.Type);
        Assert.Equal(["ro", "nosuid", "nodev", "lowerdir+=/layers/2/diff", "lowerdir+=/layers/1/diff", "X-mount.subdir=a/b"], overlay.Options);
    }

    [Theory]
    [InlineData(false, null, null, "rbind rprivate")]
    [InlineData(true, null, null, "rbind rprivate ro rro")]
    [InlineData(true, "writable", null, "rbind rprivate ro")]
    [InlineData(true, "disabled", "rslave", "bind rslave ro")]
    [InlineData(true, "readonly", "rprivate", "rbind rprivate ro rro")]
    public void Bind_mounts_have_the_runtimes_options(bool readOnly, string? recursive, string? propagation, string expected)
    {
        var mount = SpecMounts.Of(new() { Type = "bind", Source = "/s", Target = "/t", ReadOnly = readOnly, Recursive = recursive, Propagation = propagation });
        Assert.Equal(expected, string.Join(' ', mount.Options!));
        Assert.Equal(propagation == "rshared" ? "shared" : null, SpecMounts.RootPropagation([new() { Type = "bind", Target = "/t", Propagation = propagation }]));
    }

    private static VolumeSpec Volume(string text) => VolumeSpec.Parse(text, "Volume");

    private static MountSpec Mount(string text) => MountSpec.Parse(text, "Mount", "/");

    private static IReadOnlyList<PlannedMount> Resolve(ContainerSettings settings, ContainerConfig? image = null, params MountRecord[] others)
    {
        var count = 0;
        return MountResolver.Resolve(settings, image ?? new(), others.Length == 0 ? [] : [(others, false)], () => $"new{++count}", static name => $"/volumes/{name}/data");
    }
}
