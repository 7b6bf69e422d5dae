namespace ContainerPS.Engine.Build;

/// <summary>No variable at all.</summary>
internal sealed class NoVariables : IVariables
{
    /// <summary>The one there is.</summary>
    internal static readonly NoVariables Instance = new();

    /// <inheritdoc/>
    public IEnumerable<string> Names => [];

    /// <inheritdoc/>
    public string? Find(string name) => null;
}
