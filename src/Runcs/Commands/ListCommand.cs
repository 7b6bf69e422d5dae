using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>list [--format table|json] [--quiet]</c>: prints the containers below the root.</summary>
internal static class ListCommand
{
    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        var (json, quiet) = (false, false);
        while (reader.Option() is { } option)
        {
            switch (option)
            {
                case "--format" or "-f": json = reader.Value() switch { "json" => true, "table" => false, var other => throw new UsageException($"--format must be table or json, not '{other}'") }; break;
                case "--quiet" or "-q": quiet = reader.Switch(); break;
                default: throw reader.Unknown();
            }
        }

        reader.End();
        if (quiet) foreach (var state in global.Store.List()) Output.WriteLine(state.Id);
        else if (json) WriteJson(global.Store);
        else WriteTable(global.Store);
        return 0;
    }

    private static void WriteJson(StateStore store)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var state in store.List()) StateCommand.Write(json, store, state);
            json.WriteEndArray();
        }

        Output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void WriteTable(StateStore store)
    {
        var rows = new List<string[]> { new[] { "ID", "PID", "STATUS", "BUNDLE", "CREATED" } };
        foreach (var state in store.List())
        {
            var status = store.StatusOf(state);
            var pid = status == ContainerStatus.Stopped ? 0 : state.Pid;
            rows.Add([state.Id, pid.ToString(CultureInfo.InvariantCulture), StateCommand.NameOf(status), state.Bundle, state.Created.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)]);
        }

        var text = new StringBuilder();
        for (var r = 0; r < rows.Count; r++)
        {
            for (var c = 0; c < rows[r].Length - 1; c++) text.Append(rows[r][c].PadRight(rows.Max(row => row[c].Length) + 3));
            text.Append(rows[r][^1]).Append('\n');
        }

        Output.Write(text.ToString());
    }
}
