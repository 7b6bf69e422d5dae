namespace ContainerPS.Conformance;

/// <summary>Time namespaces and linux.timeOffsets.</summary>
[DiffersIn("runc", "1.1 knows no time namespaces")]
[DiffersIn("crun", "1.8 lists the time namespace among those it knows, and its process ends before it is set up")]
public sealed class TimeNamespaceTests
{
    [Property(Needs.TimeNamespaces)]
    public void ANewTimeNamespaceWithoutOffsetsHasTheHostsTime()
    {
        using var container = new Container().Namespace("time");
        var seen = container.Ask("namespaces", "read:/proc/self/timens_offsets");
        Assert.NotEqual(Namespaces.Of("self", "time"), seen["namespaces"]["time"].Text);
        Assert.Equal(["monotonic", "0", "0", "boottime", "0", "0"], Words(seen["read:/proc/self/timens_offsets"]));
    }

    [Property(Needs.TimeNamespaces)]
    public void TheOffsetsMoveTheClocks()
    {
        using var container = new Container("""
            { "linux": { "timeOffsets": { "monotonic": { "secs": 172800, "nanosecs": 5 }, "boottime": { "secs": 604800, "nanosecs": 0 } } } }
            """).Namespace("time");
        var before = Answer.Parse(Programs.Run(Programs.Probe, ["clocks"]).Output)["clocks"];
        var seen = container.Ask("clocks", "read:/proc/self/timens_offsets");
        Assert.Equal(["monotonic", "172800", "5", "boottime", "604800", "0"], Words(seen["read:/proc/self/timens_offsets"]));
        Assert.InRange(seen["clocks"]["monotonic"].Number - before["monotonic"].Number, 172800, 172830);
        Assert.InRange(seen["clocks"]["boottime"].Number - before["boottime"].Number, 604800, 604830);
        Assert.InRange(seen["clocks"]["realtime"].Number - before["realtime"].Number, 0, 30);
    }

    [Property(Needs.TimeNamespaces)]
    public void AnOffsetCanBeNegative()
    {
        using var container = new Container("""{ "linux": { "timeOffsets": { "boottime": { "secs": -10, "nanosecs": 0 } } } }""").Namespace("time");
        Assert.Equal(["monotonic", "0", "0", "boottime", "-10", "0"], Words(container.Ask("read:/proc/self/timens_offsets")["read:/proc/self/timens_offsets"]));
    }

    [Property(Needs.TimeNamespaces)]
    public void ASecondProcessHasTheSameTime()
    {
        using var container = new Container("""{ "linux": { "timeOffsets": { "boottime": { "secs": 604800, "nanosecs": 0 } } } }""").Namespace("time");
        var first = container.Start("namespaces", "clocks").Answers;
        var second = container.AskExec([], "namespaces", "clocks");
        Assert.Equal(first["namespaces"]["time"].Text, second["namespaces"]["time"].Text);
        Assert.InRange(second["clocks"]["boottime"].Number - first["clocks"]["boottime"].Number, 0, 30);
    }

    private static string[] Words(Answer file) => file.Text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
