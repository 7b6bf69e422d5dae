using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>Plans <c>linux.seccomp</c> (config-linux.md#seccomp).</summary>
internal static unsafe class SeccompPlanner
{
    /// <summary>True when the profile hands calls to a listener, which the parent has to be there for.</summary>
    internal static bool Notifies(LinuxSeccomp? profile) => profile?.Syscalls?.Exists(s => s.Action == "SCMP_ACT_NOTIFY" && s.Names is { Count: > 0 }) is true;

    /// <summary>Plans that the filter is loaded.</summary>
    internal static void Plan(ChildPlan plan, LinuxSeccomp? profile)
    {
        if (profile is null || AsksNothing(profile)) return;
        if (!string.IsNullOrEmpty(profile.ListenerMetadata) && string.IsNullOrEmpty(profile.ListenerPath))
            throw new InvalidSpecException("linux.seccomp.listenerMetadata", "is for the listener at linux.seccomp.listenerPath, which is not set");
        var program = CompileFilter(profile);
        if (program.NeedsNotify && string.IsNullOrEmpty(profile.ListenerPath))
            throw new InvalidSpecException("linux.seccomp.listenerPath", "must name the socket of the agent that SCMP_ACT_NOTIFY hands calls to");
        var data = (Syscall.sock_fprog*)plan.Arena.Allocate(sizeof(Syscall.sock_fprog));
        data->len = (ushort)program.Length;
        data->filter = plan.Arena.Copy<byte>(program.Filter);
        plan.Add(program.NeedsNotify ? ChildStep.LoadSeccompListener : ChildStep.LoadSeccomp, "linux.seccomp", new() { Data = data, Flags = program.Flags });
    }

    private static SeccompProgram CompileFilter(LinuxSeccomp profile)
    {
        try
        {
            return SeccompCompiler.Compile(profile);
        }
        catch (InvalidSettingException e)
        {
            // The compiler serves other documents, too.
            throw new InvalidSpecException("linux.seccomp", e.Message.Replace("seccomp: ", "", StringComparison.Ordinal).TrimEnd('.'));
        }
    }

    /// <summary>An object without action and rules asks for no filter, as with runc.</summary>
    private static bool AsksNothing(LinuxSeccomp profile) => string.IsNullOrEmpty(profile.DefaultAction) && profile.Syscalls is not { Count: > 0 };
}
