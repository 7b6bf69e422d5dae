namespace ContainerPS;

/// <summary>News of a build.</summary>
/// <param name="Step">The step.</param>
/// <param name="Event">What is new.</param>
/// <param name="Line">With <see cref="BuildEvent.Output"/>, a line that the program has written; with <see cref="BuildEvent.Message"/>, the message.</param>
public readonly record struct BuildProgress(BuildStep Step, BuildEvent Event, string? Line = null);
