using System.Buffers;
using System.Text.Json;
using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary><c>events [--stats] [--interval DURATION] ID</c>: prints what a container uses, once or again and again, and when its memory runs out.</summary>
internal static class EventsCommand
{
    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        var (once, interval) = (false, TimeSpan.FromSeconds(5));
        while (reader.Option() is { } option)
        {
            switch (option)
            {
                case "--stats": once = reader.Switch(); break;
                case "--interval": interval = Duration.Parse(reader.Value(), option); break;
                default: throw reader.Unknown();
            }
        }

        var id = reader.Operand("container id");
        reader.End();
        if (interval <= TimeSpan.Zero) throw new UsageException("--interval must be more than 0");
        var store = global.Store;
        var state = store.Load(id);
        if (store.StatusOf(state) is ContainerStatus.Stopped or ContainerStatus.Creating) throw new InvalidContainerStateException(id, $"container with id {id} is not running");
        if (once) Write("stats", id, state.OpenCgroup().Details());
        else Follow(state, interval);
        return 0;
    }

    private static unsafe void Follow(StoredState state, TimeSpan interval)
    {
        using var init = ProcessIdentity.Open(state.Pid, state.StartTime);
        if (init is null) return;
        var cgroup = state.OpenCgroup();
        using var oom = cgroup.WatchOom();
        using var timer = IntervalTimer.Start(interval);
        var fds = stackalloc Syscall.PollFd[3];
        while (true)
        {
            fds[0] = new() { fd = init.Number(), events = Syscall.POLLIN };
            fds[1] = timer.ToPoll();
            fds[2] = oom?.ToPoll() ?? new() { fd = -1 };
            _ = Polling.Wait(fds, 3, -1);
            if (oom?.Take() is true) Write("oom", state.Id, null);
            if (fds[0].revents != 0) return;
            if (timer.Take()) Write("stats", state.Id, cgroup.Details());
        }
    }

    private static void Write(string type, string id, CgroupDetails? details)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WriteString("id"u8, id);
            if (details is not null)
            {
                json.WritePropertyName("data"u8);
                StatisticsJson.Write(json, details);
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        Output.Write(1, buffer.WrittenSpan);
    }
}
