using ContainerPS.Engine.JsonDocuments;

namespace ContainerPS.Engine.Containers;

// What was asked of the container, in the order of the files of ContainerSettings.
internal static partial class RecordReader
{
    private static bool Setting(ref JsonDocumentReader r, ContainerSettings o) =>
        GeneralSetting(ref r, o)
        || IsolationSetting(ref r, o)
        || LifeSetting(ref r, o)
        || LimitsSetting(ref r, o)
        || NetworksSetting(ref r, o);

    private static bool GeneralSetting(ref JsonDocumentReader r, ContainerSettings o)
    {
        if (r.Is("name"u8)) o.Name = r.Text();
        else if (r.Is("image"u8)) o.Image = r.Text();
        else if (r.Is("command"u8)) o.Command = r.Texts();
        else if (r.Is("entryPoint"u8)) o.EntryPoint = r.Texts();
        else if (r.Is("environment"u8)) o.Environment = r.Texts();
        else if (r.Is("workingDirectory"u8)) o.WorkingDirectory = r.Text();
        else if (r.Is("user"u8)) o.User = r.Text();
        else if (r.Is("groupAdd"u8)) o.GroupAdd = r.Texts();
        else if (r.Is("hostname"u8)) o.Hostname = r.Text();
        else if (r.Is("domainname"u8)) o.Domainname = r.Text();
        else if (r.Is("labels"u8)) o.Labels = r.TextMap();
        else if (r.Is("annotations"u8)) o.Annotations = r.TextMap();
        else if (r.Is("platform"u8)) o.Platform = r.Text();
        else if (r.Is("interactive"u8)) o.Interactive = r.Flag();
        else if (r.Is("tty"u8)) o.Tty = r.Flag();
        else if (r.Is("remove"u8)) o.Remove = r.Flag();
        else if (r.Is("readOnly"u8)) o.ReadOnly = r.Flag();
        else if (r.Is("tmpfs"u8)) o.Tmpfs = r.TextMap();
        else if (r.Is("volumes"u8)) o.Volumes = r.List(Volume);
        else if (r.Is("mounts"u8)) o.Mounts = r.List(static (ref JsonDocumentReader item) => item.Object<MountSpec>(MountMember));
        else if (r.Is("volumesFrom"u8)) o.VolumesFrom = r.Texts();
        else if (r.Is("stopSignal"u8)) o.StopSignal = r.Text();
        else if (r.Is("stopTimeout"u8)) o.StopTimeout = r.Duration();
        else if (r.Is("cidFile"u8)) o.CidFile = r.Text();
        else return false;
        return true;
    }

    private static bool IsolationSetting(ref JsonDocumentReader r, ContainerSettings o)
    {
        if (r.Is("sysctls"u8)) o.Sysctls = r.TextMap();
        else if (r.Is("capabilityAdd"u8)) o.CapabilityAdd = r.Texts();
        else if (r.Is("capabilityDrop"u8)) o.CapabilityDrop = r.Texts();
        else if (r.Is("privileged"u8)) o.Privileged = r.Flag();
        else if (r.Is("securityOptions"u8)) o.SecurityOptions = r.Texts();
        else if (r.Is("devices"u8)) o.Devices = r.List(Device);
        else if (r.Is("deviceCgroupRules"u8)) o.DeviceCgroupRules = r.Texts();
        else if (r.Is("pid"u8)) o.Pid = r.Text();
        else if (r.Is("ipc"u8)) o.Ipc = r.Text();
        else if (r.Is("uts"u8)) o.Uts = r.Text();
        else if (r.Is("userNamespace"u8)) o.UserNamespace = r.Text();
        else if (r.Is("cgroupNamespace"u8)) o.CgroupNamespace = r.Text();
        else if (r.Is("cgroupParent"u8)) o.CgroupParent = r.Text();
        else return false;
        return true;
    }

    private static bool LifeSetting(ref JsonDocumentReader r, ContainerSettings o)
    {
        if (r.Is("init"u8)) o.Init = r.Flag();
        else if (r.Is("restart"u8)) o.Restart = Restart(ref r);
        else if (r.Is("healthCommand"u8)) o.HealthCommand = r.Texts();
        else if (r.Is("healthInterval"u8)) o.HealthInterval = r.Duration();
        else if (r.Is("healthTimeout"u8)) o.HealthTimeout = r.Duration();
        else if (r.Is("healthStartPeriod"u8)) o.HealthStartPeriod = r.Duration();
        else if (r.Is("healthStartInterval"u8)) o.HealthStartInterval = r.Duration();
        else if (r.Is("healthRetries"u8)) o.HealthRetries = r.Int32();
        else if (r.Is("noHealthCheck"u8)) o.NoHealthCheck = r.Flag();
        else if (r.Is("onUnhealthy"u8)) o.OnUnhealthy = r.Word<UnhealthyAction>();
        else if (r.Is("logDriver"u8)) o.LogDriver = r.Text();
        else if (r.Is("logOptions"u8)) o.LogOptions = r.TextMap();
        else return false;
        return true;
    }

