namespace ContainerPS.Engine.Build;

/// <summary>Where something is written.</summary>
/// <param name="File">The file's name, as the caller gave it.</param>
/// <param name="FirstLine">Its first line, from 1.</param>
/// <param name="LastLine">Its last line.</param>
internal sealed record SourceLocation(string File, int FirstLine, int LastLine)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{FirstLine}";
}
