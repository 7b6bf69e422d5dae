using System.Reflection;
using System.Text;

namespace ContainerPS.Conformance;

/// <summary>The marks of known differences.</summary>
internal static class Difference
{
    /// <summary>The mark by which a runtime is known to fail a test, or null.</summary>
    internal static DiffersInAttribute? Find(MethodInfo method, object[]? arguments, string runtime) =>
        method.GetCustomAttributes<DiffersInAttribute>().Concat(method.DeclaringType!.GetCustomAttributes<DiffersInAttribute>())
            .FirstOrDefault(m => m.Runtime == runtime && (m.Rows is null || arguments?.OfType<string>().Any(m.Rows.Contains) == true));

    /// <summary>Test classes and methods that have marks, with them.</summary>
    internal static IEnumerable<(string Test, DiffersInAttribute Mark)> All() =>
        from type in typeof(Difference).Assembly.GetTypes().OrderBy(t => t.Name, StringComparer.Ordinal)
        where type.IsPublic
        from member in ((IEnumerable<MemberInfo>)[type]).Concat(type.GetMethods().OrderBy(m => m.Name, StringComparer.Ordinal))
        from mark in member.GetCustomAttributes<DiffersInAttribute>()
        select (member is Type ? $"{type.Name} (all)" : $"{type.Name}.{member.Name}", mark);
}

/// <summary>The table of docs/conformance.md.</summary>
internal static class DifferenceTable
{
    /// <summary>The table as Markdown.</summary>
    internal static string Write()
    {
        var text = new StringBuilder("| test | runtime | how it differs, and why |\n| --- | --- | --- |\n");
        foreach (var (test, mark) in Difference.All())
        {
            var rows = mark.Rows is { } r ? $" ({string.Join(", ", r.Select(x => $"`{x}`"))})" : "";
            text.Append($"| {test}{rows} | {mark.Runtime} | {mark.Reason}{(mark.MayPass ? " (not always)" : "")} |\n");
        }

        return text.ToString();
    }
}
