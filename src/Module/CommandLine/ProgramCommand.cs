using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>
/// Cmdlets whose last words are a program's command line: <c>Invoke-Container debian ls -la</c>. Up to the program's name words are the cmdlet's own, from
/// there on the program's, as with Docker. Before the program Docker's letters work (<c>-it</c>, <c>-e A=1</c>, <c>-m 200M</c>).
/// </summary>
public abstract class ProgramCommand : EngineCommand
{
    internal const string CommandName = nameof(Command);

    // A letter is declared here when PowerShell would otherwise bind it to a parameter that begins with it, its common ones included, or find it
    // ambiguous. So are common pairs of letters, as aliases: ls -lo, grep -in, cp -pr. Any other letter reaches the program untouched.
    private static readonly string[] s_letters = ["a", "b", "c", "d", "e", "g", "h", "i", "l", "m", "n", "o", "p", "r", "s", "t", "u", "v", "w", "la", "it", "dit"];

    private CommandLine? _commandLine;

    /// <summary>The program and its arguments; -Command with an array where a word could be mistaken.</summary>
    [Parameter(Position = 1, ValueFromRemainingArguments = true)]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public object[] Command { get; set; } = [];

    /// <summary>The program's standard input, with -Interactive; or the objects that the command is about.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; }

    /// <summary>A letter that belongs to programs.</summary>
    [Parameter(DontShow = true), DockerLetter]
    [Alias("an")]
    public SwitchParameter A { get; set; }

    /// <summary>A letter that belongs to programs.</summary>
    [Parameter(DontShow = true), DockerLetter]
    public SwitchParameter B { get; set; }

    /// <summary>Docker's letter.</summary>
    [Parameter(DontShow = true), DockerLetter]
    [Alias("cp")]
    public SwitchParameter C { get; set; }

    /// <summary>Docker's letter.</summary>
    [Parameter(DontShow = true), DockerLetter]
    public SwitchParameter D { get; set; }

    /// <summary>Docker's letter.</summary>
    [Parameter(DontShow = true), DockerLetter]
    public SwitchParameter E { get; set; }

    /// <summary>A letter that belongs to programs.</summary>
    [Parameter(DontShow = true), DockerLetter]
    public SwitchParameter G { get; set; }

    /// <summary>Docker's letter.</summary>
    [Parameter(DontShow = true), DockerLetter]
    public SwitchParameter H { get; set; }

    /// <summary>Docker's letter.</summary>
    [Parameter(DontShow = true), DockerLetter]
    [Alias("in")]
    public SwitchParameter I { get; set; }

    /// <summary>Docker's letter.</summary>
    [Parameter(DontShow = true), DockerLetter]
    [Alias("lo")]
    public SwitchParameter L { get; set; }

    /// <summary>Docker's letter.</summary>
    [Parameter(DontShow = true), DockerLetter]
    public SwitchParameter M { get; set; }

    /// <summary>A letter that belongs to programs.</summary>
    [Parameter(DontShow = true), DockerLetter]
    [Alias("no")]
    public SwitchParameter N { get; set; }

    /// <summary>A letter that belongs to programs.</summary>
    [Parameter(DontShow = true), DockerLetter]
    public SwitchParameter O { get; set; }

    /// <summary>A letter that belongs to programs.</summary>
    [Parameter(DontShow = true), DockerLetter]
    [Alias("pr")]
    public SwitchParameter P { get; set; }

    /// <summary>A letter that belongs to programs.</summary>
    [Parameter(DontShow = true), DockerLetter]
    public SwitchParameter R { get; set; }

    /// <summary>A letter that belongs to programs.</summary>
    [Parameter(DontShow = true), DockerLetter]
    [Alias("sh")]
    public SwitchParameter S { get; set; }

    /// <summary>Docker's letter.</summary>
    [Parameter(DontShow = true), DockerLetter]
    public SwitchParameter T { get; set; }

    /// <summary>Docker's letter.</summary>
    [Parameter(DontShow = true), DockerLetter]
    public SwitchParameter U { get; set; }

