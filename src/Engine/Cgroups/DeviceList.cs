using System.Globalization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Cgroups;

/// <summary>What a cgroup of v1 allows: nothing but a list of devices, or everything but one (kernel documentation, cgroup-v1/devices).</summary>
internal sealed class DeviceList
{
    private readonly Dictionary<(char Type, long Major, long Minor), int> _exceptions = [];

    /// <summary>True when what is listed is denied, and all else allowed.</summary>
    internal bool AllowsByDefault { get; private set; }

    /// <summary>What rules in their order make, as the kernel applies them: one takes from another only when it names the same devices.</summary>
    internal static DeviceList Of(IEnumerable<LinuxDeviceCgroup> rules)
    {
        var result = new DeviceList();
        foreach (var rule in rules)
        {
            if (DeviceRules.TypeOf(rule) == 'a')
            {
                result._exceptions.Clear();
                result.AllowsByDefault = rule.Allow;
                continue;
            }

            var key = (DeviceRules.TypeOf(rule), rule.Major ?? -1, rule.Minor ?? -1);
            var old = result._exceptions.GetValueOrDefault(key);
            result._exceptions[key] = rule.Allow == result.AllowsByDefault ? old & ~DeviceRules.AccessOf(rule) : old | DeviceRules.AccessOf(rule);
        }

        return result;
    }

    /// <summary>Reads <c>devices.list</c>.</summary>
    internal static DeviceList Parse(string text)
    {
        var result = new DeviceList();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split((char[])[' ', ':']);
            if (parts[0] == "a") result.AllowsByDefault = true;
            else if (parts.Length == 4) result._exceptions[(parts[0][0], Number(parts[1]), Number(parts[2]))] = DeviceRules.AccessOf(new() { Access = parts[3] });
        }

        return result;

        static long Number(string part) => part == "*" ? -1 : long.Parse(part, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Rules that lead from this list to another without denying, even for a moment, what both allow; null when that takes a change of what holds by
    /// default.
    /// </summary>
    internal List<LinuxDeviceCgroup>? StepsTo(DeviceList target)
    {
        if (AllowsByDefault || target.AllowsByDefault) return null;
        var steps = new List<LinuxDeviceCgroup>();
        foreach (var (key, access) in target._exceptions) Add(key, access & ~_exceptions.GetValueOrDefault(key), allow: true);
        foreach (var (key, access) in _exceptions) Add(key, access & ~target._exceptions.GetValueOrDefault(key), allow: false);
        return steps;

        void Add((char Type, long Major, long Minor) key, int access, bool allow)
        {
            if (access == 0) return;
            var letters = ((access & 2) != 0 ? "r" : "") + ((access & 4) != 0 ? "w" : "") + ((access & 1) != 0 ? "m" : "");
            steps.Add(new() { Allow = allow, Type = key.Type == 'b' ? "b" : "c", Major = key.Major, Minor = key.Minor, Access = letters });
        }
    }
}
