using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Images;

namespace ContainerPS.Engine.Tests.Containers;

public sealed class ContainerFilterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-").FullName;
    private readonly Container[] _all;

    public ContainerFilterTests() => _all =
    [
        Make("web", ContainerState.Running, "nginx", labels: new() { ["tier"] = "web", ["owner"] = "me" }, health: ContainerHealth.Healthy, mount: new() { Type = "volume", Name = "data", Source = "/store/data", Target = "/srv" }),
        Make("job", ContainerState.Exited, "busybox:1.36", labels: new() { ["tier"] = "job" }, mount: new() { Type = "bind", Source = "/etc/app", Target = "/app" }),
        Make("old", ContainerState.Created, "debian"),
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_anything_asked_all_fit() => Assert.Equal(["web", "job", "old"], Names(new()));

    [Fact]
    public void State_and_health_are_any_of_those_asked()
    {
        Assert.Equal(["web", "old"], Names(new() { States = [ContainerState.Running, ContainerState.Created] }));
        Assert.Equal(["web"], Names(new() { Health = [ContainerHealth.Healthy, ContainerHealth.Starting] }));
        Assert.Empty(Names(new() { Health = [ContainerHealth.Unhealthy] }));
    }

    [Fact]
    public void Labels_are_all_of_those_asked()
    {
        Assert.Equal(["web", "job"], Names(new() { Labels = [new("tier", null)] }));
        Assert.Equal(["web"], Names(new() { Labels = [new("tier", "web"), new("owner", null)] }));
        Assert.Empty(Names(new() { Labels = [new("tier", "web"), new("owner", "you")] }));
    }

    [Fact]
    public void A_volume_is_found_by_its_name_its_source_and_its_target()
    {
        foreach (var volume in (string[])["data", "/store/data", "/srv", "d*"]) Assert.Equal(["web"], Names(new() { Volumes = [volume] }));
        Assert.Equal(["web", "job"], Names(new() { Volumes = ["data", "/etc/*"] }));
    }

    [Fact]
    public void An_image_that_is_no_longer_there_is_found_by_the_name_it_had()
    {
        Assert.Equal(["web"], Names(new() { Images = ["nginx"] }));
        Assert.Equal(["job"], Names(new() { Images = ["busybox:*"] }));
    }

    [Fact]
    public void The_last_are_the_first_that_fit() => Assert.Equal(["web", "job"], Names(new() { Last = 2 }));

    private IEnumerable<string> Names(ContainerFilter filter) =>
        filter.Apply(_all, new ImageStore(new StorePaths(Path.Combine(_folder, "root"), Path.Combine(_folder, "run"), Path.Combine(_folder, "engine.json")))).Select(container => container.Name);

    private static Container Make(string name, ContainerState state, string image, Dictionary<string, string>? labels = null, ContainerHealth? health = null, ContainerMount? mount = null) => new()
    {
        Id = new string('a', 64),
        Name = name,
        Image = image,
        ImageId = "sha256:" + name,
        State = state,
        Labels = labels ?? [],
        Health = health,
        Mounts = mount is null ? [] : [mount],
    };
}