    /// <summary>Docker's letter.</summary>
    [Parameter(DontShow = true), DockerLetter]
    public SwitchParameter V { get; set; }

    /// <summary>Docker's letter.</summary>
    [Parameter(DontShow = true), DockerLetter]
    public SwitchParameter W { get; set; }

    /// <summary>Letters that belong to programs, as in <c>ls -la</c>.</summary>
    [Parameter(DontShow = true), DockerLetter]
    public SwitchParameter La { get; set; }

    /// <summary>Docker's letters together.</summary>
    [Parameter(DontShow = true), DockerLetter]
    [Alias("ti")]
    public SwitchParameter It { get; set; }

    /// <summary>Docker's letters together.</summary>
    [Parameter(DontShow = true), DockerLetter]
    [Alias("dti", "idt", "itd", "tdi", "tid")]
    public SwitchParameter Dit { get; set; }

    /// <summary>Name of the parameter that takes the first word.</summary>
    private protected abstract string SubjectName { get; }

    /// <summary>True when -Confirm or -WhatIf was the program's word: PowerShell must then not be asked.</summary>
    private protected bool SkipsConfirmation { get; private set; }

    /// <summary>Whether a letter takes a value; null when there is no such letter.</summary>
    private protected abstract bool? LetterTakesValue(string letter);

    /// <summary>Sets what a letter stands for.</summary>
    private protected abstract void SetLetter(string letter, object? value);

    /// <summary>What was typed, understood. The first call decides.</summary>
    /// <param name="subjectGiven">True when the pipeline gives the image or container.</param>
    private protected CommandLine ReadCommandLine(bool subjectGiven)
    {
        if (_commandLine is not null)
            return _commandLine;
        var bound = MyInvocation.BoundParameters;
        bound.TryGetValue(SubjectName, out var subject);

        // Without a dash there is nothing to put right, and a command made by a program's calls has no text.
        var statement = PSObject.AsPSObject(MyInvocation).Properties["Statement"]?.Value as string ?? "";
        var tokens = statement.Contains('-') || statement.Contains('@') ? CommandLineToken.Read(statement, name => SessionState.PSVariable.GetValue(name)) : null;
        if (tokens is null || tokens.Count == 0)
            return _commandLine = Plain(subject, subjectGiven);

        var reader = new CommandLineReader(tokens, new ParameterTable(MyInvocation.MyCommand), SubjectName, bound!, Command, LetterTakesValue);
        _commandLine = reader.Read(subjectGiven);
        if (_commandLine.Subject is string dashed && dashed.StartsWith("--", StringComparison.Ordinal))
            throw DockerWords.Refusal(MyInvocation.MyCommand.Name, dashed, null);
        foreach (var (letter, value) in _commandLine.Letters)
            SetLetter(letter, value);
        foreach (var parameter in _commandLine.Unbound)
            Unset(parameter);
        foreach (var word in _commandLine.Suspects)
            WriteWarning($"{word} stands after the program's name and was given to the program. Parameters of {MyInvocation.MyCommand.Name} come before it.");
        return _commandLine;
    }

    private CommandLine Plain(object? subject, bool subjectGiven)
    {
        foreach (var letter in s_letters)
        {
            if (MyInvocation.BoundParameters.ContainsKey(letter))
                throw new InvalidSettingException(letter, letter, $"'-{letter}' works only where it is typed. Use the parameter's full name.");
        }

        var words = Command.SelectMany(static word => CommandLineReader.Words(word));
        if (subjectGiven && subject is not null)
            words = words.Prepend(subject.ToString()!);
        return new CommandLine { Subject = subject, Program = [.. words] };
    }

    // What PowerShell bound by mistake is taken back; its own parameters are out of reach, but do no more than ask or talk.
    private void Unset(string parameter)
    {
        if (parameter is "Confirm" or "WhatIf")
            SkipsConfirmation = true;
        var property = GetType().GetProperty(parameter);
        if (property is null || parameter == SubjectName || parameter == CommandName)
            return;
        property.SetValue(this, property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : property.PropertyType.IsArray ? Array.CreateInstance(property.PropertyType.GetElementType()!, 0) : null);
    }
}
