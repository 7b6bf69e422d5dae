namespace ContainerPS.Engine.Build;

/// <summary>FROM and ONBUILD.</summary>
internal static partial class InstructionReader
{
    private static FromInstruction From(RawInstruction raw)
    {
        var flags = FlagSet.Read(raw, new FlagRule("platform"));
        var words = CommandSplitter.SplitAtSpaces(raw.Arguments);
        switch (words.Count)
        {
            case 0:
                throw raw.Fault("FROM has nothing after it. It takes an image, such as debian:12, or scratch.");
            case 1:
                return new(raw) { Image = words[0], Platform = flags.Text("platform") };
            case 3 when words[1].Equals("as", StringComparison.OrdinalIgnoreCase):
                var name = words[2].ToLowerInvariant();
                if (!IsStageName(name))
                    throw raw.Fault($"A stage cannot be called '{Shorten(words[2])}'. Begin with a letter, and go on with letters, digits, '-', '_' and '.'.");
                return new(raw) { Image = words[0], Platform = flags.Text("platform"), Name = name, WrittenName = words[2], WrittenAs = words[1] };
            default:
                throw raw.Fault($"FROM takes an image, or an image, AS and a name, and there is '{Shorten(raw.Arguments)}'.");
        }
    }

    private static bool IsStageName(string name)
    {
        if (!char.IsAsciiLetterLower(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '_' or '.'))
                return false;
        }

        return true;
    }

    private static OnBuildInstruction OnBuild(RawInstruction raw, char escape)
    {
        FlagSet.Read(raw);
        if (raw.Arguments.Length == 0)
            throw raw.Fault("ONBUILD has nothing after it. It takes an instruction, such as COPY . /src.");
        var inner = SyntaxReader.ReadLine(raw.Arguments, escape, raw.Location, raw.Comments) with { Heredocs = raw.Heredocs };
        if (inner.Name is "ONBUILD" or "FROM" or "MAINTAINER")
            throw raw.Fault($"ONBUILD cannot have {inner.Name} after it.");

        // The image keeps text, and whoever builds on it reads that anew.
        var trigger = new System.Text.StringBuilder(raw.Arguments);
        foreach (var heredoc in raw.Heredocs)
            trigger.Append('\n').Append(heredoc.Content).Append(heredoc.Name);
        return new(raw) { Trigger = trigger.ToString(), Inner = Read(inner, escape) };
    }
}
