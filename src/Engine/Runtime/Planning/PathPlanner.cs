using System.Globalization;
using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>Plans host name, masked and read-only paths (config-linux.md#masked-paths, #readonly-paths).</summary>
internal static unsafe class PathPlanner
{
    /// <summary>Opens the null device for masks while the caller's tree is still in reach.</summary>
    internal static void PlanNullDevice(ChildPlan plan, LinuxSpec linux)
    {
        if (linux.MaskedPaths is { Count: > 0 }) plan.Add(ChildStep.OpenNullDevice, "/dev/null", new() { Path = plan.Text("/dev/null") });
    }

    /// <summary>Plans the paths that are read-only or cannot be read.</summary>
    internal static void Plan(ChildPlan plan, LinuxSpec linux)
    {
        for (var i = 0; i < (linux.ReadonlyPaths?.Count ?? 0); i++)
        {
            plan.Field = string.Create(CultureInfo.InvariantCulture, $"linux.readonlyPaths[{i}]");
            var path = SpecValidator.InnerPath(linux.ReadonlyPaths![i], plan.Field);
            plan.Add(ChildStep.ProtectPath, path, new() { Path = plan.Text(path) });
        }

        plan.Field = null;

        if (linux.MaskedPaths is not { Count: > 0 }) return;
        (string, string?)[] parameters = [("source", "tmpfs"), ("size", "0"), ("nr_inodes", "1"), ("mode", "755")];
        var data = MountPlanner.Parameters(plan, parameters);
        for (var i = 0; i < linux.MaskedPaths.Count; i++)
        {
            plan.Field = string.Create(CultureInfo.InvariantCulture, $"linux.maskedPaths[{i}]");
            var path = SpecValidator.InnerPath(linux.MaskedPaths[i], plan.Field);
            plan.Add(ChildStep.MaskPath, path, new()
            {
                Path = plan.Text(path),
                Data = data,
                Length = parameters.Length,
                Set = Syscall.MOUNT_ATTR_RDONLY | Syscall.MOUNT_ATTR_NOSUID | Syscall.MOUNT_ATTR_NODEV | Syscall.MOUNT_ATTR_NOEXEC,
            });
        }

        plan.Field = null;
    }

    /// <summary>Plans that a new network namespace's loopback device is up, as other runtimes leave it.</summary>
    internal static void PlanLoopback(ChildPlan plan, Namespaces namespaces)
    {
        if ((namespaces.New & Syscall.CLONE_NEWNET) != 0) plan.Add(ChildStep.RaiseLoopback, "lo");
    }

    /// <summary>Plans the host's and the domain's name.</summary>
    internal static void PlanNames(ChildPlan plan, RuntimeSpec spec, Namespaces namespaces)
    {
        PlanName(plan, ChildStep.SetHostname, spec.Hostname, "hostname", namespaces);
        PlanName(plan, ChildStep.SetDomainname, spec.Domainname, "domainname", namespaces);
    }

    private static void PlanName(ChildPlan plan, ChildStep step, string? name, string field, Namespaces namespaces)
    {
        if (string.IsNullOrEmpty(name)) return;
        if (!namespaces.Has(Syscall.CLONE_NEWUTS)) throw new InvalidSpecException(field, "needs a uts namespace of the container's own");
        if (Encoding.UTF8.GetByteCount(name) > 64) throw new InvalidSpecException(field, $"'{name}' is longer than 64 bytes");
        SpecValidator.CheckText(name, field);
        plan.Add(step, field, new() { Text = plan.Text(name), Length = Encoding.UTF8.GetByteCount(name) });
    }
}
