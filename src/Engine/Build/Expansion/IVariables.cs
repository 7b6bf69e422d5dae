namespace ContainerPS.Engine.Build;

/// <summary>Variables at a point of a build: arguments and environment.</summary>
internal interface IVariables
{
    /// <summary>The names there are, to suggest one for a name that there is not.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>A variable's value, or null when it is not set.</summary>
    string? Find(string name);
}
