namespace ContainerPS.Engine.Build;

/// <summary>A Dockerfile as text taken apart.</summary>
/// <param name="FileName">Its name.</param>
/// <param name="Directives">Parser directives.</param>
/// <param name="Instructions">Its instructions, in order.</param>
/// <param name="EmptyContinuations">Empty lines within instructions: the first of each instruction.</param>
internal sealed record SyntaxTree(string FileName, ParserDirectives Directives, IReadOnlyList<RawInstruction> Instructions, IReadOnlyList<SourceLocation> EmptyContinuations);
