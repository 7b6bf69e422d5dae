using System.Diagnostics;
using System.Globalization;
using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>Builds images from Dockerfiles: text → instructions → steps → layers → image.</summary>
internal sealed class ImageBuilder(StorePaths paths, ImageStore images, ContainerManager containers)
{
    /// <summary>Builds.</summary>
    /// <param name="settings">What, and how.</param>
    /// <param name="progress">Told what happens, by several threads, one at a time.</param>
    /// <param name="cancellation">Gives up; steps that are done are kept for the next build.</param>
    /// <exception cref="DockerfileException">The Dockerfile is wrong.</exception>
    /// <exception cref="BuildStepException">A step has failed.</exception>
    internal BuildResult Build(BuildSettings settings, IProgress<BuildProgress>? progress, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var names = settings.Names.Select(NameOf).ToList();
        BuildNetwork.Validate(settings.Network);
        var platform = PlatformOf(settings);
        var log = new BuildLog(progress);
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            using var session = new BuildSession(paths, images, () => containers.ExecutablePath, settings, log, failing.Token)
            {
                LatestTime = SourceDate.Of(settings),
                MakesImage = settings.Output?.Kind is not (BuildOutputKind.Folder or BuildOutputKind.Tar),
            };
            var opener = new ContextOpener(() => session.Scratch, settings.Folder, failing.Token);
            var context = opener.Open(settings.Path, "Path");
            var (text, fileName) = ContextFiles.ReadDockerfile(settings, context);
            var dockerfile = Dockerfile.Parse(text, fileName);
            var ignore = ContextFiles.ReadIgnore(context, settings.Text is null ? settings.File : null, settings.Folder);
            var sources = new BuildSources(session, opener, context, ignore, platform);
            var platforms = (Show(Platforms.Host), Show(platform));
            var plan = new BuildPlanner(dockerfile, settings, platforms, sources.ConfigOf).Make();
            var warnings = Check(dockerfile, settings, platforms, ignore);
            var container = new StepContainer(session);
            var state = Run(session, plan, sources, container, failing);
            sources.Save();
            var (image, output) = Finish(session, state, names);
            session.Exports.Write();
            if (session.HasAddedSteps) new BuildCacheKeeper(paths, images, containers.ImageUsers).TrimNowAndThen();
            return new BuildResult
            {
                Image = image,
                Output = output,
                Steps = log.Steps,
                CacheHits = log.Steps.Count(static step => step.IsCached && !step.Text.StartsWith("FROM", StringComparison.OrdinalIgnoreCase)),
                Warnings = [.. warnings, .. Unused(settings, sources, plan, fileName), .. session.Imports.Failures.Select(failure => Unavailable(failure, fileName))],
                Duration = Stopwatch.GetElapsedTime(started),
            };
        }
        catch (IOException e) when (AtomicFile.IsNoSpace(e))
        {
            throw new NoSpaceException(paths.Root, e);
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw;
        }
    }

    private static BuildState Run(BuildSession session, BuildPlan plan, BuildSources sources, StepContainer container, CancellationTokenSource failing)
    {
        try
        {
            return StageScheduler.Run(plan, sources, stage => new StageBuilder(session, plan, stage, sources, container).Run(), failing.Cancel);
        }
        catch (Exception e) when (e is BuildStepException or DockerfileException)
        {
            // What is done need not be done again, after a power cut neither.
            session.Transaction.ConfirmLayers();
            throw;
        }
    }

    private (Image? Image, string? Output) Finish(BuildSession session, BuildState state, IReadOnlyList<ImageReference> names)
    {
        if (session.Settings.Output is not { } output) return (ImageAssembler.Make(session, state, names), null);
        var path = Path.GetFullPath(output.Path, session.Settings.Folder);
        if (!session.MakesImage)
        {
            FilesOutput.Write(session, state, output.Kind, path);
            session.Transaction.ConfirmLayers();
            return (null, path);
        }

        // It is in the store only for as long as it takes to save it.
        var there = images.List().Select(static image => image.ImageId).ToHashSet(StringComparer.Ordinal);
        var image = ImageAssembler.Make(session, state, []);
        images.Save(new SaveRequest { Images = [image.ImageId], Path = path, Format = output.Kind == BuildOutputKind.OciArchive ? ImageArchiveFormat.Oci : ImageArchiveFormat.Docker }, null, session.Cancellation);
        if (!there.Contains(image.ImageId)) images.Remove(image.ImageId, [], force: false);
        return (null, path);
    }

    private IReadOnlyList<DockerfileWarning> Check(Dockerfile dockerfile, BuildSettings settings, (string Build, string Target) platforms, IgnoreFile ignore)
    {
        var result = DockerfileCheck.Run(dockerfile, new CheckContext { Arguments = settings.Arguments, BuildPlatform = platforms.Build, TargetPlatform = platforms.Target, Ignored = ignore, FindImage = name => BaseImages.Find(images, name) });
        if (!result.FailsBuild) return result.Warnings;
        var first = result.Warnings[0];
        throw new DockerfileException(new SourceLocation(first.File, first.Line, first.LastLine), $"{first.Rule}: {first.Message} The Dockerfile says that a warning is an error.");
    }

    private static IEnumerable<DockerfileWarning> Unused(BuildSettings settings, BuildSources sources, BuildPlan plan, string fileName)
    {
        var declared = plan.Dockerfile.MetaArguments.SelectMany(static instruction => instruction.Arguments).Select(static argument => argument.Name).ToHashSet(StringComparer.Ordinal);
        var unused = settings.Arguments.Keys.Where(name => !sources.IsConsumed(name) && !declared.Contains(name) && !BuildArguments.IsProxy(name) && name != SourceDate.Name).Order(StringComparer.Ordinal).ToList();
        if (unused.Count == 0) yield break;
        yield return new DockerfileWarning
        {
            Rule = "UnusedBuildArgument",
            Description = "Arguments that are given are declared with ARG",
            Message = $"No ARG of the stages that were built has taken {string.Join(", ", unused)}.",
            Hint = "Declare it with ARG in the stage that uses it, or do not give it.",
            File = fileName,
            Line = 1,
            LastLine = 1,
        };
    }

    private static DockerfileWarning Unavailable(string failure, string fileName) => new()
    {
        Rule = "CacheUnavailable",
        Description = "Steps of other builds can be had",
        Message = failure,
        Hint = "Without them, the steps are done here.",
        File = fileName,
        Line = 1,
        LastLine = 1,
    };

    private static ImageReference NameOf(string name)
    {
        var reference = ImageReference.Parse(name);
        return reference.Digest is null ? reference.WithDefaultTag() : throw new InvalidSettingException("Name", name, $"The name '{name}' has a digest; a digest follows from the content and cannot be given.");
    }

    private static Platform PlatformOf(BuildSettings settings) => settings.Platform is { } platform ? Platforms.Parse(platform) : Platforms.Host;

    private static string Show(Platform platform) => Platforms.Show(platform.Os, platform.Architecture, platform.Variant);
}
