using System.Management.Automation;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Module;

/// <content>What separates it from the machine and from other containers.</content>
public abstract partial class SettingsCommand
{
    /// <summary>Kernel parameters: a hashtable, or 'key=value' strings.</summary>
    [Parameter]
    public object[] Sysctl { get; set; } = [];

    /// <summary>Capabilities to add.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    public string[] CapabilityAdd { get; set; } = [];

    /// <summary>Capabilities to drop.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    public string[] CapabilityDrop { get; set; } = [];

    /// <summary>All capabilities and devices, nothing filtered or masked.</summary>
    [Parameter]
    public SwitchParameter Privileged { get; set; }

    /// <summary>'seccomp=unconfined', 'seccomp=FILE', 'no-new-privileges', 'apparmor=PROFILE', 'label=disable', 'systempaths=unconfined'.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SecurityOptionCompleter))]
    public string[] SecurityOption { get; set; } = [];

    /// <summary>Devices of the host it may use: '/dev/fuse', '/dev/sda:/dev/xvda:r'.</summary>
    [Parameter]
    public string[] Device { get; set; } = [];

    /// <summary>Device rules: 'c 13:* rwm'.</summary>
    [Parameter]
    public string[] DeviceCgroupRule { get; set; } = [];

    /// <summary>Process namespace: host or container:NAME.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PidCompleter))]
    public string? Pid { get; set; }

    /// <summary>IPC namespace: private, shareable, none, host or container:NAME.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(IpcCompleter))]
    public string? Ipc { get; set; }

    /// <summary>Host name namespace: host.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(HostCompleter))]
    public string? Uts { get; set; }

    /// <summary>User namespace: host.</summary>
    [Parameter]
    [Alias("Userns")]
    [ArgumentCompleter(typeof(HostCompleter))]
    public string? UserNamespace { get; set; }

    /// <summary>Cgroup namespace: private or host.</summary>
    [Parameter]
    [Alias("Cgroupns")]
    [ArgumentCompleter(typeof(CgroupNamespaceCompleter))]
    public string? CgroupNamespace { get; set; }

    /// <summary>Cgroup to make its own in.</summary>
    [Parameter]
    public string? CgroupParent { get; set; }

    // A profile's path is one of PowerShell's.
    private string Absolute(string option)
    {
        const string key = "seccomp";
        var value = option.Length > key.Length && option[key.Length] is '=' or ':' && option.StartsWith(key, StringComparison.Ordinal) ? option[(key.Length + 1)..] : "";
        return value is "" or "unconfined" or "builtin" ? option : $"{key}={GetUnresolvedProviderPathFromPSPath(value)}";
    }

    private void ReadIsolation(ContainerSettings settings)
    {
        settings.Sysctls = PairSetting.Read(Sysctl, nameof(Sysctl));
        settings.CapabilityAdd = CapabilityAdd;
        settings.CapabilityDrop = CapabilityDrop;
        settings.Privileged = Privileged;
        settings.SecurityOptions = [.. SecurityOption.Select(Absolute)];
        settings.Devices = [.. Device.Select(text => DeviceText.Parse(text, nameof(Device)))];
        settings.DeviceCgroupRules = [.. DeviceCgroupRule.Select(text => DeviceText.CheckRule(text, nameof(DeviceCgroupRule)))];
        settings.Pid = Pid;
        settings.Ipc = Ipc;
        settings.Uts = Uts;
        settings.UserNamespace = UserNamespace;
        settings.CgroupNamespace = CgroupNamespace;
        settings.CgroupParent = CgroupParent;
    }
}
