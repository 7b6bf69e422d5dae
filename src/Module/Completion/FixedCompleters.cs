using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Module;

/// <summary>Signals, with and without SIG.</summary>
public sealed class SignalCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word)
    {
        var number = 0;
        foreach (var name in SignalName.Names)
            yield return (word.Length > 0 && !word.StartsWith('S') ? name[3..] : name, $"{name}, {++number}");
    }
}

/// <summary>Capabilities.</summary>
public sealed class CapabilityCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word)
    {
        yield return (Capabilities.AllName, "All capabilities");
        for (var number = 0; number < Capabilities.Names.Length; number++)
            yield return (Capabilities.Names[number]["CAP_".Length..], $"{Capabilities.Names[number]}, {number}");
    }
}

/// <summary>Networks of RUN.</summary>
public sealed class BuildNetworkCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) =>
        [("default", "What the engine gives builds"), ("none", "Only the loopback interface"), ("host", "The host's interfaces")];
}

/// <summary>What events say has happened.</summary>
public sealed class EventActionCompleter : CompleterBase
{
    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word) => EventAction.All.Select(static action => (action.Name, action.Meaning));
}
