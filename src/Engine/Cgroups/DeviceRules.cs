using System.Globalization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Device rules as both versions of cgroups apply them (config-linux.md#allowed-device-list).</summary>
internal static class DeviceRules
{
    private static readonly (char Type, long? Major, long? Minor, string Access)[] s_defaults =
    [
        ('c', null, null, "m"), ('b', null, null, "m"), ('c', 1, 3, "rwm"), ('c', 1, 5, "rwm"), ('c', 1, 7, "rwm"), ('c', 1, 8, "rwm"), ('c', 1, 9, "rwm"),
        ('c', 5, 0, "rwm"), ('c', 5, 1, "rwm"), ('c', 5, 2, "rwm"), ('c', 136, null, "rwm"),
    ];

    /// <summary>
    /// Everything denied, then the document's rules in their order, then what every container may do, as runc has it: make any node, and
    /// use the default devices. A document that ends by allowing everything means just that.
    /// </summary>
    internal static List<LinuxDeviceCgroup> Complete(IReadOnlyList<LinuxDeviceCgroup> rules)
    {
        var result = new List<LinuxDeviceCgroup> { new() { Allow = false } };
        result.AddRange(rules);
        if (rules.Count > 0 && rules[^1].Allow && IsEverything(rules[^1])) return result;
        foreach (var (type, major, minor, access) in s_defaults)
            result.Add(new() { Allow = true, Type = type == 'c' ? "c" : "b", Major = major, Minor = minor, Access = access });
        return result;
    }

    /// <summary>True for a rule on all devices and all that can be done with them.</summary>
    internal static bool IsEverything(LinuxDeviceCgroup rule) => TypeOf(rule) == 'a' && AccessOf(rule) == 7;

    /// <summary><c>a</c>, <c>b</c> or <c>c</c>.</summary>
    internal static char TypeOf(LinuxDeviceCgroup rule) => rule.Type switch
    {
        null or "" or "a" => 'a',
        "b" => 'b',
        "c" or "u" => 'c',
        var other => throw new InvalidSpecException("linux.resources.devices", $"have type '{other}', which must be a, b or c"),
    };

    /// <summary>The kernel's bits: 1 mknod, 2 read, 4 write.</summary>
    internal static int AccessOf(LinuxDeviceCgroup rule)
    {
        if (string.IsNullOrEmpty(rule.Access)) return 7;
        var bits = 0;
        foreach (var c in rule.Access)
        {
            bits |= c switch
            {
                'm' => 1,
                'r' => 2,
                'w' => 4,
                _ => throw new InvalidSpecException("linux.resources.devices", $"have access '{rule.Access}', which must be of r, w and m"),
            };
        }

        return bits;
    }

    /// <summary>The rule as version 1 reads it.</summary>
    internal static string ToText(LinuxDeviceCgroup rule)
    {
        var (type, access) = (TypeOf(rule), AccessOf(rule));
        if (type == 'a') return "a";
        return $"{type} {Part(rule.Major)}:{Part(rule.Minor)} {((access & 2) != 0 ? "r" : "")}{((access & 4) != 0 ? "w" : "")}{((access & 1) != 0 ? "m" : "")}";

        static string Part(long? number) => number is null or < 0 ? "*" : number.Value.ToString(CultureInfo.InvariantCulture);
    }
}
