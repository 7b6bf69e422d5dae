using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Containers;

/// <summary>The capabilities a container has when nothing is asked: Docker's fourteen.</summary>
internal static class DefaultCapabilities
{
    private static readonly string[] s_names =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP",
        "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ];

    /// <summary>The names.</summary>
    internal static IReadOnlyList<string> Names => s_names;

    /// <summary>The set.</summary>
    internal static ulong Mask => Capabilities.Mask(s_names, "CapabilityAdd");

    /// <summary>The set of a container with these add and drop lists; a privileged one has all there are.</summary>
    /// <exception cref="InvalidSettingException">A name is unknown, or this kernel lacks the capability.</exception>
    internal static ulong Effective(IReadOnlyList<string> add, IReadOnlyList<string> drop, bool privileged)
    {
        var all = Capabilities.All();
        var set = Capabilities.Apply(Mask, all, add, drop);
        return privileged ? all : set;
    }

    /// <summary>
    /// A set as a spec states it: bounding, effective and permitted. Inheritable and ambient stay empty, so that a program that gives up
    /// user 0 gives up these too (CVE-2022-24769).
    /// </summary>
    internal static LinuxCapabilities ToSpec(ulong set) => new()
    {
        Bounding = Capabilities.NamesOf(set),
        Effective = Capabilities.NamesOf(set),
        Permitted = Capabilities.NamesOf(set),
    };
}
