using ContainerPS.Engine;

namespace ContainerPS.Module;

/// <summary>Names of containers, and ids once a part of one is typed.</summary>
public sealed class ContainerCompleter : CompleterBase
{
    /// <summary>Names of containers that begin with a word, with what each is.</summary>
    internal static IEnumerable<(string Text, string Tooltip)> Names(LocalEngine engine, string word) =>
        Described(engine, engine.Containers.Names(), word, static container => container.Name, static container => $"{container.State}, {container.Image}");

    /// <inheritdoc/>
    private protected override IEnumerable<(string Text, string Tooltip)> Candidates(string word)
    {
        if (OpenEngine() is not { } engine)
            return [];
        var names = Names(engine, word);
        return word.Length > 0 && word.All(char.IsAsciiHexDigitLower)
            ? names.Concat(Described(engine, engine.Containers.Ids(), word, static container => container.ShortId, static container => $"{container.Name}: {container.State}, {container.Image}"))
            : names;
    }

    private static List<(string Text, string Tooltip)> Described(LocalEngine engine, IEnumerable<string> keys, string word, Func<Container, string> text, Func<Container, string> tooltip)
    {
        var fitting = keys.Where(key => key.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.OrdinalIgnoreCase).ToList();
        if (fitting.Count > MostDescribed)
            return fitting.ConvertAll(static key => (key.Length == 64 ? key[..12] : key, key));
        var described = new List<(string, string)>();
        foreach (var key in fitting)
        {
            try
            {
                var container = engine.Containers.Get(key);
                described.Add((text(container), tooltip(container)));
            }
            catch (ContainerEngineException)
            {
                // It has been removed meanwhile, or its record is damaged; the next one has its turn.
            }
        }

        return described;
    }
}
