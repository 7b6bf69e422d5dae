namespace ContainerPS.Engine.Build;

/// <summary>A variable of ARG.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Default">Its value when the build is given none, or null.</param>
internal readonly record struct BuildArgument(string Name, string? Default);
