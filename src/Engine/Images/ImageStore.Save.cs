using ContainerPS.Engine.Events;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Images;

public sealed partial class ImageStore
{
    /// <summary>Saves images to an archive or a folder. Blobs go into it as they are stored, verified: all digests stay as they are.</summary>
    /// <param name="request">What to save, where, and in which form.</param>
    /// <param name="progress">Told how far it has come, on any thread.</param>
    /// <param name="cancellation">Gives up; nothing is left behind.</param>
    /// <exception cref="ImageNotFoundException">There is no such image.</exception>
    /// <exception cref="InvalidSettingException">The form, the compression and the place do not go together.</exception>
    /// <exception cref="InvalidContentException">A part of an image is missing or damaged.</exception>
    /// <exception cref="NoSpaceException">The disk is full.</exception>
    public void Save(SaveRequest request, IProgress<SaveProgress>? progress, CancellationToken cancellation)
    {
        ImageSaver.Check(request);
        using var plan = Plan(request.Images);
        if (plan.Images.Count == 0) throw new ImageNotFoundException(string.Join(", ", request.Images));
        try
        {
            new ImageSaver(plan, request, progress, cancellation).Run();
            foreach (var image in plan.Images) Tell(EventAction.Save, _catalog.Describe(image.Entry).Named(image.Entry));
        }
        catch (IOException e) when (AtomicFile.IsNoSpace(e))
        {
            throw new NoSpaceException(request.Path ?? "the pipeline", e);
        }
    }

    private ExportPlan Plan(IReadOnlyList<string> images)
    {
        using var held = LockShared();
        return ExportPlan.Make(_index.Read(), images, _finder, _catalog, _content);
    }
}
