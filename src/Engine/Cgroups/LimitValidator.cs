using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Refuses limits that no kernel would take, naming the field, before anything is made or changed.</summary>
internal static class LimitValidator
{
    /// <exception cref="InvalidSpecException">A value cannot be.</exception>
    internal static void Check(LinuxResources resources)
    {
        if (resources.Memory is { } memory) Check(memory);
        if (resources.Cpu?.Idle is not (null or 0 or 1)) throw new InvalidSpecException("linux.resources.cpu.idle", $"{resources.Cpu.Idle} must be 0 or 1");
        if (resources.BlockIO is { } io) Check(io);
        for (var i = 0; i < resources.HugepageLimits?.Count; i++)
        {
            var size = resources.HugepageLimits[i].PageSize;
            if (string.IsNullOrEmpty(size) || !size.All(char.IsAsciiLetterOrDigit)) throw new InvalidSpecException($"linux.resources.hugepageLimits[{i}].pageSize", $"'{size}' must be a size such as 2MB");
        }

        for (var i = 0; i < resources.Network?.Priorities?.Count; i++)
            CheckName(resources.Network.Priorities[i].Name, $"linux.resources.network.priorities[{i}].name", "interface");
        foreach (var device in resources.Rdma?.Keys ?? Enumerable.Empty<string>()) CheckName(device, $"linux.resources.rdma['{device}']", "RDMA device");
        foreach (var name in resources.Unified?.Keys ?? Enumerable.Empty<string>()) _ = CgroupV2Limits.FieldOfUnified(name);
        foreach (var rule in resources.Devices ?? []) _ = DeviceRules.ToText(rule);
    }

    private static void Check(LinuxMemory memory)
    {
        const string field = "linux.resources.memory.";
        foreach (var (name, value) in (ReadOnlySpan<(string, long?)>)[("limit", memory.Limit), ("reservation", memory.Reservation), ("swap", memory.Swap)])
            if (value < -1) throw new InvalidSpecException(field + name, $"{value} must be a number of bytes, or -1 for no limit");
        if (memory.Swappiness is > 100 and not ulong.MaxValue) throw new InvalidSpecException(field + "swappiness", $"{memory.Swappiness} must be 0 to 100");
        if (memory.Swap is > 0 && memory.Limit is > 0 && memory.Swap < memory.Limit)
            throw new InvalidSpecException(field + "swap", $"{memory.Swap} is memory and swap together, and must not be below the limit of memory, {memory.Limit}");
    }

    private static void Check(LinuxBlockIO io)
    {
        const string field = "linux.resources.blockIO.";
        CheckWeight(io.Weight, field + "weight");
        CheckWeight(io.LeafWeight, field + "leafWeight");
        for (var i = 0; i < io.WeightDevice?.Count; i++)
        {
            CheckWeight(io.WeightDevice[i].Weight, $"{field}weightDevice[{i}].weight");
            CheckWeight(io.WeightDevice[i].LeafWeight, $"{field}weightDevice[{i}].leafWeight");
        }
    }

    private static void CheckWeight(ushort? weight, string field)
    {
        if (weight is not (null or 0 or (>= 10 and <= 1000))) throw new InvalidSpecException(field, $"{weight} must be 10 to 1000");
    }

    private static void CheckName(string? name, string field, string what)
    {
        if (string.IsNullOrEmpty(name) || name.Any(c => char.IsWhiteSpace(c) || c == '\0')) throw new InvalidSpecException(field, $"'{name}' must be the name of an {what}");
    }
}
