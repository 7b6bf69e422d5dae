namespace ContainerPS.Engine.Build;

/// <summary>A check: its name, what it is about, and what to do when it finds something.</summary>
/// <param name="Name">Its name, as Docker has it.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Hint">What to do.</param>
/// <param name="IsExperimental">True when it is done on request alone.</param>
internal sealed record CheckRule(string Name, string Description, string Hint, bool IsExperimental = false);
