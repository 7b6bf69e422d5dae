using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>What COPY and mounts take files from: a context, or the files of a stage or an image.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Context">The context, or null.</param>
/// <param name="Ignore">What of the context does not count.</param>
/// <param name="Folders">Of a stage or an image, its folders, uppermost first.</param>
/// <param name="Top">Chain id of those; null when there are none.</param>
internal sealed record FileSource(string Name, BuildContext? Context, IgnoreFile Ignore, IReadOnlyList<string> Folders, Digest? Top)
{
    /// <summary>A context.</summary>
    internal static FileSource Of(BuildContext context, IgnoreFile ignore) => new(context.Name, context, ignore, [], null);

    /// <summary>A stage or an image.</summary>
    internal static FileSource Of(BuildState state, string name, LayerStore layers) => new(name, null, IgnoreFile.Nothing, state.Folders(layers), state.Top);

    /// <summary>Opens the tree.</summary>
    /// <param name="emptyFolder">Gives an empty folder, for a stage without files.</param>
    internal SourceTree Open(Func<string> emptyFolder)
    {
        if (Context is not null) return Context.Open(Ignore);
        return SourceTree.OfLayers(OverlayView.Read(Folders.Count == 0 ? [emptyFolder()] : Folders), Name, Folders);
    }
}
