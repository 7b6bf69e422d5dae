using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Build;

/// <summary>Changes that ConvertTo-Image is given, as instructions of a Dockerfile.</summary>
internal static class CommitChanges
{
    private const string Parameter = "Change";

    /// <summary>What an image says with the changes.</summary>
    /// <param name="config">What it would say without.</param>
    /// <param name="changes">The instructions.</param>
    /// <exception cref="InvalidSettingException">One is no instruction, or does more than change what an image says.</exception>
    internal static ContainerConfig Apply(ContainerConfig config, IReadOnlyList<string> changes)
    {
        var draft = new ImageDraft(config, null);
        for (var i = 0; i < changes.Count; i++)
        {
            try
            {
                Apply(draft, Dockerfile.ParseInstruction(changes[i], new SourceLocation(Parameter, i + 1, i + 1)));
            }
            catch (DockerfileException e)
            {
                throw new InvalidSettingException(Parameter, changes[i], $"-Change '{changes[i]}' is refused. {e.Reason}");
            }
        }

        return draft.Config;
    }

    private static void Apply(ImageDraft draft, Instruction instruction)
    {
        var variables = new VariableTable();
        foreach (var variable in draft.Config.Env ?? [])
            if (variable.IndexOf('=') is > 0 and var equals) variables.Set(variable[..equals], variable[(equals + 1)..]);
        instruction = Expander.Expand(instruction, variables, '\\').Value;
        switch (instruction)
        {
            case WorkdirInstruction workdir:
                draft.Config.WorkingDir = WorkingDirectory.Of(draft.Config.WorkingDir, workdir.Path);
                break;
            case MaintainerInstruction:
                throw new DockerfileException(instruction.Location, "Name the author with -Author.");
            default:
                ConfigInstructions.Apply(instruction, draft);
                break;
        }
    }
}
