using System.Buffers;
using System.Text;
using System.Text.Json;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>features</c>: prints what this runtime supports (runtime-spec features.md).</summary>
internal static class FeaturesCommand
{
    internal static int Run()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("ociVersionMin"u8, "1.0.0");
            json.WriteString("ociVersionMax"u8, StateDocument.SpecVersion);
            WriteTexts(json, "hooks", ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]);
            WriteTexts(json, "mountOptions", MountOptions.Known);
            WriteLinux(json);
            json.WriteStartObject("annotations"u8);
            json.WriteString("org.containerps.runcs.version"u8, VersionCommand.Version);
            json.WriteEndObject();
            WriteTexts(json, "potentiallyUnsafeConfigAnnotations", []);
            json.WriteEndObject();
        }

        Output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
        return 0;
    }

    private static void WriteLinux(Utf8JsonWriter json)
    {
        json.WriteStartObject("linux"u8);
        WriteTexts(json, "namespaces", ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"]);
        WriteTexts(json, "capabilities", Capabilities.Names);
        WriteCgroup(json);
        WriteSeccomp(json);
        WriteSwitch(json, "apparmor", true);
        WriteSwitch(json, "selinux", true);
        WriteSwitch(json, "intelRdt", false);
        json.WriteStartObject("mountExtensions"u8);
        WriteSwitch(json, "idmap", true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSeccomp(Utf8JsonWriter json)
    {
        json.WriteStartObject("seccomp"u8);
        json.WriteBoolean("enabled"u8, true);
        WriteTexts(json, "actions", [.. SeccompAction.KnownNames]);
        WriteTexts(json, "operators", [.. SeccompCondition.KnownOperators]);
        WriteTexts(json, "archs", [.. SeccompModes.KnownArchitectures]);
        WriteTexts(json, "knownFlags", [.. SeccompProgram.KnownFlags]);
        WriteTexts(json, "supportedFlags", [.. SeccompProgram.SupportedFlags()]);
        json.WriteEndObject();
    }

    private static void WriteCgroup(Utf8JsonWriter json)
    {
        json.WriteStartObject("cgroup"u8);
        json.WriteBoolean("v1"u8, true);
        json.WriteBoolean("v2"u8, true);
        json.WriteBoolean("systemd"u8, false);
        json.WriteBoolean("systemdUser"u8, false);
        json.WriteBoolean("rdma"u8, true);
        json.WriteEndObject();
    }

    private static void WriteSwitch(Utf8JsonWriter json, string name, bool enabled)
    {
        json.WriteStartObject(name);
        json.WriteBoolean("enabled"u8, enabled);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, ReadOnlySpan<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
