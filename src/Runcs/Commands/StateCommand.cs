using System.Buffers;
using System.Text;
using System.Text.Json;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>state ID</c>: prints a container's state (runtime-spec runtime.md#state).</summary>
internal static class StateCommand
{
    internal const string SpecVersion = "1.2.0";

    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        if (reader.Option() is not null) throw reader.Unknown();
        var id = reader.Operand("container id");
        reader.End();
        var store = global.Store;
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true })) Write(json, store, store.Load(id));
        Output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
        return 0;
    }

    /// <summary>The status as the specification writes it.</summary>
    internal static string NameOf(ContainerStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>Writes a state as an object.</summary>
    internal static void Write(Utf8JsonWriter json, StateStore store, StoredState state)
    {
        var status = store.StatusOf(state);
        json.WriteStartObject();
        json.WriteString("ociVersion"u8, SpecVersion);
        json.WriteString("id"u8, state.Id);
        json.WriteNumber("pid"u8, status == ContainerStatus.Stopped ? 0 : state.Pid);
        json.WriteString("status"u8, NameOf(status));
        json.WriteString("bundle"u8, state.Bundle);
        json.WriteString("created"u8, state.Created.UtcDateTime);
        WriteAnnotations(json, state);
        json.WriteEndObject();
    }

    private static void WriteAnnotations(Utf8JsonWriter json, StoredState state)
    {
        try
        {
            if (StateStore.LoadSpec(state.Bundle).Annotations is not { Count: > 0 } annotations) return;
            json.WriteStartObject("annotations"u8);
            foreach (var (key, value) in annotations) json.WriteString(key, value);
            json.WriteEndObject();
        }
        catch (ContainerEngineException)
        {
            // The bundle may have been removed while the container lives on; its state is what was asked.
        }
    }
}
