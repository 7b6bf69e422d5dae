using System.Globalization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

/// <summary>Devices, their rules and their limits as Docker's command line takes them.</summary>
internal static class DeviceText
{
    private const string Form = "Use a device's path, then perhaps its path inside, then perhaps any of r, w and m, such as /dev/fuse or /dev/sda:/dev/xvda:r.";

    /// <summary>Reads <c>host[:container][:rwm]</c>.</summary>
    /// <exception cref="InvalidSettingException">It is not of that form.</exception>
    internal static DeviceSetting Parse(string text, string parameter)
    {
        var parts = text.Split(':');
        if (parts.Length > 3)
            throw Invalid(text, parameter, "has too many colons");
        if (!AbsolutePath.IsBelowRoot(parts[0]))
            throw Invalid(text, parameter, $"has the device '{parts[0]}', which is not an absolute path");
        var device = new DeviceSetting(parts[0], parts[0], "rwm");
        if (parts.Length == 3 && !IsAccess(parts[2]))
            throw Invalid(text, parameter, $"has '{parts[2]}' as its access");
        if (parts.Length == 3)
            device = device with { Permissions = parts[2] };
        if (parts.Length == 2 && IsAccess(parts[1]))
            return device with { Permissions = parts[1] };
        if (parts.Length == 1)
            return device;
        return AbsolutePath.IsBelowRoot(parts[1]) ? device with { ContainerPath = parts[1] } : throw Invalid(text, parameter, $"has '{parts[1]}', which is no absolute path inside");
    }

    /// <summary>Reads <c>path:weight</c>.</summary>
    /// <exception cref="InvalidSettingException">It is not of that form.</exception>
    internal static DeviceWeightSetting ParseWeight(string text, string parameter)
    {
        var (path, value) = Split(text, parameter, "10 to 1000, such as /dev/sda:200");
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var weight) && weight is 0 or (>= 10 and <= 1000)
            ? new(path, weight)
            : throw new InvalidSettingException(parameter, text, $"{parameter}: '{text}' has the weight '{value}'. Use 10 to 1000.");
    }

    /// <summary>Reads <c>path:size</c>, in bytes a second.</summary>
    /// <exception cref="InvalidSettingException">It is not of that form.</exception>
    internal static DeviceRateSetting ParseBytes(string text, string parameter)
    {
        var (path, value) = Split(text, parameter, "a size, such as /dev/sda:2MB");
        return new(path, ByteSize.ParseBinary(value, parameter));
    }

    /// <summary>Reads <c>path:count</c>, in operations a second.</summary>
    /// <exception cref="InvalidSettingException">It is not of that form.</exception>
    internal static DeviceRateSetting ParseOperations(string text, string parameter)
    {
        var (path, value) = Split(text, parameter, "a count, such as /dev/sda:1000");
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rate)
            ? new(path, rate)
            : throw new InvalidSettingException(parameter, text, $"{parameter}: '{text}' has '{value}' as its count. Use a whole number of 0 or more.");
    }

    /// <summary>Checks a rule: <c>c 1:3 rwm</c>, <c>b 8:* r</c>, <c>a *:* rwm</c>.</summary>
    /// <exception cref="InvalidSettingException">It is not of that form.</exception>
    internal static string CheckRule(string text, string parameter)
    {
        var parts = text.Split(' ');
        var numbers = parts.Length == 3 ? parts[1].Split(':') : [];
        if (numbers.Length == 2 && parts[0] is "a" or "b" or "c" && numbers.All(IsNumber) && IsAccess(parts[2]))
            return text;
        throw new InvalidSettingException(parameter, text, $"{parameter}: '{text}' is not a device rule. Use a, b or c, then major:minor ('*' is any), then any of r, w and m, such as 'c 13:* rwm'.");
    }

    /// <summary>Makes a rule of one that was checked.</summary>
    internal static LinuxDeviceCgroup ReadRule(string text)
    {
        var parts = text.Split(' ', ':');
        return new() { Allow = true, Type = parts[0], Major = Number(parts[1]), Minor = Number(parts[2]), Access = parts[3] };

        static long? Number(string text) => text == "*" ? null : long.Parse(text, CultureInfo.InvariantCulture);
    }

    private static bool IsNumber(string text) => text == "*" || uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsAccess(string text) => text.Length is > 0 and <= 3 && !text.AsSpan().ContainsAnyExcept("rwm") && text.Distinct().Count() == text.Length;

    private static (string Path, string Value) Split(string text, string parameter, string form)
    {
        var colon = text.IndexOf(':');
        if (colon < 0 || !text.StartsWith("/dev/", StringComparison.Ordinal))
            throw new InvalidSettingException(parameter, text, $"{parameter}: '{text}' does not name a device and its limit. Use the path below /dev, a colon and {form}.");
        return (text[..colon], text[(colon + 1)..]);
    }

    private static InvalidSettingException Invalid(string text, string parameter, string fault) => new(parameter, text, $"{parameter}: '{text}' {fault}. {Form}");
}
