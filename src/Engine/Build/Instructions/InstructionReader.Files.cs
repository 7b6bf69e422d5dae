namespace ContainerPS.Engine.Build;

/// <summary>ADD and COPY.</summary>
internal static partial class InstructionReader
{
    private static readonly FlagRule[] s_fileFlags = [new("chown"), new("chmod"), new("link", FlagKind.Boolean), new("exclude", FlagKind.Many)];

    private static AddInstruction Add(RawInstruction raw)
    {
        var flags = FlagSet.Read(raw, [.. s_fileFlags, new("keep-git-dir", FlagKind.Boolean), new("checksum"), new("unpack", FlagKind.Boolean)]);
        return Files(raw, flags, new AddInstruction(raw)
        {
            Checksum = flags.Text("checksum"),
            KeepGitDirectory = flags.Boolean("keep-git-dir"),
            Unpack = flags.Boolean("unpack"),
        });
    }

    private static CopyInstruction Copy(RawInstruction raw)
    {
        var flags = FlagSet.Read(raw, [.. s_fileFlags, new("from"), new("parents", FlagKind.Boolean)]);
        if (flags.Text("from") is { } from && from.IndexOf('$') is >= 0 and var dollar && dollar < from.Length - 1)
            throw raw.Fault($"'--from={Shorten(from)}' of COPY cannot have variables. Give the image a name with FROM … AS name, where variables can be, and copy from that.");
        return Files(raw, flags, new CopyInstruction(raw) { From = flags.Text("from"), Parents = flags.Boolean("parents") == true });
    }

    // What both have in common.
    private static T Files<T>(RawInstruction raw, FlagSet flags, T instruction)
        where T : FileInstruction
    {
        var (sources, files, destination) = Places(raw);
        return instruction with
        {
            Sources = sources,
            Files = files,
            Destination = destination,
            Owner = flags.Text("chown"),
            Mode = flags.Text("chmod"),
            Link = flags.Boolean("link") == true,
            Exclude = flags.All("exclude"),
        };
    }

    // The last word is the destination. Others are sources, or the files that here-documents are.
    private static (List<string> Sources, List<Heredoc> Files, string Destination) Places(RawInstruction raw)
    {
        var words = raw.Json ?? CommandSplitter.SplitAtSpaces(raw.Arguments);
        if (words.Count < 2)
            throw raw.Fault(words.Count == 0 ? $"{raw.Name} has nothing after it. It takes sources and a destination." : $"{raw.Name} has one path, '{Shorten(words[0])}', and takes sources and a destination.");
        var sources = new List<string>();
        var files = new List<Heredoc>();
        for (var i = 0; i < words.Count - 1; i++)
        {
            if (raw.Heredocs.Count > files.Count && HeredocReader.TryParse(words[i], raw.Location) is { } heredoc && heredoc.Name == raw.Heredocs[files.Count].Name)
                files.Add(raw.Heredocs[files.Count]);
            else
                sources.Add(words[i]);
        }

        if (files.Count < raw.Heredocs.Count)
            throw raw.Fault($"The here-document '{raw.Heredocs[files.Count].Name}' is not a source of {raw.Name}. Write <<{raw.Heredocs[files.Count].Name} without spaces, before the destination.");
        return (sources, files, words[^1]);
    }
}
