using ContainerPS.Engine.JsonDocuments;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

// The process object (config.md#process).
internal static partial class RuntimeSpecReader
{
    private static bool ProcessMember(ref JsonDocumentReader r, Process o)
    {
        if (r.Is("terminal"u8)) o.Terminal = Flag(ref r) ?? false;
        else if (r.Is("consoleSize"u8)) o.ConsoleSize = Object<ConsoleSize>(ref r, ConsoleSizeMember);
        else if (r.Is("user"u8)) o.User = Object<User>(ref r, UserMember);
        else if (r.Is("args"u8)) o.Args = Texts(ref r);
        else if (r.Is("env"u8)) o.Env = Texts(ref r);
        else if (r.Is("cwd"u8)) o.Cwd = Text(ref r);
        else if (r.Is("capabilities"u8)) o.Capabilities = Object<LinuxCapabilities>(ref r, CapabilitiesMember);
        else if (r.Is("rlimits"u8)) o.Rlimits = List<Rlimit>(ref r, RlimitMember);
        else if (r.Is("noNewPrivileges"u8)) o.NoNewPrivileges = Flag(ref r) ?? false;
        else if (r.Is("apparmorProfile"u8)) o.ApparmorProfile = Text(ref r);
        else if (r.Is("selinuxLabel"u8)) o.SelinuxLabel = Text(ref r);
        else if (r.Is("oomScoreAdj"u8)) o.OomScoreAdj = Int32(ref r);
        else if (r.Is("scheduler"u8)) o.Scheduler = Object<Scheduler>(ref r, SchedulerMember);
        else if (r.Is("ioPriority"u8)) o.IoPriority = Object<IOPriority>(ref r, IOPriorityMember);
        else if (r.Is("execCPUAffinity"u8)) o.ExecCPUAffinity = Object<CpuAffinity>(ref r, CpuAffinityMember);
        else return false;
        return true;
    }

    private static bool ConsoleSizeMember(ref JsonDocumentReader r, ConsoleSize o)
    {
        if (r.Is("height"u8)) o.Height = UInt32(ref r) ?? 0;
        else if (r.Is("width"u8)) o.Width = UInt32(ref r) ?? 0;
        else return false;
        return true;
    }

    private static bool UserMember(ref JsonDocumentReader r, User o)
    {
        if (r.Is("uid"u8)) o.Uid = UInt32(ref r) ?? 0;
        else if (r.Is("gid"u8)) o.Gid = UInt32(ref r) ?? 0;
        else if (r.Is("umask"u8)) o.Umask = UInt32(ref r);
        else if (r.Is("additionalGids"u8)) o.AdditionalGids = Numbers(ref r);
        else return false;
        return true;
    }

    private static bool CapabilitiesMember(ref JsonDocumentReader r, LinuxCapabilities o)
    {
        if (r.Is("bounding"u8)) o.Bounding = Texts(ref r);
        else if (r.Is("effective"u8)) o.Effective = Texts(ref r);
        else if (r.Is("inheritable"u8)) o.Inheritable = Texts(ref r);
        else if (r.Is("permitted"u8)) o.Permitted = Texts(ref r);
        else if (r.Is("ambient"u8)) o.Ambient = Texts(ref r);
        else return false;
        return true;
    }

    private static bool RlimitMember(ref JsonDocumentReader r, Rlimit o)
    {
        if (r.Is("type"u8)) o.Type = Text(ref r);
        else if (r.Is("hard"u8)) o.Hard = UInt64(ref r) ?? 0;
        else if (r.Is("soft"u8)) o.Soft = UInt64(ref r) ?? 0;
        else return false;
        return true;
    }

    private static bool SchedulerMember(ref JsonDocumentReader r, Scheduler o)
    {
        if (r.Is("policy"u8)) o.Policy = Text(ref r);
        else if (r.Is("nice"u8)) o.Nice = Int32(ref r) ?? 0;
        else if (r.Is("priority"u8)) o.Priority = Int32(ref r) ?? 0;
        else if (r.Is("flags"u8)) o.Flags = Texts(ref r);
        else if (r.Is("runtime"u8)) o.Runtime = UInt64(ref r) ?? 0;
        else if (r.Is("deadline"u8)) o.Deadline = UInt64(ref r) ?? 0;
        else if (r.Is("period"u8)) o.Period = UInt64(ref r) ?? 0;
        else return false;
        return true;
    }

    private static bool IOPriorityMember(ref JsonDocumentReader r, IOPriority o)
    {
        if (r.Is("class"u8)) o.Class = Text(ref r);
        else if (r.Is("priority"u8)) o.Priority = Int32(ref r) ?? 0;
        else return false;
        return true;
    }

    private static bool CpuAffinityMember(ref JsonDocumentReader r, CpuAffinity o)
    {
        if (r.Is("initial"u8)) o.Initial = Text(ref r);
        else if (r.Is("final"u8)) o.Final = Text(ref r);
        else return false;
        return true;
    }
}
