namespace ContainerPS.Engine.Build;

/// <summary>What checks need to know of an image that a Dockerfile begins with.</summary>
/// <param name="Environment">Its variables.</param>
/// <param name="Shell">Its shell, empty when it says none.</param>
/// <param name="Triggers">Its ONBUILD instructions.</param>
internal sealed record BaseImage(IReadOnlyDictionary<string, string> Environment, IReadOnlyList<string> Shell, IReadOnlyList<string> Triggers)
{
    /// <summary>What every image has, and <c>scratch</c> alone.</summary>
    internal static readonly BaseImage Scratch = new(new Dictionary<string, string>(), [], []);
}
