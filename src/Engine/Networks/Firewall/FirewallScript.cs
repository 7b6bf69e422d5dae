using System.Globalization;
using System.Text;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Transactions as text for <c>nft -f</c>: each is one, all of it or nothing. Tables are made and taken away so; what is in them changes by
/// <see cref="FirewallMessages"/>.
/// </summary>
internal static class FirewallScript
{
    /// <summary>Both tables with all there is, in place of what they hold.</summary>
    /// <param name="table">The tables' name.</param>
    /// <param name="state">All there is.</param>
    /// <param name="replace">False where the tables do not exist: deleting takes the kernel some milliseconds.</param>
    internal static string Rebuild(string table, FirewallState state, bool replace)
    {
        var text = new StringBuilder();
        if (replace) text.Append(Clear(table));
        Declare(text, $"inet {table}", FirewallRules.InetSets, FirewallRules.InetChains, FirewallRules.InetRules);
        Declare(text, $"bridge {table}", FirewallRules.BridgeSets, FirewallRules.BridgeChains, FirewallRules.BridgeRules);
        var elements = FirewallElements.Of(state);
        Add(text, $"inet {table}", elements.Inet);
        Add(text, $"bridge {table}", elements.Bridge);
        return text.ToString();
    }

    /// <summary>Neither table exists afterwards, whether or not they did.</summary>
    internal static string Clear(string table)
    {
        var text = new StringBuilder();
        foreach (var family in (string[])["inet", "bridge"])
        {
            text.Append(CultureInfo.InvariantCulture, $"add table {family} {table}\n");
            text.Append(CultureInfo.InvariantCulture, $"delete table {family} {table}\n");
        }

        return text.ToString();
    }

    private static void Declare(StringBuilder text, string table, (string Kind, string Name, string Type)[] sets, string[] chains, string[] rules)
    {
        // Fails when it exists: it might hold what is there no more.
        text.Append(CultureInfo.InvariantCulture, $"create table {table}\n");
        foreach (var (kind, name, type) in sets) text.Append(CultureInfo.InvariantCulture, $"add {kind} {table} {name} {{ {type} }}\n");
        foreach (var chain in chains) text.Append(CultureInfo.InvariantCulture, $"add chain {table} {chain}\n");
        foreach (var rule in rules) text.Append(CultureInfo.InvariantCulture, $"add rule {table} {rule}\n");
    }

    private static void Add(StringBuilder text, string table, IReadOnlyDictionary<string, HashSet<FirewallElement>> sets)
    {
        text.Append(CultureInfo.InvariantCulture, $"add element {table} {FirewallRules.VersionSet} {{ {FirewallRules.VersionElement} }}\n");
        foreach (var (set, elements) in sets)
        {
            text.Append(CultureInfo.InvariantCulture, $"add element {table} {set} {{ ");
            text.AppendJoin(", ", elements.Select(static element => element.Text)).Append(" }\n");
        }
    }
}
