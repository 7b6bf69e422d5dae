using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Applies device rules: to the devices controller of v1, or by a program on v2.</summary>
internal static unsafe class CgroupDevices
{
    /// <summary>Applies the rules in their order, after denying everything.</summary>
    internal static void Apply(IReadOnlyDictionary<string, string> directories, IReadOnlyList<LinuxDeviceCgroup> rules)
    {
        var complete = DeviceRules.Complete(rules);
        if (directories.TryGetValue("devices", out var directory)) Write(directory, complete);
        else if (directories.TryGetValue("", out var unified)) DeviceFilter.Attach(unified, complete);
        else throw LimitWriter.Missing("linux.resources.devices", "devices");
    }

    /// <summary>Applies other rules to a cgroup in use: what both allow is allowed all the time.</summary>
    internal static void Update(IReadOnlyDictionary<string, string> directories, IReadOnlyList<LinuxDeviceCgroup> rules)
    {
        var steps = directories.TryGetValue("devices", out var directory) && KernelFile.Read(directory + "/devices.list") is { } list
            ? DeviceList.Parse(list).StepsTo(DeviceList.Of(DeviceRules.Complete(rules)))
            : null;
        if (steps is null) Apply(directories, rules);
        else Write(directory!, steps);
    }

    private static void Write(string directory, List<LinuxDeviceCgroup> rules)
    {
        using var allow = Open(directory + "/devices.allow");
        using var deny = Open(directory + "/devices.deny");
        foreach (var rule in rules) Write(rule.Allow ? allow : deny, DeviceRules.ToText(rule), directory);
    }

    private static SafeFileHandle Open(string path)
    {
        var fd = KernelFile.Open(path, LibC.O_WRONLY);
        return fd < 0 ? throw new RuntimeStepException("open", path, -fd) : new SafeFileHandle(fd, ownsHandle: true);
    }

    private static void Write(SafeFileHandle file, string rule, string directory)
    {
        Span<byte> bytes = stackalloc byte[64];
        if (!Encoding.UTF8.TryGetBytes(rule, bytes, out var length)) throw new InvalidSpecException("linux.resources.devices", $"have a rule '{rule}' that is too long");
        nint result;
        fixed (byte* pointer = bytes) result = Syscall.write(file.Number(), pointer, length);
        if (result < 0) throw new RuntimeStepException($"write device rule '{rule}' to", directory, (int)-result);
    }
}
