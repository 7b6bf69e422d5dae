using System.Buffers;
using System.Text;
using System.Text.Json;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>state ID</c>: prints a container's state (runtime-spec runtime.md#state).</summary>
internal static class StateCommand
{
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
        store.DocumentOf(state).WriteMembers(json, NameOf(status), status == ContainerStatus.Stopped ? 0 : state.Pid);
        json.WriteString("created"u8, state.Created.UtcDateTime);
        json.WriteEndObject();
    }
}
