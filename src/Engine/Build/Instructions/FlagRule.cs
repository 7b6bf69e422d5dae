namespace ContainerPS.Engine.Build;

/// <summary>A flag that an instruction may have.</summary>
/// <param name="Name">Its name, without dashes.</param>
/// <param name="Kind">What it takes.</param>
internal readonly record struct FlagRule(string Name, FlagKind Kind = FlagKind.Text);
