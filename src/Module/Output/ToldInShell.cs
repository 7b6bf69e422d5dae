using System.Collections.Concurrent;

namespace ContainerPS.Module;

/// <summary>What users have been told of their machine, and need not be told with each container.</summary>
internal sealed class ToldInShell
{
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    private ToldInShell()
    {
    }

    /// <summary>The one of this process: its commands speak to the same user.</summary>
    internal static ToldInShell OfProcess { get; } = new();

    /// <summary>True the first time.</summary>
    internal bool IsNew(string text) => _told.TryAdd(text, true);
}
