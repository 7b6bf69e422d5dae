using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Applies a document's limits, each where its controller is: on its v1 hierarchy, or on v2.</summary>
internal sealed class CgroupLimits
{
    private readonly IReadOnlyDictionary<string, string> _directories;
    private readonly LimitWriter _writer;
    private readonly string? _unified;
    private readonly bool _unifiedOnly;
    private string[]? _unifiedControllers;

    private CgroupLimits(IReadOnlyDictionary<string, string> directories, LimitWriter writer)
    {
        (_directories, _writer) = (directories, writer);
        _unified = directories.GetValueOrDefault("");
        _unifiedOnly = !directories.Keys.Any(name => name.Length > 0 && !name.StartsWith("name=", StringComparison.Ordinal));
    }

    /// <summary>Applies them; what is null, 0 or empty is left alone.</summary>
    /// <exception cref="InvalidSpecException">A value cannot be, or its controller is not mounted.</exception>
    /// <exception cref="RuntimeStepException">The kernel refuses one.</exception>
    internal static void Apply(IReadOnlyDictionary<string, string> directories, LinuxResources resources, LimitWriter writer) =>
        new CgroupLimits(directories, writer).Apply(resources);

    /// <summary>True when a limit needs a controller of v2 though there are v1 hierarchies.</summary>
    internal static bool NeedUnified(IReadOnlyDictionary<string, string> directories, LinuxResources resources)
    {
        return resources.Unified is { Count: > 0 } || Lacks("hugetlb", AskedLimits.OfHugepages(resources.HugepageLimits)) || Lacks("memory", AskedLimits.OfMemory(resources.Memory))
            || Lacks("cpu", AskedLimits.OfCpu(resources.Cpu)) || Lacks("cpuset", AskedLimits.OfCpuset(resources.Cpu)) || Lacks("pids", AskedLimits.OfPids(resources.Pids))
            || Lacks("blkio", AskedLimits.OfBlockIO(resources.BlockIO)) || Lacks("rdma", AskedLimits.OfRdma(resources.Rdma));

        bool Lacks(string controller, string? field) => field is not null && !directories.ContainsKey(controller);
    }

    private void Apply(LinuxResources resources)
    {
        if (AskedLimits.OfMemory(resources.Memory) is { } memory)
        {
            if (Find("memory", memory, out var path)) CgroupV2Limits.ApplyMemory(_writer, path, resources.Memory!);
            else CgroupV1Limits.ApplyMemory(_writer, path, resources.Memory!);
        }

        if (AskedLimits.OfCpu(resources.Cpu) is { } cpu)
        {
            if (Find("cpu", cpu, out var path)) CgroupV2Limits.ApplyCpu(_writer, path, resources.Cpu!);
            else CgroupV1Limits.ApplyCpu(_writer, path, resources.Cpu!);
        }

        if (AskedLimits.OfCpuset(resources.Cpu) is { } cpuset)
        {
            _ = Find("cpuset", cpuset, out var path);
            CgroupV1Limits.ApplyCpuset(_writer, path, resources.Cpu!);
        }

        if (AskedLimits.OfPids(resources.Pids) is { } pids)
        {
            _ = Find("pids", pids, out var path);
            CommonLimits.ApplyPids(_writer, path, resources.Pids!);
        }

        if (AskedLimits.OfBlockIO(resources.BlockIO) is { } io)
        {
            if (Find("blkio", io, out var path)) CgroupV2Limits.ApplyBlockIO(_writer, path, resources.BlockIO!);
            else CgroupV1Limits.ApplyBlockIO(_writer, path, resources.BlockIO!);
        }

        ApplyRest(resources);
    }

    private void ApplyRest(LinuxResources resources)
    {
        if (AskedLimits.OfHugepages(resources.HugepageLimits) is { } hugepages)
            CommonLimits.ApplyHugepages(_writer, FindIn("hugetlb", hugepages, out var suffix), resources.HugepageLimits!, suffix);
        if (AskedLimits.OfRdma(resources.Rdma) is { } rdma)
        {
            _ = Find("rdma", rdma, out var path);
            CommonLimits.ApplyRdma(_writer, path, resources.Rdma!);
        }

        if (AskedLimits.OfNetwork(resources.Network) is not null)
            CgroupV1Limits.ApplyNetwork(_writer, _directories.GetValueOrDefault("net_cls"), _directories.GetValueOrDefault("net_prio"), resources.Network!);
        if (AskedLimits.OfUnified(resources.Unified) is { } field)
            CgroupV2Limits.ApplyUnified(_writer, _unified ?? throw new InvalidSpecException(field, "needs cgroup v2, which is not mounted on this machine; leave it out"), resources.Unified!);
        CommonLimits.WarnOfIgnored(_writer, resources, v2: !_directories.ContainsKey("memory"));
    }

    private string FindIn(string controller, string field, out string suffix)
    {
        suffix = Find(controller, field, out var path) ? "max" : "limit_in_bytes";
        return path;
    }

    /// <summary>The directory that has a controller: true when it is the one of v2.</summary>
    private bool Find(string controller, string field, out string path)
    {
        if (_directories.TryGetValue(controller, out path!)) return false;
        if (_unified is null || (!_unifiedOnly && !HasUnified(controller))) throw LimitWriter.Missing(field, controller);
        path = _unified;
        return true;
    }

    private bool HasUnified(string controller)
    {
        _unifiedControllers ??= (KernelFile.Read(_unified + "/cgroup.controllers") ?? "").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return _unifiedControllers.Contains(controller == "blkio" ? "io" : controller);
    }
}
