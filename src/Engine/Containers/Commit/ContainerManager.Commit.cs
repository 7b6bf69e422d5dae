using ContainerPS.Engine.Events;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Makes an image of a container: its image, and what was changed in it. What is mounted in it is not included. Its processes are paused meanwhile.</summary>
    /// <param name="id">The container, running or not.</param>
    /// <param name="settings">How.</param>
    /// <param name="change">Makes of what the image would say what it says.</param>
    /// <param name="cancellation">Gives up; nothing is left behind.</param>
    /// <exception cref="InvalidReferenceException">A name is no image name.</exception>
    /// <exception cref="InvalidContainerStateException">The container was removed meanwhile.</exception>
    internal Image Commit(string id, CommitSettings settings, Func<ContainerConfig, ContainerConfig> change, CancellationToken cancellation)
    {
        var names = settings.Names.Select(NameOf).ToList();
        var record = ReadRecord(id);
        var asked = CommittedConfig.Of(record.Settings, record.ImageConfig);
        var config = change(asked);
        var createdBy = string.Join(' ', asked.Cmd ?? []);
        var image = WhilePaused(record, settings.Pause, () => _images.Commit(
            new CommitRequest
            {
                ImageId = record.ImageId,
                Config = config,
                CreatedBy = createdBy,
                Author = settings.Author,
                Message = settings.Message,
                Names = names,
                WriteLayer = destination => WriteChanges(record, destination, cancellation),
            },
            cancellation));
        _events.Write(EventAction.Commit, record, ("imageID", image.ImageId));
        return image;
    }

    private static ImageReference NameOf(string name)
    {
        var reference = ImageReference.Parse(name);
        return reference.Digest is null ? reference.WithDefaultTag() : throw new InvalidSettingException("Name", name, $"The name '{name}' has a digest; a digest follows from the content and cannot be given.");
    }

    // One that does not run cannot be started meanwhile.
    private T WhilePaused<T>(ContainerRecord record, bool pause, Func<T> action)
    {
        RunState state;
        using (var held = _records.Lock(record.Id))
        {
            if (_records.Read(record.Id) is null) throw new ContainerNotFoundException(record.Name);
            state = _kernel.Read(record.Id);
            if (!state.IsMonitored) return action();
        }

        using (pause && state.IsRunning ? Hold(record) : null) return action();
    }

    // Null when somebody else has paused it, perhaps just now.
    private PausedContainer? Hold(ContainerRecord record)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (_cgroups.IsFrozen(record.Id)) return null;
            try
            {
                return PausedContainer.Pause(_launcher.ExecutablePath, _paths.Run, record, () => Thaw(record.Id));
            }
            catch (InvalidContainerStateException) when (attempt < 3 && _kernel.Read(record.Id).IsRunning)
            {
                // It is looked at again.
            }
        }
    }

    private LayerContent WriteChanges(ContainerRecord record, Stream destination, CancellationToken cancellation)
    {
        var content = LayerWriter.Write(
            UpperOf(record),
            destination,
            new LayerWriteOptions
            {
                Places = StartPlaces.All,
                Lower = () => OverlayView.Read(record.LayerPaths),
                Merged = () => OverlayView.Read([UpperOf(record), .. record.LayerPaths]),
            },
            cancellation);

        // One that runs may end, and its files go with it when it is to be removed then.
        if (_records.Read(record.Id) is not null) return content;
        throw new InvalidContainerStateException(record.Name, $"The container '{record.Name}' was removed while an image was made of it.");
    }
}
