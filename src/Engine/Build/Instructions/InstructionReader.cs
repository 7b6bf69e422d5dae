namespace ContainerPS.Engine.Build;

/// <summary>An instruction's text → the typed instruction, one method for each (Dockerfile reference).</summary>
internal static partial class InstructionReader
{
    private static readonly string[] s_keywords =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL",
        "USER", "VOLUME", "WORKDIR",
    ];

    /// <summary>Reads an instruction.</summary>
    /// <param name="raw">Its text.</param>
    /// <param name="escape">The character that escapes.</param>
    /// <exception cref="DockerfileException">There is no such instruction, or its flags or arguments are wrong.</exception>
    internal static Instruction Read(RawInstruction raw, char escape) => raw.Name switch
    {
        "ADD" => Add(raw),
        "ARG" => Arg(raw, escape),
        "CMD" => Cmd(raw),
        "COPY" => Copy(raw),
        "ENTRYPOINT" => Entrypoint(raw),
        "ENV" => Env(raw, escape),
        "EXPOSE" => Expose(raw),
        "FROM" => From(raw),
        "HEALTHCHECK" => HealthCheck(raw),
        "LABEL" => Label(raw, escape),
        "MAINTAINER" => Maintainer(raw),
        "ONBUILD" => OnBuild(raw, escape),
        "RUN" => Run(raw),
        "SHELL" => Shell(raw),
        "STOPSIGNAL" => StopSignal(raw),
        "USER" => User(raw),
        "VOLUME" => Volume(raw),
        "WORKDIR" => Workdir(raw),
        var name => throw raw.Fault($"There is no instruction '{Shorten(raw.Keyword)}'.{Suggestion.Sentence(name, s_keywords)}"),
    };

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
