using ContainerPS.Engine.Images;

namespace ContainerPS.Engine.Containers;

public sealed partial class StoreKeeper
{
    /// <summary>Verifies every blob, layer and record of the store, and puts right what can be.</summary>
    /// <param name="repair">True to repair.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What is wrong, whether it has been repaired, and what is left to do.</returns>
    public IReadOnlyList<StoreProblem> Check(bool repair, IProgress<StoreCheckProgress>? progress, CancellationToken cancellation)
    {
        var records = new RecordStore(_paths, RecordJson.Default);
        var problems = CheckContainers(records);
        // With a container whose record cannot be read it is not known which layers it stands on.
        problems.AddRange(_images.Check(repair, () => problems.Exists(problem => problem.Kind == StoreProblemKind.Container) ? null : _containers.ImageUsers(), progress, cancellation));
        problems.AddRange(CheckVolumes(records));
        foreach (var name in records.LostNames().ToList())
        {
            var problem = new StoreProblem { Kind = StoreProblemKind.LostName, Item = name, Message = "the name belongs to a container that does not exist", Advice = "It is free again as soon as somebody wants it." };
            if (repair)
            {
                records.SweepName(name);
                problem.IsRepaired = true;
                problem.Advice = null;
            }

            problems.Add(problem);
        }

        return problems;
    }

    private List<StoreProblem> CheckContainers(RecordStore records)
    {
        var problems = new List<StoreProblem>();
        foreach (var id in records.Ids())
        {
            try
            {
                records.Read(id);
            }
            catch (InvalidContentException e)
            {
                problems.Add(new StoreProblem
                {
                    Kind = StoreProblemKind.Container,
                    Item = id,
                    Message = e.Message,
                    Advice = $"What it has written is in '{Path.Combine(_paths.ContainerOf(id), "upper")}'. Save that, then delete the folder above it.",
                });
            }
        }

        return problems;
    }

    private IEnumerable<StoreProblem> CheckVolumes(RecordStore records)
    {
        var problems = new List<StoreProblem>();
        var volumes = _containers.Volumes.List(damaged: e => problems.Add(new StoreProblem
        {
            Kind = StoreProblemKind.Volume,
            Item = $"{e.Target}",
            Message = e.Message,
            Advice = $"Its content is in '{Path.Combine(_paths.Volumes, $"{e.Target}", "data")}'. Save that, then remove the volume and make it again.",
        })).Select(static volume => volume.Name).Concat(problems.Select(static problem => problem.Item)).ToHashSet(StringComparer.Ordinal);
        foreach (var user in new VolumeUsers(records, new KernelView(_paths)).Find(null).Where(user => !volumes.Contains(user.Volume)))
        {
            problems.Add(new StoreProblem
            {
                Kind = StoreProblemKind.Volume,
                Item = user.Volume,
                UsedBy = [user.Container],
                Message = "the volume of a container is not there",
                Advice = $"New-ContainerVolume {user.Volume} makes an empty one.",
            });
        }

        return problems;
    }
}
