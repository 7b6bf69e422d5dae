namespace ContainerPS.Engine.Build;

/// <summary>Puts variables into the fields of one instruction, and remembers which.</summary>
internal sealed class Expansion(IVariables variables, char escape, SourceLocation location)
{
    private readonly List<string> _used = [];
    private readonly List<string> _undefined = [];
    private readonly HashSet<string> _seen = [];

    /// <summary>Variables that were set.</summary>
    internal IReadOnlyList<string> Used => _used;

    /// <summary>Variables that were not.</summary>
    internal IReadOnlyList<string> Undefined => _undefined;

    /// <summary>A field that is one text.</summary>
    internal string Word(string text) => Note(ShellLexer.Word(text, variables, new(escape), location));

    /// <summary>A field that may be missing.</summary>
    internal string? WordOrNull(string? text) => text is null ? null : Word(text);

    /// <summary>Fields that are one text each.</summary>
    internal IReadOnlyList<string> Words(IReadOnlyList<string> texts)
    {
        var words = new List<string>(texts.Count);
        foreach (var text in texts)
            words.Add(Word(text));
        return words;
    }

    /// <summary>Fields that may become several, or none.</summary>
    internal IReadOnlyList<string> SplitWords(IReadOnlyList<string> texts)
    {
        var words = new List<string>(texts.Count);
        foreach (var text in texts)
            words.AddRange(Note(ShellLexer.Words(text, variables, new(escape), location)));
        return words;
    }

    /// <summary>Names and values.</summary>
    internal IReadOnlyList<KeyValue> Pairs(IReadOnlyList<KeyValue> pairs)
    {
        var expanded = new List<KeyValue>(pairs.Count);
        foreach (var pair in pairs)
            expanded.Add(pair with { Key = Word(pair.Key), Value = Word(pair.Value) });
        return expanded;
    }

    /// <summary>Arguments of ARG: each sees the ones before it.</summary>
    internal IReadOnlyList<BuildArgument> Arguments(IReadOnlyList<BuildArgument> arguments)
    {
        var before = new VariableTable(variables);
        var inner = new Expansion(before, escape, location);
        var expanded = new List<BuildArgument>(arguments.Count);
        foreach (var argument in arguments)
        {
            var value = inner.WordOrNull(argument.Default);
            if (value is not null)
                before.Set(argument.Name, value, location);
            expanded.Add(argument with { Default = value });
        }

        Note(new Expanded<string>("", inner.Used, inner.Undefined));
        return expanded;
    }

    /// <summary>What ADD and COPY have in common. In here-documents, quotation marks are characters as any other, and a backslash always escapes.</summary>
    internal T Files<T>(T instruction)
        where T : FileInstruction
    {
        var files = new List<Heredoc>(instruction.Files.Count);
        foreach (var file in instruction.Files)
        {
            var content = file.Text;
            files.Add(file with
            {
                StripTabs = false,
                Content = file.Expand ? Note(ShellLexer.Word(content, variables, new('\\') { IgnoreQuotes = true, MaxLength = Dockerfile.MaxBytes }, location)) : content,
            });
        }

        return instruction with
        {
            Owner = WordOrNull(instruction.Owner),
            Mode = WordOrNull(instruction.Mode),
            Sources = Words(instruction.Sources),
            Destination = Word(instruction.Destination),
            Files = files,
        };
    }

    /// <summary>Mounts of RUN.</summary>
    internal IReadOnlyList<RunMount> Mounts(IReadOnlyList<RunMount> mounts)
    {
        var expanded = new List<RunMount>(mounts.Count);
        foreach (var mount in mounts)
            expanded.Add(RunMountReader.Read(mount.Text, Word, location));
        return expanded;
    }

    private TValue Note<TValue>(Expanded<TValue> expanded)
    {
        foreach (var name in expanded.Used)
        {
            if (_seen.Add(name))
                _used.Add(name);
        }

        foreach (var name in expanded.Undefined)
        {
            if (_seen.Add(name))
                _undefined.Add(name);
        }

        return expanded.Value;
    }
}
