namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Shells to try for a user of a running container, in this order: the one that the container's <c>/etc/passwd</c> names, bash, sh.</summary>
    /// <exception cref="InvalidContainerStateException">The container does not run.</exception>
    public IReadOnlyList<string> ShellsFor(string id, string? user)
    {
        var record = ReadRecord(id);
        using var root = RootOf(record, RunningMonitor(record));
        var own = UserDatabase.Of(root).ShellOf(user ?? record.Settings.User ?? record.ImageConfig.User);
        return own is null ? ["bash", "sh"] : [own, "bash", "sh"];
    }
}
