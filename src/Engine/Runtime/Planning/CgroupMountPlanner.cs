using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>
/// Plans a mount of type cgroup. With v2 alone, the container sees its own tree; with v1 (or both), a tmpfs with a bind of the
/// container's own directory of each hierarchy (config-linux.md#control-groups).
/// </summary>
internal static unsafe class CgroupMountPlanner
{
    /// <summary>Plans the mount.</summary>
    internal static void Plan(ChildPlan plan, string type, string destination, MountOptions options, ICgroup cgroup, Namespaces namespaces)
    {
        var directories = cgroup.Directories;
        var attributes = options.Set | options.RecursiveSet;
        if (type == "cgroup2" || (directories.Count == 1 && directories.ContainsKey("")))
        {
            if (namespaces.Has(Syscall.CLONE_NEWCGROUP))
                plan.Add(ChildStep.Mount, destination, MountPlanner.NewMount(plan, "cgroup2", destination, options.Parameters, 0, attributes, options.Propagation));
            else if (directories.TryGetValue("", out var unified))
                PlanBind(plan, unified, destination, attributes);
            return;
        }

        plan.Add(ChildStep.Mount, destination, MountPlanner.NewMount(
            plan, "tmpfs", destination, [("source", "cgroup"), ("mode", "755")], 0, attributes & ~Syscall.MOUNT_ATTR_RDONLY, options.Propagation));
        var bound = new Dictionary<string, string>();
        foreach (var (controller, directory) in directories)
        {
            var name = controller.Length == 0 ? "unified" : controller.StartsWith("name=", StringComparison.Ordinal) ? controller[5..] : controller;
            if (bound.TryGetValue(directory, out var first))
            {
                // Controllers mounted together, such as cpu and cpuacct, are one directory with several names.
                plan.Add(ChildStep.MakeSymbolicLink, $"{destination}/{name}", new() { Path = plan.Text(destination), Text = plan.Text(name), Data = plan.Text(first) });
                continue;
            }

            bound.Add(directory, name);
            PlanBind(plan, directory, $"{destination}/{name}", attributes);
        }

        if ((attributes & Syscall.MOUNT_ATTR_RDONLY) != 0)
            plan.Add(ChildStep.SetMountAttributes, destination, new() { Path = plan.Text(destination), Set = Syscall.MOUNT_ATTR_RDONLY });
    }

    private static void PlanBind(ChildPlan plan, string source, string destination, ulong attributes)
    {
        var tree = DetachedTree.Open(source, recursive: false);
        var fd = plan.Own(tree.Mount);
        tree.Change(attributes, 0, Syscall.MS_PRIVATE, recursive: false, source);
        plan.Add(ChildStep.AttachMount, destination, new() { Fd = fd, Path = plan.Text(destination) });
    }
}
