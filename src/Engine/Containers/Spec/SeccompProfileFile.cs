using System.Text.Json;
using System.Text.Json.Serialization;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Engine.Containers;

/// <summary>System-call filters as Docker's profile files have them: a runtime's document whose rules may depend on capabilities, processor and kernel.</summary>
internal static class SeccompProfileFile
{
    private const string Parameter = "SecurityOption";
    private const long MostBytes = 4 << 20;

    /// <summary>The text of a file, which is checked to be a profile.</summary>
    /// <exception cref="InvalidSettingException">It cannot be read, or is none.</exception>
    internal static string Read(string path)
    {
        string text;
        try
        {
            if (new FileInfo(path).Length > MostBytes) throw new InvalidSettingException(Parameter, path, $"-{Parameter} 'seccomp={path}' is refused. The file is larger than any profile.");
            text = File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidSettingException(Parameter, path, $"-{Parameter} 'seccomp={path}' is refused. The file cannot be read: {e.Message}");
        }

        if (!text.StartsWith('{')) throw Refused(path, "it is not a JSON object");
        Compile(path, Resolve(text, path, Capabilities.Names.ToArray().ToHashSet(), new Version(99, 0)));
        return text;
    }

    /// <summary>The filter that a profile's text means for a container with these capabilities on this kernel.</summary>
    internal static LinuxSeccomp Resolve(string text, IReadOnlySet<string> capabilities, Version kernel) => Resolve(text, "profile", capabilities, kernel);

    private static LinuxSeccomp Resolve(string text, string name, IReadOnlySet<string> capabilities, Version kernel)
    {
        SeccompProfileDocument document;
        try
        {
            document = JsonSerializer.Deserialize(text, SeccompProfileJson.Default.SeccompProfileDocument)!;
        }
        catch (JsonException e)
        {
            throw Refused(name, e.Message);
        }

        if (string.IsNullOrEmpty(document.DefaultAction)) throw Refused(name, "it has no defaultAction");
        var architecture = SeccompModes.Native == SeccompMode.Arm64 ? "arm64" : "amd64";
        return new()
        {
            DefaultAction = document.DefaultAction,
            DefaultErrnoRet = document.DefaultErrnoRet,
            Architectures = document.Architectures ?? Architectures(document.ArchMap),
            Flags = document.Flags,
            ListenerPath = document.ListenerPath,
            ListenerMetadata = document.ListenerMetadata,
            Syscalls = [.. (document.Syscalls ?? []).Where(rule => Applies(rule, capabilities, architecture, kernel)).Select(rule => new LinuxSyscall
            {
                Names = rule.Name is null ? rule.Names : [.. rule.Names ?? [], rule.Name],
                Action = rule.Action,
                ErrnoRet = rule.ErrnoRet,
                Args = rule.Args,
            })],
        };
    }

    private static List<string>? Architectures(List<SeccompArchitectures>? map)
    {
        var native = SeccompModes.Native == SeccompMode.Arm64 ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64";
        return map?.Find(entry => entry.Architecture == native) is { } found ? [native, .. found.SubArchitectures ?? []] : null;
    }

    private static bool Applies(SeccompProfileRule rule, IReadOnlySet<string> capabilities, string architecture, Version kernel)
    {
        if (rule.Excludes is { } excludes && ((excludes.Arches?.Contains(architecture) ?? false) || (excludes.Caps?.Exists(capabilities.Contains) ?? false)
            || (Version.TryParse(excludes.MinKernel, out var newest) && kernel >= newest)))
            return false;
        return rule.Includes is not { } includes
            || ((includes.Arches is not { Count: > 0 } arches || arches.Contains(architecture)) && (includes.Caps?.TrueForAll(capabilities.Contains) ?? true)
                && (!Version.TryParse(includes.MinKernel, out var least) || kernel >= least));
    }

    private static void Compile(string path, LinuxSeccomp profile)
    {
        try
        {
            SeccompCompiler.Compile(profile);
        }
        catch (Exception e) when (e is InvalidSettingException or InvalidSpecException)
        {
            throw Refused(path, e.Message);
        }
    }

    private static InvalidSettingException Refused(string path, string fault) =>
        new(Parameter, path, $"-{Parameter} 'seccomp={path}' is refused: {fault.TrimEnd('.')}. Give a profile in Docker's form, or seccomp=unconfined.");
}

/// <summary>A profile (docs.docker.com, "Seccomp security profiles").</summary>
internal sealed record SeccompProfileDocument
{
    public string? DefaultAction { get; set; }

    public uint? DefaultErrnoRet { get; set; }

    public List<string>? Architectures { get; set; }

    public List<SeccompArchitectures>? ArchMap { get; set; }

    public List<string>? Flags { get; set; }

    public string? ListenerPath { get; set; }

    public string? ListenerMetadata { get; set; }

    public List<SeccompProfileRule>? Syscalls { get; set; }
}

/// <summary>A processor's architecture and those it runs as well.</summary>
internal sealed record SeccompArchitectures
{
    public string? Architecture { get; set; }

    public List<string>? SubArchitectures { get; set; }
}

/// <summary>A rule and when it holds.</summary>
internal sealed record SeccompProfileRule
{
    public string? Name { get; set; }

    public List<string>? Names { get; set; }

    public string? Action { get; set; }

    public uint? ErrnoRet { get; set; }

    public List<LinuxSeccompArg>? Args { get; set; }

    public SeccompProfileFilter? Includes { get; set; }

    public SeccompProfileFilter? Excludes { get; set; }
}

/// <summary>When a rule holds.</summary>
internal sealed record SeccompProfileFilter
{
    public List<string>? Caps { get; set; }

    public List<string>? Arches { get; set; }

    public string? MinKernel { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SeccompProfileDocument))]
internal sealed partial class SeccompProfileJson : JsonSerializerContext;