    private static bool LimitsSetting(ref JsonDocumentReader r, ContainerSettings o)
    {
        if (r.Is("memory"u8)) o.Memory = r.Int64();
        else if (r.Is("memoryReservation"u8)) o.MemoryReservation = r.Int64();
        else if (r.Is("memorySwap"u8)) o.MemorySwap = r.Int64();
        else if (r.Is("memorySwappiness"u8)) o.MemorySwappiness = r.Int32();
        else if (r.Is("oomKillDisable"u8)) o.OomKillDisable = r.Flag();
        else if (r.Is("oomScoreAdj"u8)) o.OomScoreAdj = r.Int32();
        else if (r.Is("cpuShares"u8)) o.CpuShares = r.Int64();
        else if (r.Is("cpus"u8)) o.Cpus = r.Double();
        else if (r.Is("cpuSet"u8)) o.CpuSet = r.Text();
        else if (r.Is("cpuSetMemory"u8)) o.CpuSetMemory = r.Text();
        else if (r.Is("cpuPeriod"u8)) o.CpuPeriod = r.Int64();
        else if (r.Is("cpuQuota"u8)) o.CpuQuota = r.Int64();
        else if (r.Is("cpuRealtimePeriod"u8)) o.CpuRealtimePeriod = r.Int64();
        else if (r.Is("cpuRealtimeRuntime"u8)) o.CpuRealtimeRuntime = r.Int64();
        else if (r.Is("pidsLimit"u8)) o.PidsLimit = r.Int64();
        else if (r.Is("blockIOWeight"u8)) o.BlockIOWeight = r.Int32();
        else if (r.Is("blockIOWeightDevices"u8)) o.BlockIOWeightDevices = r.List(DeviceWeight);
        else if (r.Is("deviceReadBps"u8)) o.DeviceReadBps = r.List(DeviceRate);
        else if (r.Is("deviceWriteBps"u8)) o.DeviceWriteBps = r.List(DeviceRate);
        else if (r.Is("deviceReadIops"u8)) o.DeviceReadIops = r.List(DeviceRate);
        else if (r.Is("deviceWriteIops"u8)) o.DeviceWriteIops = r.List(DeviceRate);
        else if (r.Is("shmSize"u8)) o.ShmSize = r.Int64();
        else if (r.Is("ulimits"u8)) o.Ulimits = r.List(Ulimit);
        else return false;
        return true;
    }

    private static bool NetworksSetting(ref JsonDocumentReader r, ContainerSettings o)
    {
        if (r.Is("network"u8)) o.Network = r.Text();
        else if (r.Is("networks"u8)) o.Networks = r.List(Attachment);
        else if (r.Is("isDisconnected"u8)) o.IsDisconnected = r.Flag();
        else if (r.Is("publish"u8)) o.Publish = r.Texts();
        else if (r.Is("publishAll"u8)) o.PublishAll = r.Flag();
        else if (r.Is("expose"u8)) o.Expose = r.Texts();
        else if (r.Is("dns"u8)) o.Dns = r.Texts();
        else if (r.Is("dnsSearch"u8)) o.DnsSearch = r.Texts();
        else if (r.Is("dnsOptions"u8)) o.DnsOptions = r.Texts();
        else if (r.Is("addHosts"u8)) o.AddHosts = r.Texts();
        else return false;
        return true;
    }
    private static RestartPolicy Restart(ref JsonDocumentReader r)
    {
        RestartMode? mode = null;
        var retries = 0;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("mode"u8)) mode = r.Word<RestartMode>();
            else if (r.Is("maximumRetries"u8)) retries = r.Int32();
            else r.Skip();
        }

        return new RestartPolicy(mode ?? throw r.Lacks("mode"), retries);
    }

    private static DeviceSetting Device(ref JsonDocumentReader r)
    {
        string? host = null, container = null, permissions = null;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("hostPath"u8)) host = r.Text();
            else if (r.Is("containerPath"u8)) container = r.Text();
            else if (r.Is("permissions"u8)) permissions = r.Text();
            else r.Skip();
        }

        return new DeviceSetting(host ?? throw r.Lacks("hostPath"), container ?? throw r.Lacks("containerPath"), permissions ?? throw r.Lacks("permissions"));
    }

    private static DeviceWeightSetting DeviceWeight(ref JsonDocumentReader r)
    {
        string? path = null;
        int? weight = null;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("path"u8)) path = r.Text();
            else if (r.Is("weight"u8)) weight = r.Int32();
            else r.Skip();
        }

        return new DeviceWeightSetting(path ?? throw r.Lacks("path"), weight ?? throw r.Lacks("weight"));
    }

    private static DeviceRateSetting DeviceRate(ref JsonDocumentReader r)
    {
        string? path = null;
        long? rate = null;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("path"u8)) path = r.Text();
            else if (r.Is("rate"u8)) rate = r.Int64();
            else r.Skip();
        }

        return new DeviceRateSetting(path ?? throw r.Lacks("path"), rate ?? throw r.Lacks("rate"));
    }

    private static UlimitSetting Ulimit(ref JsonDocumentReader r)
    {
        string? name = null;
        long? soft = null, hard = null;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("name"u8)) name = r.Text();
            else if (r.Is("soft"u8)) soft = r.Int64();
            else if (r.Is("hard"u8)) hard = r.Int64();
            else r.Skip();
        }

        return new UlimitSetting(name ?? throw r.Lacks("name"), soft ?? throw r.Lacks("soft"), hard ?? throw r.Lacks("hard"));
    }

    private static NetworkAttachment Attachment(ref JsonDocumentReader r)
    {
        string? network = null, ipv4 = null, ipv6 = null, mac = null;
        List<string>? aliases = null;
        r.Begin();
        while (r.NextMember())
        {
            if (r.Is("network"u8)) network = r.Text();
            else if (r.Is("aliases"u8)) aliases = r.Texts();
            else if (r.Is("ipAddress"u8)) ipv4 = r.Text();
            else if (r.Is("iPv6Address"u8)) ipv6 = r.Text();
            else if (r.Is("macAddress"u8)) mac = r.Text();
            else r.Skip();
        }

        return new NetworkAttachment { Network = network ?? throw r.Lacks("network"), Aliases = aliases ?? [], IPAddress = ipv4, IPv6Address = ipv6, MacAddress = mac };
    }
}
