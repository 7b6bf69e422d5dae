namespace ContainerPS.Engine.Build;

/// <summary>Where <c>--from</c> of COPY or a mount leads.</summary>
/// <param name="Kind">To what.</param>
/// <param name="Stage">Number of the stage; -1 for anything else.</param>
/// <param name="Name">Name of the context or image.</param>
internal readonly record struct FileOrigin(FileOriginKind Kind, int Stage, string Name)
{
    /// <summary>The build context.</summary>
    internal static FileOrigin Context => new(FileOriginKind.Context, -1, "");
}
