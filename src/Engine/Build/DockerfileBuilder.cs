namespace ContainerPS.Engine.Build;

/// <summary>Instructions as text → stages of typed instructions.</summary>
internal static class DockerfileBuilder
{
    /// <summary>Makes a Dockerfile.</summary>
    /// <exception cref="DockerfileException">An instruction is wrong, or there is no FROM before it.</exception>
    internal static Dockerfile Build(SyntaxTree tree)
    {
        var start = new SourceLocation(tree.FileName, 1, 1);
        if (tree.Instructions.Count == 0)
            throw new DockerfileException(start, "The Dockerfile has no instructions. Begin with FROM and an image, such as FROM debian:12.");
        var metaArguments = new List<ArgInstruction>();
        var stages = new List<Stage>();
        List<Instruction>? stage = null;
        foreach (var raw in tree.Instructions)
        {
            var instruction = InstructionReader.Read(raw, tree.Directives.Escape);
            switch (instruction)
            {
                case FromInstruction from:
                    stage = [];
                    stages.Add(new(from, stages.Count, stage));
                    break;
                case ArgInstruction arguments when stage is null:
                    metaArguments.Add(arguments);
                    break;
                default:
                    (stage ?? throw raw.Fault($"{raw.Name} comes before the first FROM. Only ARG may be there.")).Add(instruction);
                    break;
            }
        }

        return new()
        {
            FileName = tree.FileName,
            Directives = tree.Directives,
            MetaArguments = metaArguments,
            Stages = stages.Count > 0 ? stages : throw new DockerfileException(start, "The Dockerfile has no FROM. Add one with an image, such as FROM debian:12."),
            EmptyContinuations = tree.EmptyContinuations,
        };
    }

    /// <summary>Makes one instruction.</summary>
    /// <exception cref="DockerfileException">It is wrong, or begins a stage, or is none or several.</exception>
    internal static Instruction BuildOne(string text, SourceLocation location)
    {
        SyntaxTree tree;
        try
        {
            tree = SyntaxReader.Read(text, location.File);
        }
        catch (DockerfileException e)
        {
            throw new DockerfileException(location, e.Reason, e);
        }

        if (tree.Instructions.Count != 1)
            throw new DockerfileException(location, tree.Instructions.Count == 0 ? "There is no instruction." : $"There are {tree.Instructions.Count} instructions in '{text}', and one was expected.");
        var raw = tree.Instructions[0] with { Location = location };
        return raw.Name == "FROM" ? throw raw.Fault("FROM cannot be here.") : InstructionReader.Read(raw, tree.Directives.Escape);
    }
}
