namespace ContainerPS.Conformance;

/// <summary>Id-mapped mounts: mounts[].uidMappings and gidMappings with idmap and ridmap.</summary>
[DiffersIn("runc", "1.1 leaves mappings of mounts out without a word")]
public sealed class IdMapTests
{
    private const string s_mappings = """
        "uidMappings": [ { "containerID": 1000, "hostID": 3000, "size": 10 } ], "gidMappings": [ { "containerID": 1000, "hostID": 4000, "size": 10 } ]
        """;

    [Properties]
    [InlineData("bind")]
    [InlineData("rbind")]
    public void TheOwnersOfFilesAreMapped(string bind)
    {
        using var container = Source();
        container.Mount($$"""{ "destination": "/mnt", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "{{bind}}", "idmap" ], {{s_mappings}} }""");
        var seen = container.Ask("stat:/mnt/file");
        Assert.Equal(3000, seen["stat:/mnt/file"]["uid"].Number);
        Assert.Equal(4000, seen["stat:/mnt/file"]["gid"].Number);
    }

    [Property]
    public void NewFilesBelongToTheMappedOwner()
    {
        using var container = Source();
        container.Patch("""{ "process": { "user": { "uid": 3001, "gid": 4001 } } }""");
        container.Mount($$"""{ "destination": "/mnt", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "bind", "idmap" ], {{s_mappings}} }""");
        Assert.True(container.Ask("create:/mnt/new")["create:/mnt/new"]["ok"].Exists);
        Assert.Equal("1001:1001", Programs.Run("stat", ["-c", "%u:%g", Path.Combine(container.Folder, "source/new")]).Output.Trim());
    }

    [Property]
    [DiffersIn("crun", "a mapped mount comes without the mounts below it")]
    public void IdmapIsForTheMountAlone()
    {
        var (top, below) = Owners("idmap");
        Assert.Equal(3000, top);
        Assert.Equal(1000, below);
    }

    [Property]
    [DiffersIn("crun", "a mapped mount comes without the mounts below it")]
    public void RidmapIsForAllBelow()
    {
        var (top, below) = Owners("ridmap");
        Assert.Equal(3000, top);
        Assert.Equal(3000, below);
    }

    [Property]
    public void MappingsWithoutTheOptionAreAsIdmap()
    {
        using var container = Source();
        container.Mount($$"""{ "destination": "/mnt", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "bind" ], {{s_mappings}} }""");
        Assert.Equal(3000, container.Ask("stat:/mnt/file")["stat:/mnt/file"]["uid"].Number);
    }

    [Property]
    public void IdmapWithoutMappingsTakesThoseOfTheContainer()
    {
        using var container = Source();
        container.Namespace("user").Patch("""
            { "linux": { "uidMappings": [ { "containerID": 0, "hostID": 100000, "size": 65536 } ], "gidMappings": [ { "containerID": 0, "hostID": 100000, "size": 65536 } ] } }
            """).OwnedBy(100000);
        container.Mount($$"""{ "destination": "/mnt", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "bind", "idmap" ] }""");
        Assert.Equal(1000, container.Ask("stat:/mnt/file")["stat:/mnt/file"]["uid"].Number);
    }

    [Property]
    public void OneKindOfMappingsAloneIsRefused()
    {
        using var container = Source();
        container.Mount($$"""
            { "destination": "/mnt", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "bind", "idmap" ], "uidMappings": [ { "containerID": 0, "hostID": 1, "size": 1 } ] }
            """);
        container.Run([]).Refused();
    }

    private static Container Source()
    {
        var container = new Container();
        var path = container.WriteFile("source/file");
        Programs.Run("chown", ["-R", "1000:1000", Path.GetDirectoryName(path)!]).Succeeded();
        Programs.Run("chmod", ["777", Path.GetDirectoryName(path)!]).Succeeded();
        return container;
    }

    private static (long Top, long Below) Owners(string option)
    {
        using var container = Source();
        container.MakeFolder("rootfs/mnt");
        HostMount.Tmpfs(Path.Combine(container.Folder, "source/below"));
        var below = container.WriteFile("source/below/file");
        Programs.Run("chown", ["1000:1000", below]).Succeeded();
        container.Mount($$"""{ "destination": "/mnt", "type": "bind", "source": "{{container.Folder}}/source", "options": [ "rbind", "{{option}}" ], {{s_mappings}} }""");
        var seen = container.Ask("stat:/mnt/file", "stat:/mnt/below/file");
        return (seen["stat:/mnt/file"]["uid"].Number, seen["stat:/mnt/below/file"]["uid"].Number);
    }
}
