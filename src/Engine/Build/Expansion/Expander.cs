using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Build;

/// <summary>
/// Puts variables into instructions, in those fields in which Docker does (Dockerfile reference, "Environment replacement"). Quotation marks and
/// escapes of these fields are resolved at the same time, so an instruction is to be expanded once, with or without variables. What all of an
/// instruction's fields see is what was set before it.
/// </summary>
internal static class Expander
{
    /// <summary>Puts variables into an instruction.</summary>
    /// <param name="instruction">The instruction as it is written.</param>
    /// <param name="variables">What is set.</param>
    /// <param name="escape">The Dockerfile's escape character.</param>
    /// <exception cref="DockerfileException">A quotation mark or brace is not closed, a variable must be set, or what comes out is wrong.</exception>
    internal static Expanded<T> Expand<T>(T instruction, IVariables variables, char escape)
        where T : Instruction
    {
        var expansion = new Expansion(variables, escape, instruction.Location);
        Instruction result = instruction switch
        {
            FromInstruction stage => stage with { Image = expansion.Word(stage.Image), Platform = expansion.WordOrNull(stage.Platform) },
            EnvInstruction env => env with { Variables = expansion.Pairs(env.Variables) },
            LabelInstruction label => label with { Labels = expansion.Pairs(label.Labels) },
            AddInstruction add => expansion.Files(add with { Checksum = expansion.WordOrNull(add.Checksum) }),
            CopyInstruction copy => expansion.Files(copy),
            RunInstruction { Mounts.Count: > 0 } run => run with { Mounts = expansion.Mounts(run.Mounts) },
            ExposeInstruction expose => expose with { Ports = expansion.SplitWords(expose.Ports) },
            VolumeInstruction volume => volume with { Paths = expansion.Words(volume.Paths) },
            WorkdirInstruction workdir => workdir with { Path = expansion.Word(workdir.Path) },
            UserInstruction user => user with { User = expansion.Word(user.User) },
            StopSignalInstruction signal => signal with { Signal = KnownSignal(expansion.Word(signal.Signal), signal.Location) },
            ArgInstruction arg => arg with { Arguments = expansion.Arguments(arg.Arguments) },
            _ => instruction,
        };
        return new((T)result, expansion.Used, expansion.Undefined);
    }

    /// <summary>Puts variables into a text, such as the value of an ARG.</summary>
    /// <exception cref="DockerfileException">A quotation mark or brace is not closed, or a variable must be set.</exception>
    internal static Expanded<string> Expand(string text, IVariables variables, char escape, SourceLocation location) =>
        ShellLexer.Word(text, variables, new(escape), location);

    private static string KnownSignal(string name, SourceLocation location) =>
        SignalName.TryParse(name, out _) ? name : throw new DockerfileException(location, $"STOPSIGNAL has '{name}', and there is no such signal. Use a name such as SIGTERM, or a number from 1 to 64.");
}
