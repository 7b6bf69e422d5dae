using ContainerPS.Engine.JsonDocuments;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

// Resources (config-linux.md#control-groups).
internal static partial class RuntimeSpecReader
{
    private static bool ResourcesMember(ref JsonDocumentReader r, LinuxResources o)
    {
        if (r.Is("devices"u8)) o.Devices = List<LinuxDeviceCgroup>(ref r, DeviceCgroupMember);
        else if (r.Is("memory"u8)) o.Memory = Object<LinuxMemory>(ref r, MemoryMember);
        else if (r.Is("cpu"u8)) o.Cpu = Object<LinuxCpu>(ref r, CpuMember);
        else if (r.Is("pids"u8)) o.Pids = Object<LinuxPids>(ref r, PidsMember);
        else if (r.Is("blockIO"u8)) o.BlockIO = Object<LinuxBlockIO>(ref r, BlockIOMember);
        else if (r.Is("hugepageLimits"u8)) o.HugepageLimits = List<LinuxHugepageLimit>(ref r, HugepageLimitMember);
        else if (r.Is("network"u8)) o.Network = Object<LinuxNetwork>(ref r, NetworkMember);
        else if (r.Is("rdma"u8)) o.Rdma = Map<LinuxRdma>(ref r, RdmaMember);
        else if (r.Is("unified"u8)) o.Unified = TextMap(ref r);
        else return false;
        return true;
    }

    private static bool DeviceCgroupMember(ref JsonDocumentReader r, LinuxDeviceCgroup o)
    {
        if (r.Is("allow"u8)) o.Allow = Flag(ref r) ?? false;
        else if (r.Is("type"u8)) o.Type = Text(ref r);
        else if (r.Is("major"u8)) o.Major = Int64(ref r);
        else if (r.Is("minor"u8)) o.Minor = Int64(ref r);
        else if (r.Is("access"u8)) o.Access = Text(ref r);
        else return false;
        return true;
    }

    private static bool MemoryMember(ref JsonDocumentReader r, LinuxMemory o)
    {
        if (r.Is("limit"u8)) o.Limit = Int64(ref r);
        else if (r.Is("reservation"u8)) o.Reservation = Int64(ref r);
        else if (r.Is("swap"u8)) o.Swap = Int64(ref r);
        else if (r.Is("kernel"u8)) o.Kernel = Int64(ref r);
        else if (r.Is("kernelTCP"u8)) o.KernelTCP = Int64(ref r);
        else if (r.Is("swappiness"u8)) o.Swappiness = UInt64(ref r);
        else if (r.Is("disableOOMKiller"u8)) o.DisableOOMKiller = Flag(ref r);
        else if (r.Is("useHierarchy"u8)) o.UseHierarchy = Flag(ref r);
        else if (r.Is("checkBeforeUpdate"u8)) o.CheckBeforeUpdate = Flag(ref r);
        else return false;
        return true;
    }

    private static bool CpuMember(ref JsonDocumentReader r, LinuxCpu o)
    {
        if (r.Is("shares"u8)) o.Shares = UInt64(ref r);
        else if (r.Is("quota"u8)) o.Quota = Int64(ref r);
        else if (r.Is("burst"u8)) o.Burst = UInt64(ref r);
        else if (r.Is("period"u8)) o.Period = UInt64(ref r);
        else if (r.Is("realtimeRuntime"u8)) o.RealtimeRuntime = Int64(ref r);
        else if (r.Is("realtimePeriod"u8)) o.RealtimePeriod = UInt64(ref r);
        else if (r.Is("cpus"u8)) o.Cpus = Text(ref r);
        else if (r.Is("mems"u8)) o.Mems = Text(ref r);
        else if (r.Is("idle"u8)) o.Idle = Int64(ref r);
        else return false;
        return true;
    }

    private static bool PidsMember(ref JsonDocumentReader r, LinuxPids o)
    {
        if (r.Is("limit"u8)) o.Limit = Int64(ref r);
        else return false;
        return true;
    }

    private static bool BlockIOMember(ref JsonDocumentReader r, LinuxBlockIO o)
    {
        if (r.Is("weight"u8)) o.Weight = UInt16(ref r);
        else if (r.Is("leafWeight"u8)) o.LeafWeight = UInt16(ref r);
        else if (r.Is("weightDevice"u8)) o.WeightDevice = List<LinuxWeightDevice>(ref r, WeightDeviceMember);
        else if (r.Is("throttleReadBpsDevice"u8)) o.ThrottleReadBpsDevice = List<LinuxThrottleDevice>(ref r, ThrottleDeviceMember);
        else if (r.Is("throttleWriteBpsDevice"u8)) o.ThrottleWriteBpsDevice = List<LinuxThrottleDevice>(ref r, ThrottleDeviceMember);
        else if (r.Is("throttleReadIOPSDevice"u8)) o.ThrottleReadIOPSDevice = List<LinuxThrottleDevice>(ref r, ThrottleDeviceMember);
        else if (r.Is("throttleWriteIOPSDevice"u8)) o.ThrottleWriteIOPSDevice = List<LinuxThrottleDevice>(ref r, ThrottleDeviceMember);
        else return false;
        return true;
    }

    private static bool WeightDeviceMember(ref JsonDocumentReader r, LinuxWeightDevice o)
    {
        if (r.Is("major"u8)) o.Major = Int64(ref r) ?? 0;
        else if (r.Is("minor"u8)) o.Minor = Int64(ref r) ?? 0;
        else if (r.Is("weight"u8)) o.Weight = UInt16(ref r);
        else if (r.Is("leafWeight"u8)) o.LeafWeight = UInt16(ref r);
        else return false;
        return true;
    }

    private static bool ThrottleDeviceMember(ref JsonDocumentReader r, LinuxThrottleDevice o)
    {
        if (r.Is("major"u8)) o.Major = Int64(ref r) ?? 0;
        else if (r.Is("minor"u8)) o.Minor = Int64(ref r) ?? 0;
        else if (r.Is("rate"u8)) o.Rate = UInt64(ref r) ?? 0;
        else return false;
        return true;
    }

    private static bool HugepageLimitMember(ref JsonDocumentReader r, LinuxHugepageLimit o)
    {
        if (r.Is("pageSize"u8)) o.PageSize = Text(ref r);
        else if (r.Is("limit"u8)) o.Limit = UInt64(ref r) ?? 0;
        else return false;
        return true;
    }

    private static bool NetworkMember(ref JsonDocumentReader r, LinuxNetwork o)
    {
        if (r.Is("classID"u8)) o.ClassID = UInt32(ref r);
        else if (r.Is("priorities"u8)) o.Priorities = List<LinuxInterfacePriority>(ref r, InterfacePriorityMember);
        else return false;
        return true;
    }

    private static bool InterfacePriorityMember(ref JsonDocumentReader r, LinuxInterfacePriority o)
    {
        if (r.Is("name"u8)) o.Name = Text(ref r);
        else if (r.Is("priority"u8)) o.Priority = UInt32(ref r) ?? 0;
        else return false;
        return true;
    }

    private static bool RdmaMember(ref JsonDocumentReader r, LinuxRdma o)
    {
        if (r.Is("hcaHandles"u8)) o.HcaHandles = UInt32(ref r);
        else if (r.Is("hcaObjects"u8)) o.HcaObjects = UInt32(ref r);
        else return false;
        return true;
    }
}
