namespace ContainerPS;

/// <summary>One resource limit.</summary>
/// <param name="Name">Name without prefix, such as <c>nofile</c>.</param>
/// <param name="Soft">Soft limit; -1 is unlimited.</param>
/// <param name="Hard">Hard limit; -1 is unlimited.</param>
public sealed record UlimitSetting(string Name, long Soft, long Hard);
