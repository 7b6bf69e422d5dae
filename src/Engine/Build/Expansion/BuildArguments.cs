namespace ContainerPS.Engine.Build;

/// <summary>Names and scopes of ARG (Dockerfile reference, "ARG").</summary>
internal static class BuildArguments
{
    private static readonly string[] s_proxies = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

    /// <summary>
    /// True of the arguments that every RUN has when they are given, without an ARG: <c>HTTP_PROXY</c> and its like, in capital or small letters. They are in
    /// no history and change no cache, unless an ARG names them.
    /// </summary>
    internal static bool IsProxy(string name) => Array.Exists(s_proxies, proxy => proxy.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The variables that there are before the first ARG: what is built, and on what.</summary>
    /// <param name="buildPlatform">This machine, such as <c>linux/amd64</c>.</param>
    /// <param name="targetPlatform">What is built for, such as <c>linux/arm/v7</c>.</param>
    /// <param name="targetStage">Name of the stage that is built, or null for the last when it has none.</param>
    /// <param name="given">Arguments that the build is given.</param>
    internal static VariableTable Platform(string buildPlatform, string targetPlatform, string? targetStage, IReadOnlyDictionary<string, string> given)
    {
        var table = new VariableTable();
        SetPlatform("BUILD", buildPlatform);
        SetPlatform("TARGET", targetPlatform);
        Set("TARGETSTAGE", string.IsNullOrEmpty(targetStage) ? "default" : targetStage);
        return table;

        void SetPlatform(string prefix, string platform)
        {
            var parts = platform.Split('/');
            Set(prefix + "PLATFORM", platform);
            Set(prefix + "OS", parts[0]);
            Set(prefix + "OSVERSION", "");
            Set(prefix + "ARCH", parts.Length > 1 ? parts[1] : "");
            Set(prefix + "VARIANT", parts.Length > 2 ? parts[2] : "");
        }

        void Set(string name, string value) => table.Set(name, given.GetValueOrDefault(name, value));
    }

    /// <summary>The variables that FROM sees: those of the platform, and the ARGs before the first FROM.</summary>
    /// <param name="dockerfile">The Dockerfile.</param>
    /// <param name="platform">Those of the platform; they stay as they are.</param>
    /// <param name="given">Arguments that the build is given.</param>
    /// <exception cref="DockerfileException">A value is not well-formed.</exception>
    internal static VariableTable Global(Dockerfile dockerfile, IVariables platform, IReadOnlyDictionary<string, string> given)
    {
        var table = new VariableTable(platform);
        foreach (var instruction in dockerfile.MetaArguments)
        {
            foreach (var argument in instruction.Arguments)
            {
                var value = given.GetValueOrDefault(argument.Name)
                    ?? (argument.Default is { } text ? Expander.Expand(text, table, dockerfile.Directives.Escape, instruction.Location).Value : null);
                if (value is not null)
                    table.Set(argument.Name, value, instruction.Location);
            }
        }

        return table;
    }

    /// <summary>
    /// Carries out an ARG in a stage: each of its variables has the value that the build is given, else its default, else the value of the same name
    /// before the first FROM, else none.
    /// </summary>
    /// <param name="instruction">The ARG as it is written.</param>
    /// <param name="variables">The stage's variables, which change.</param>
    /// <param name="global">What FROM sees.</param>
    /// <param name="given">Arguments that the build is given.</param>
    /// <param name="escape">The Dockerfile's escape character.</param>
    /// <returns>The variables with their values, null for none.</returns>
    /// <exception cref="DockerfileException">A default that counts is not well-formed.</exception>
    internal static Expanded<IReadOnlyList<BuildArgument>> Declare(
        ArgInstruction instruction, VariableTable variables, IVariables global, IReadOnlyDictionary<string, string> given, char escape)
    {
        var expansion = new Expansion(variables, escape, instruction.Location);
        var declared = new List<BuildArgument>(instruction.Arguments.Count);
        foreach (var argument in instruction.Arguments)
        {
            var value = given.GetValueOrDefault(argument.Name) ?? expansion.WordOrNull(argument.Default) ?? global.Find(argument.Name);
            if (value is not null)
                variables.Set(argument.Name, value, instruction.Location);
            declared.Add(new(argument.Name, value));
        }

        return new(declared, expansion.Used, expansion.Undefined);
    }
}
