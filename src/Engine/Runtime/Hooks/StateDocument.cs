using System.Buffers;
using System.Text.Json;

namespace ContainerPS.Engine.Runtime;

/// <summary>What stays the same in a container's state (runtime.md#state): hooks, seccomp agents and <c>state</c> are given it as JSON.</summary>
/// <param name="Id">Container id.</param>
/// <param name="Bundle">Absolute path of the bundle.</param>
/// <param name="Annotations">Annotations of config.json.</param>
internal sealed record StateDocument(string Id, string Bundle, IReadOnlyDictionary<string, string>? Annotations)
{
    /// <summary>The version of the runtime-spec that this runtime follows.</summary>
    internal const string SpecVersion = "1.2.1";

    /// <summary>The state as an object.</summary>
    /// <param name="status"><c>creating</c>, <c>created</c>, <c>running</c> or <c>stopped</c>.</param>
    /// <param name="pid">The first process; 0 leaves it out.</param>
    internal byte[] ToJson(string status, int pid)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer)) WriteTo(json, status, pid);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The object's text before and after the pid, for a process that has yet to learn its own.</summary>
    internal (byte[] Before, byte[] After) AroundPid(string status)
    {
        var whole = ToJson(status, 0);
        return ([.. whole[..^1], .. ",\"pid\":"u8], "}"u8.ToArray());
    }

    /// <summary>Writes the object.</summary>
    internal void WriteTo(Utf8JsonWriter json, string status, int pid)
    {
        json.WriteStartObject();
        WriteMembers(json, status, pid == 0 ? null : pid);
        json.WriteEndObject();
    }

    /// <summary>Writes the object's members.</summary>
    internal void WriteMembers(Utf8JsonWriter json, string status, int? pid)
    {
        json.WriteString("ociVersion"u8, SpecVersion);
        json.WriteString("id"u8, Id);
        json.WriteString("status"u8, status);
        if (pid is { } number) json.WriteNumber("pid"u8, number);
        json.WriteString("bundle"u8, Bundle);
        if (Annotations is not { Count: > 0 }) return;
        json.WriteStartObject("annotations"u8);
        foreach (var (key, value) in Annotations) json.WriteString(key, value);
        json.WriteEndObject();
    }
}
