using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>Plans <c>linux.sysctl</c>: only parameters of namespaces that the container has for itself, each written as it is to one file.</summary>
internal static unsafe class KernelParameters
{
    private static readonly string[] s_ofIpc = ["kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced"];

    /// <summary>True when some are those of network devices, which have to be there.</summary>
    internal static bool AreOfDevices(LinuxSpec linux) => linux.Sysctl?.Keys.Any(static key => key.StartsWith("net", StringComparison.Ordinal) && (key.Contains("conf", StringComparison.Ordinal) || key.Contains("neigh", StringComparison.Ordinal))) == true;

    /// <summary>Plans all writes.</summary>
    internal static void Plan(ChildPlan plan, LinuxSpec linux, Namespaces namespaces)
    {
        if (linux.Sysctl is not { Count: > 0 }) return;
        plan.Add(ChildStep.OpenProc, "proc", new() { Text = plan.Text("proc") });
        foreach (var (key, value) in linux.Sysctl)
        {
            var field = $"linux.sysctl['{key}']";
            var path = FileOf(key, field);
            CheckNamespace(path.Replace('/', '.'), field, namespaces);
            SpecValidator.CheckText(value ?? throw new InvalidSpecException(field, "is null"), field);
            plan.Field = "linux.sysctl";
            plan.Add(ChildStep.WriteSysctl, key, new() { Path = plan.Text("sys/" + path), Text = plan.Text(value), Length = Encoding.UTF8.GetByteCount(value) });
        }

        plan.Field = null;
    }

    /// <summary>The file below /proc/sys: whichever of dot and slash comes first separates, the other is part of a name (man 8 sysctl).</summary>
    private static string FileOf(string key, string field)
    {
        var dot = key.IndexOf('.');
        var slash = key.IndexOf('/');
        var parts = slash >= 0 && (dot < 0 || slash < dot) ? key.Split('/') : key.Split('.');
        foreach (var part in parts)
        {
            var name = slash >= 0 && dot >= 0 && dot < slash ? part.Replace('/', '.') : part;
            if (name.Length == 0 || name is "." or ".." || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':' or '@'))
                throw new InvalidSpecException(field, "is not the name of a kernel parameter, such as net.ipv4.ip_forward");
        }

        return string.Join('/', slash >= 0 && dot >= 0 && dot < slash ? parts.Select(p => p.Replace('/', '.')) : parts);
    }

    private static void CheckNamespace(string name, string field, Namespaces namespaces)
    {
        if (name.StartsWith("net.", StringComparison.Ordinal))
        {
            if (!namespaces.Has(Syscall.CLONE_NEWNET)) throw new InvalidSpecException(field, "needs a network namespace of the container's own");
        }
        else if (name.StartsWith("fs.mqueue.", StringComparison.Ordinal) || Array.IndexOf(s_ofIpc, name) >= 0)
        {
            if (!namespaces.Has(Syscall.CLONE_NEWIPC)) throw new InvalidSpecException(field, "needs an ipc namespace of the container's own");
        }
        else if (name == "kernel.domainname")
        {
            if (!namespaces.Has(Syscall.CLONE_NEWUTS)) throw new InvalidSpecException(field, "needs a uts namespace of the container's own");
        }
        else
        {
            throw new InvalidSpecException(field, "would change the whole machine; only net.*, fs.mqueue.* and the kernel.* parameters of the ipc namespace can be set");
        }
    }
}
