using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>Plans the labels of Linux security modules: <c>process.apparmorProfile</c>, <c>process.selinuxLabel</c> and <c>linux.mountLabel</c>.</summary>
internal static unsafe class LabelPlanner
{
    /// <summary>True when the kernel has AppArmor switched on.</summary>
    internal static bool HasAppArmor => KernelSays("/sys/module/apparmor/parameters/enabled", 'Y');

    /// <summary>True when the kernel has SELinux switched on.</summary>
    internal static bool HasSelinux => File.Exists("/sys/fs/selinux/enforce");

    /// <summary>Refuses labels of modules that this kernel has not: the process would run unconfined.</summary>
    internal static void Check(Process process, string field)
    {
        if (!string.IsNullOrEmpty(process.ApparmorProfile))
        {
            SpecValidator.CheckText(process.ApparmorProfile, $"{field}.apparmorProfile");
            if (!HasAppArmor) throw new InvalidSpecException($"{field}.apparmorProfile", $"'{process.ApparmorProfile}' cannot be applied: AppArmor is not enabled on this machine; leave it out");
        }

        if (string.IsNullOrEmpty(process.SelinuxLabel)) return;
        SpecValidator.CheckText(process.SelinuxLabel, $"{field}.selinuxLabel");
        if (!HasSelinux) throw new InvalidSpecException($"{field}.selinuxLabel", $"'{process.SelinuxLabel}' cannot be applied: SELinux is not enabled on this machine; leave it out");
    }

    /// <summary>Refuses a label of mounts that this kernel would take for an option of the file system.</summary>
    internal static void CheckMounts(LinuxSpec linux)
    {
        if (string.IsNullOrEmpty(linux.MountLabel)) return;
        SpecValidator.CheckText(linux.MountLabel, "linux.mountLabel");
        if (!HasSelinux) throw new InvalidSpecException("linux.mountLabel", $"'{linux.MountLabel}' cannot be applied: SELinux is not enabled on this machine; leave it out");
    }

    /// <summary>Adds the label to the parameters of a new file system that can have one.</summary>
    internal static void AddTo(List<(string Key, string? Value)> parameters, string type, LinuxSpec? linux)
    {
        if (linux?.MountLabel is { Length: > 0 } label && type is not ("proc" or "sysfs" or "mqueue")) parameters.Add(("context", label));
    }

    /// <summary>True when labels are written, for which the child needs a procfs that is known to be one.</summary>
    internal static bool Needs(Process process) => !string.IsNullOrEmpty(process.ApparmorProfile) || !string.IsNullOrEmpty(process.SelinuxLabel);

    /// <summary>Plans that the next execve applies the labels.</summary>
    internal static void Plan(ChildPlan plan, Process process)
    {
        if (process.ApparmorProfile is { Length: > 0 } profile)
            Write(plan, Directory.Exists("/proc/self/attr/apparmor") ? "attr/apparmor/exec" : "attr/exec", "exec " + profile, $"process.apparmorProfile {profile}");
        if (process.SelinuxLabel is { Length: > 0 } label) Write(plan, "attr/exec", label, $"process.selinuxLabel {label}");
    }

    private static void Write(ChildPlan plan, string file, string text, string subject) =>
        plan.Add(ChildStep.WriteAttribute, subject, new() { Path = plan.Text(file), Text = plan.Text(text), Length = Encoding.UTF8.GetByteCount(text) });

    private static bool KernelSays(string path, char expected)
    {
        try
        {
            return File.ReadAllText(path).StartsWith(expected);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
