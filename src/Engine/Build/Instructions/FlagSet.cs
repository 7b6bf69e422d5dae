namespace ContainerPS.Engine.Build;

/// <summary>The flags of an instruction, looked up by name.</summary>
internal sealed class FlagSet
{
    private readonly Dictionary<string, List<string>> _values = [];
    private readonly RawInstruction _instruction;

    private FlagSet(RawInstruction instruction) => _instruction = instruction;

    /// <summary>Reads flags.</summary>
    /// <param name="instruction">Whose.</param>
    /// <param name="rules">Those it may have.</param>
    /// <exception cref="DockerfileException">One is unknown, there twice, or without a value that it needs.</exception>
    internal static FlagSet Read(RawInstruction instruction, params ReadOnlySpan<FlagRule> rules)
    {
        var set = new FlagSet(instruction);
        foreach (var flag in instruction.Flags)
        {
            var equals = flag.IndexOf('=');
            var name = equals < 0 ? flag[2..] : flag[2..equals];
            var rule = Find(rules, name) ?? throw set.Unknown(name, rules);
            if (!set._values.TryGetValue(name, out var values))
                set._values[name] = values = [];
            if (values.Count > 0 && rule.Kind != FlagKind.Many)
                throw instruction.Fault($"{instruction.Name} has '--{name}' twice. Keep one.");
            values.Add(Value(instruction, rule, equals < 0 ? null : flag[(equals + 1)..]));
        }

        return set;
    }

    /// <summary>A flag's value, or null when it is not there or empty.</summary>
    internal string? Text(string name) => _values.TryGetValue(name, out var values) && values[0].Length > 0 ? values[0] : null;

    /// <summary>True or false when it is said.</summary>
    internal bool? Boolean(string name) => _values.TryGetValue(name, out var values) ? values[0] == "true" : null;

    /// <summary>All values of a flag that may be there more than once.</summary>
    internal IReadOnlyList<string> All(string name) => _values.TryGetValue(name, out var values) ? values : [];

    private static string Value(RawInstruction instruction, FlagRule rule, string? value)
    {
        if (rule.Kind != FlagKind.Boolean)
            return value ?? throw instruction.Fault($"'--{rule.Name}' of {instruction.Name} needs a value: --{rule.Name}=….");
        return value?.ToLowerInvariant() switch
        {
            null or "true" => "true",
            "false" => "false",
            _ => throw instruction.Fault($"'--{rule.Name}={value}' of {instruction.Name} is neither true nor false."),
        };
    }

    private static FlagRule? Find(ReadOnlySpan<FlagRule> rules, string name)
    {
        foreach (var rule in rules)
        {
            if (rule.Name == name)
                return rule;
        }

        return null;
    }

    private DockerfileException Unknown(string name, ReadOnlySpan<FlagRule> rules)
    {
        if (rules.IsEmpty)
            return _instruction.Fault($"{_instruction.Name} has no flags, and there is '--{name}'.");
        var names = new List<string>(rules.Length);
        foreach (var rule in rules)
            names.Add(rule.Name);
        return _instruction.Fault($"{_instruction.Name} has no flag '--{name}'.{(Suggestion.Find(name, names) is { } meant ? $" Did you mean --{meant}?" : $" It has --{string.Join(", --", names)}.")}");
    }
}
