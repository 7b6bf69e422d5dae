using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>A test that needs a type of network devices; skipped, and shown as skipped, where the kernel has none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TheoryOfDeviceAttribute : TheoryAttribute
{
    public TheoryOfDeviceAttribute(string type)
    {
        Type = type;

        // It is refused for the want of a device to be on, unless the type is not known at all.
        var answer = RuncsProgram.Run("/usr/sbin/ip", ["link", "add", "cptprobe", "type", type]).Errors;
        if (answer.Contains("Unknown device type", StringComparison.Ordinal) || answer.Contains("not supported", StringComparison.Ordinal))
            Skip = $"this kernel is built without CONFIG_{type.ToUpperInvariant()}";
    }

    public string Type { get; }
}
