using System.Text.Json.Nodes;

namespace ContainerPS.Conformance;

/// <summary>process.capabilities: the five sets.</summary>
public sealed class CapabilityTests
{
    [Property]
    public void EachSetIsSetByItself()
    {
        using var container = With("""
            { "bounding": [ "CAP_CHOWN", "CAP_KILL", "CAP_SETGID", "CAP_SETUID" ], "permitted": [ "CAP_CHOWN", "CAP_KILL", "CAP_SETGID" ], "effective": [ "CAP_CHOWN", "CAP_KILL" ],
              "inheritable": [ "CAP_CHOWN", "CAP_SETGID" ], "ambient": [ "CAP_CHOWN" ] }
            """);
        container.Patch("""{ "process": { "user": { "uid": 1000, "gid": 1000 } } }""");
        var status = container.Ask("status")["status"];
        Assert.Equal(Capability.Mask("CAP_CHOWN", "CAP_KILL", "CAP_SETGID", "CAP_SETUID"), status["CapBnd"].Text);
        Assert.Equal(Capability.Mask("CAP_CHOWN", "CAP_SETGID"), status["CapInh"].Text);
        Assert.Equal(Capability.Mask("CAP_CHOWN"), status["CapAmb"].Text);
        // By execve of a user who is not root, the ambient ones become the others (man 7 capabilities).
        Assert.Equal(Capability.Mask("CAP_CHOWN"), status["CapPrm"].Text);
        Assert.Equal(Capability.Mask("CAP_CHOWN"), status["CapEff"].Text);
    }

    [Property]
    public void RootHasThoseOfTheBoundingSet()
    {
        using var container = With("""{ "bounding": [ "CAP_CHOWN", "CAP_KILL" ], "permitted": [ "CAP_CHOWN", "CAP_KILL" ], "effective": [ "CAP_CHOWN", "CAP_KILL" ] }""");
        var status = container.Ask("status")["status"];
        Assert.All((string[])["CapBnd", "CapPrm", "CapEff"], set => Assert.Equal(Capability.Mask("CAP_CHOWN", "CAP_KILL"), status[set].Text));
        Assert.All((string[])["CapInh", "CapAmb"], set => Assert.Equal(Capability.Mask(), status[set].Text));
    }

    [Property]
    public void AnotherUserHasNone()
    {
        using var container = With("""{ "bounding": [ "CAP_CHOWN" ], "permitted": [ "CAP_CHOWN" ], "effective": [ "CAP_CHOWN" ] }""");
        container.Patch("""{ "process": { "user": { "uid": 1000, "gid": 1000 } } }""");
        var status = container.Ask("status")["status"];
        Assert.Equal(Capability.Mask("CAP_CHOWN"), status["CapBnd"].Text);
        Assert.All((string[])["CapPrm", "CapEff", "CapInh", "CapAmb"], set => Assert.Equal(Capability.Mask(), status[set].Text));
    }

    [Property]
    public void WithoutCapabilitiesThereAreNone()
    {
        using var container = new Container("""{ "process": { "capabilities": null } }""");
        var status = container.Ask("status")["status"];
        Assert.All((string[])["CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb"], set => Assert.Equal(Capability.Mask(), status[set].Text));
    }

    [Property]
    public void EmptySetsAreEmpty()
    {
        using var container = With("""{ "bounding": [], "permitted": [], "effective": [], "inheritable": [], "ambient": [] }""");
        var status = container.Ask("status")["status"];
        Assert.All((string[])["CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb"], set => Assert.Equal(Capability.Mask(), status[set].Text));
    }

    [Property]
    public void AnUnknownNameIsNoFailure()
    {
        using var container = With("""{ "bounding": [ "CAP_CHOWN", "CAP_DREAM" ], "permitted": [ "CAP_CHOWN", "CAP_DREAM" ], "effective": [ "CAP_CHOWN", "CAP_DREAM" ] }""");
        Assert.Equal(Capability.Mask("CAP_CHOWN"), container.Ask("status")["status"]["CapEff"].Text);
    }

    [Property]
    [DiffersIn("crun", "fails where CAP_SYS_RESOURCE is missing; the specification asks for a warning", MayPass = true)]
    [DiffersIn("runc", "fails where CAP_SYS_RESOURCE is missing; the specification asks for a warning", MayPass = true)]
    public void ACapabilityThatCannotBeGrantedIsNoFailure()
    {
        using var container = With("""
            { "bounding": [ "CAP_CHOWN", "CAP_SYS_RESOURCE" ], "permitted": [ "CAP_CHOWN", "CAP_SYS_RESOURCE" ], "effective": [ "CAP_CHOWN", "CAP_SYS_RESOURCE" ] }
            """);
        var expected = Capability.IsOurs("CAP_SYS_RESOURCE") ? Capability.Mask("CAP_CHOWN", "CAP_SYS_RESOURCE") : Capability.Mask("CAP_CHOWN");
        Assert.Equal(expected, container.Ask("status")["status"]["CapEff"].Text);
    }

    private static Container With(string sets)
    {
        var container = new Container();
        container.Config["process"]!["capabilities"] = JsonNode.Parse(sets);
        return container;
    }
}
