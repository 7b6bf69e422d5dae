using ContainerPS.Engine.JsonDocuments;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

// The linux object but its resources (config-linux.md).
internal static partial class RuntimeSpecReader
{
    private static bool LinuxMember(ref JsonDocumentReader r, LinuxSpec o)
    {
        if (r.Is("namespaces"u8)) o.Namespaces = List<LinuxNamespace>(ref r, NamespaceMember);
        else if (r.Is("uidMappings"u8)) o.UidMappings = List<LinuxIdMapping>(ref r, IdMappingMember);
        else if (r.Is("gidMappings"u8)) o.GidMappings = List<LinuxIdMapping>(ref r, IdMappingMember);
        else if (r.Is("timeOffsets"u8)) o.TimeOffsets = Map<LinuxTimeOffset>(ref r, TimeOffsetMember);
        else if (r.Is("devices"u8)) o.Devices = List<LinuxDevice>(ref r, DeviceMember);
        else if (r.Is("cgroupsPath"u8)) o.CgroupsPath = Text(ref r);
        else if (r.Is("resources"u8)) o.Resources = Object<LinuxResources>(ref r, ResourcesMember);
        else if (r.Is("rootfsPropagation"u8)) o.RootfsPropagation = Text(ref r);
        else if (r.Is("seccomp"u8)) o.Seccomp = Object<LinuxSeccomp>(ref r, SeccompMember);
        else if (r.Is("sysctl"u8)) o.Sysctl = TextMap(ref r);
        else if (r.Is("maskedPaths"u8)) o.MaskedPaths = Texts(ref r);
        else if (r.Is("readonlyPaths"u8)) o.ReadonlyPaths = Texts(ref r);
        else if (r.Is("mountLabel"u8)) o.MountLabel = Text(ref r);
        else if (r.Is("intelRdt"u8)) o.IntelRdt = Object<LinuxIntelRdt>(ref r, IntelRdtMember);
        else if (r.Is("personality"u8)) o.Personality = Object<LinuxPersonality>(ref r, PersonalityMember);
        else return false;
        return true;
    }

    private static bool NamespaceMember(ref JsonDocumentReader r, LinuxNamespace o)
    {
        if (r.Is("type"u8)) o.Type = Text(ref r);
        else if (r.Is("path"u8)) o.Path = Text(ref r);
        else return false;
        return true;
    }

    private static bool IdMappingMember(ref JsonDocumentReader r, LinuxIdMapping o)
    {
        if (r.Is("containerID"u8)) o.ContainerId = UInt32(ref r) ?? 0;
        else if (r.Is("hostID"u8)) o.HostId = UInt32(ref r) ?? 0;
        else if (r.Is("size"u8)) o.Size = UInt32(ref r) ?? 0;
        else return false;
        return true;
    }

    private static bool TimeOffsetMember(ref JsonDocumentReader r, LinuxTimeOffset o)
    {
        if (r.Is("secs"u8)) o.Secs = Int64(ref r) ?? 0;
        else if (r.Is("nanosecs"u8)) o.Nanosecs = UInt32(ref r) ?? 0;
        else return false;
        return true;
    }

    private static bool DeviceMember(ref JsonDocumentReader r, LinuxDevice o)
    {
        if (r.Is("type"u8)) o.Type = Text(ref r);
        else if (r.Is("path"u8)) o.Path = Text(ref r);
        else if (r.Is("major"u8)) o.Major = Int64(ref r) ?? 0;
        else if (r.Is("minor"u8)) o.Minor = Int64(ref r) ?? 0;
        else if (r.Is("fileMode"u8)) o.FileMode = UInt32(ref r);
        else if (r.Is("uid"u8)) o.Uid = UInt32(ref r);
        else if (r.Is("gid"u8)) o.Gid = UInt32(ref r);
        else return false;
        return true;
    }

    private static bool IntelRdtMember(ref JsonDocumentReader r, LinuxIntelRdt o)
    {
        if (r.Is("closID"u8)) o.ClosId = Text(ref r);
        else return false;
        return true;
    }

    private static bool PersonalityMember(ref JsonDocumentReader r, LinuxPersonality o)
    {
        if (r.Is("domain"u8)) o.Domain = Text(ref r);
        else if (r.Is("flags"u8)) o.Flags = Texts(ref r);
        else return false;
        return true;
    }

    private static bool SeccompMember(ref JsonDocumentReader r, LinuxSeccomp o)
    {
        if (r.Is("defaultAction"u8)) o.DefaultAction = Text(ref r);
        else if (r.Is("defaultErrnoRet"u8)) o.DefaultErrnoRet = UInt32(ref r);
        else if (r.Is("architectures"u8)) o.Architectures = Texts(ref r);
        else if (r.Is("flags"u8)) o.Flags = Texts(ref r);
        else if (r.Is("listenerPath"u8)) o.ListenerPath = Text(ref r);
        else if (r.Is("listenerMetadata"u8)) o.ListenerMetadata = Text(ref r);
        else if (r.Is("syscalls"u8)) o.Syscalls = List<LinuxSyscall>(ref r, SyscallMember);
        else return false;
        return true;
    }

    private static bool SyscallMember(ref JsonDocumentReader r, LinuxSyscall o)
    {
        if (r.Is("names"u8)) o.Names = Texts(ref r);
        else if (r.Is("action"u8)) o.Action = Text(ref r);
        else if (r.Is("errnoRet"u8)) o.ErrnoRet = UInt32(ref r);
        else if (r.Is("args"u8)) o.Args = List<LinuxSeccompArg>(ref r, SeccompArgMember);
        else return false;
        return true;
    }

    private static bool SeccompArgMember(ref JsonDocumentReader r, LinuxSeccompArg o)
    {
        if (r.Is("index"u8)) o.Index = UInt32(ref r) ?? 0;
        else if (r.Is("value"u8)) o.Value = UInt64(ref r) ?? 0;
        else if (r.Is("valueTwo"u8)) o.ValueTwo = UInt64(ref r) ?? 0;
        else if (r.Is("op"u8)) o.Op = Text(ref r);
        else return false;
        return true;
    }
}
