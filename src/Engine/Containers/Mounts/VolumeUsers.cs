using System.Text;

namespace ContainerPS.Engine.Containers;

/// <summary>Finds which containers use which volumes: what their records say.</summary>
internal sealed class VolumeUsers(RecordStore records, KernelView kernel)
{
    /// <summary>The users of some volumes, or of all. A container whose record is damaged uses whatever volume its text names.</summary>
    /// <param name="volumes">Names of volumes; null for all.</param>
    internal IReadOnlyList<VolumeUser> Find(IReadOnlyCollection<string>? volumes)
    {
        var users = new List<VolumeUser>();

        // Most containers have no volume, and their records need not be understood to see that.
        var words = volumes?.Select(Encoding.UTF8.GetBytes).ToList() ?? ["\"mounts\""u8.ToArray()];
        foreach (var id in records.Ids())
        {
            if (records.ReadText(id) is not { } text || !words.Exists(word => text.AsSpan().IndexOf(word) >= 0)) continue;
            try
            {
                if (records.Read(id) is { } record) users.AddRange(Of(record, volumes));
            }
            catch (InvalidContentException) when (volumes is not null)
            {
                users.AddRange(volumes.Where(volume => text.AsSpan().IndexOf(Encoding.UTF8.GetBytes(volume)) >= 0).Select(volume => new VolumeUser(volume, id[..12], Running: false)));
            }
            catch (InvalidContentException)
            {
                // Whoever lists containers is told of it.
            }
        }

        return users;
    }

    /// <summary>True when a container other than this one has its processes, or is just being started or cleaned up, and uses the volume.</summary>
    internal bool IsHeldByOthers(string volume, string id)
    {
        var word = Encoding.UTF8.GetBytes(volume);
        return kernel.Ids().Any(other => other != id && ObjectId.IsValid(other) && records.ReadText(other) is { } text && text.AsSpan().IndexOf(word) >= 0);
    }

    private IEnumerable<VolumeUser> Of(ContainerRecord record, IReadOnlyCollection<string>? volumes)
    {
        var names = (record.Mounts ?? []).Select(static mount => mount.Name).OfType<string>().Where(name => volumes?.Contains(name) is not false).Distinct().ToList();
        if (names.Count == 0) return [];
        var state = kernel.Read(record.Id);
        return names.Select(name => new VolumeUser(name, record.Name, state.IsRunning || state.IsMonitored));
    }
}
