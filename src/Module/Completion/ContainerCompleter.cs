namespace ContainerPS.Module;

/// <summary>Names of containers, and ids once a part of one is typed.</summary>
public sealed class ContainerCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word)
    {
        foreach (var container in OpenEngine()?.Containers.List(static _ => { }) ?? [])
        {
            var tooltip = $"{container.State}, {container.Image}";
            yield return (container.Name, tooltip);
            if (word.Length > 0)
                yield return (container.ShortId, $"{container.Name}: {tooltip}");
        }
    }
}
