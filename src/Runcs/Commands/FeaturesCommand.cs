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
            WriteTexts(json, "mountOptions", MountOptions.Known);
            json.WriteStartObject("linux"u8);
            WriteTexts(json, "namespaces", ["cgroup", "ipc", "mount", "network", "pid", "uts"]);
            WriteTexts(json, "capabilities", Capabilities.Names);
            WriteCgroup(json);
            json.WriteStartObject("seccomp"u8);
            json.WriteBoolean("enabled"u8, true);
            WriteTexts(json, "knownFlags", [.. SeccompProgram.KnownFlags]);
            json.WriteEndObject();
            WriteSwitch(json, "apparmor", false);
            WriteSwitch(json, "selinux", false);
            WriteSwitch(json, "intelRdt", false);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        Output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
        return 0;
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
