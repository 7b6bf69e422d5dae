using System.Globalization;
using System.Text;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// The transactions as text for <c>nft -f</c>: each is one, all of it or nothing. A change names no table that it would make: where ours are gone it fails,
/// and everything is made anew.
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
        text.Append(Add(table, state));
        return text.ToString();
    }

    /// <summary>What is added is added again when it is there, without harm.</summary>
    internal static string Add(string table, FirewallState part)
    {
        var text = new StringBuilder();
        CheckVersion(text, table);
        Elements(text, "add", table, FirewallElements.Of(part));
        return text.ToString();
    }

    /// <summary>What is taken away is added first, so that it may be gone already. What is there with another target makes it fail: it is somebody else's by now.</summary>
    internal static string Remove(string table, FirewallState part)
    {
        var text = new StringBuilder();
        var elements = FirewallElements.Of(part);
        CheckVersion(text, table);
        Elements(text, "add", table, elements);
        Elements(text, "delete", table, elements);
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

    private static void CheckVersion(StringBuilder text, string table)
    {
        foreach (var family in (string[])["inet", "bridge"])
            text.Append(CultureInfo.InvariantCulture, $"add element {family} {table} {FirewallRules.VersionSet} {{ {FirewallRules.VersionElement} }}\n");
    }

    private static void Elements(StringBuilder text, string verb, string table, FirewallElements elements)
    {
        Elements(text, $"{verb} element inet {table}", elements.Inet);
        Elements(text, $"{verb} element bridge {table}", elements.Bridge);
    }

    private static void Elements(StringBuilder text, string command, IReadOnlyDictionary<string, HashSet<string>> sets)
    {
        foreach (var (set, elements) in sets)
        {
            text.Append(CultureInfo.InvariantCulture, $"{command} {set} {{ ");
            text.AppendJoin(", ", elements).Append(" }\n");
        }
    }
}
