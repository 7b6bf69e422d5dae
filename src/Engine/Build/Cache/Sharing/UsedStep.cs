using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>A step that a build has done or found.</summary>
/// <param name="Key">What its result follows from.</param>
/// <param name="Layer">Its layer.</param>
/// <param name="Text">The instruction.</param>
internal sealed record UsedStep(Digest Key, BuildLayer Layer, string Text);
