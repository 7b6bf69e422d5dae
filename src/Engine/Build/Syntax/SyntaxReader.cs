using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>
/// Text → instructions: joins lines that go on, leaves out comments, takes in here-documents, and splits off keyword and flags
/// (Dockerfile reference, "Format").
/// </summary>
internal sealed class SyntaxReader
{
    private static readonly string[] s_withHeredocs = ["ADD", "COPY", "RUN"];

    private readonly string _fileName;
    private readonly LineCursor _lines;
    private readonly DirectiveReader _directives;
    private readonly List<RawInstruction> _instructions = [];
    private readonly List<SourceLocation> _emptyContinuations = [];
    private List<string> _comments = [];

    private SyntaxReader(string text, string fileName)
    {
        _fileName = fileName;
        _lines = new(text);
        _directives = new(fileName);
    }

    private char Escape => _directives.Directives.Escape;

    /// <summary>Reads a Dockerfile's text.</summary>
    /// <exception cref="DockerfileException">It is too large, or has a directive, an array or a here-document that is wrong.</exception>
    internal static SyntaxTree Read(string text, string fileName)
    {
        if (text.Length > Dockerfile.MaxBytes || Encoding.UTF8.GetByteCount(text) > Dockerfile.MaxBytes)
            throw new DockerfileException(new(fileName, 1, 1), $"The Dockerfile is larger than {Dockerfile.MaxBytes >> 20} MiB. What is to be in the image belongs into files that COPY takes.");
        var reader = new SyntaxReader(text.StartsWith('\uFEFF') ? text[1..] : text, fileName);
        while (reader._lines.Read())
            reader.ReadFromLine();
        return new(fileName, reader._directives.Directives, reader._instructions, reader._emptyContinuations);
    }

    /// <summary>Reads one instruction from its line: the one after ONBUILD.</summary>
    internal static RawInstruction ReadLine(string line, char escape, SourceLocation location, IReadOnlyList<string> comments)
    {
        var (keyword, rest) = CommandSplitter.SplitKeyword(line);
        var (flags, arguments) = CommandSplitter.SplitFlags(rest, escape);
        return new()
        {
            Keyword = keyword,
            Flags = flags,
            Arguments = arguments,
            Text = line.Trim(),
            Location = location,
            Comments = comments,
            Json = TakesJson(keyword) ? JsonWords.TryParse(JsonPart(keyword, arguments), location) : null,
        };
    }

    private void ReadFromLine()
    {
        var line = _lines.Line.TrimStart();
        if (_directives.Take(line, _lines.Number))
            return;
        if (line.StartsWith("#"))
        {
            TakeComment(line[1..].Trim());
            return;
        }

        if (line.IsEmpty)
        {
            _comments = [];
            return;
        }

        var first = _lines.Number;
        var text = ReadContinued(line, first);
        var location = new SourceLocation(_fileName, first, _lines.Number);
        var instruction = ReadLine(text, Escape, location, _comments);
        if (instruction.Keyword.Length == 0)
            throw instruction.Fault("A line goes on, and nothing follows. Take it away.");
        if (text.Contains("<<") && CanHaveHeredocs(instruction))
            instruction = ReadHeredocs(instruction, text);
        _instructions.Add(instruction);
        _comments = [];
    }

    // Comments say what to check, and what arguments and stages are; an empty one separates those from others.
    private void TakeComment(ReadOnlySpan<char> comment)
    {
        if (comment.IsEmpty)
            _comments = [];
        else
            _comments.Add(comment.ToString());
    }

    private string ReadContinued(ReadOnlySpan<char> line, int first)
    {
        if (!TryCutContinuation(ref line))
            return line.ToString();
        var text = new StringBuilder();
        text.Append(line);
        var hasEmptyLine = false;
        while (_lines.Read())
        {
            line = _lines.Line;
            var content = line.TrimStart();
            if (content.StartsWith("#"))
                continue;
            if (content.IsEmpty)
            {
                if (!hasEmptyLine)
                    _emptyContinuations.Add(new(_fileName, _lines.Number, _lines.Number));
                hasEmptyLine = true;
                continue;
            }

            var goesOn = TryCutContinuation(ref line);
            text.Append(line);
            if (!goesOn)
                break;
        }

        return text.ToString();
    }

    // The escape character at the end, perhaps with spaces after it, continues a line; two of them are a character.
    private bool TryCutContinuation(ref ReadOnlySpan<char> line)
    {
        var text = line.TrimEnd(" \t");
        if (text.IsEmpty || text[^1] != Escape || (text.Length > 1 && text[^2] == Escape))
            return false;
        line = text[..^1];
        return true;
    }

    private static bool CanHaveHeredocs(RawInstruction instruction)
    {
        var keyword = instruction.Name;
        if (keyword != "ONBUILD")
            return instruction.Json is null && s_withHeredocs.Contains(keyword);
        var (inner, rest) = CommandSplitter.SplitKeyword(instruction.Arguments);
        return s_withHeredocs.Contains(inner.ToUpperInvariant()) && JsonWords.TryParse(rest, instruction.Location) is null;
    }

    private RawInstruction ReadHeredocs(RawInstruction instruction, string text)
    {
        var heredocs = new List<Heredoc>();
        foreach (var heredoc in HeredocReader.Find(text, instruction.Location))
            heredocs.Add(HeredocReader.ReadContent(heredoc, _lines, instruction.Location));
        return instruction with { Heredocs = heredocs, Location = instruction.Location with { LastLine = _lines.Number } };
    }

    private static bool TakesJson(string keyword) => keyword.ToUpperInvariant() is "ADD" or "COPY" or "CMD" or "ENTRYPOINT" or "HEALTHCHECK" or "RUN" or "SHELL" or "VOLUME";

    private static string JsonPart(string keyword, string arguments) =>
        keyword.Equals("HEALTHCHECK", StringComparison.OrdinalIgnoreCase) ? CommandSplitter.SplitKeyword(arguments).After : arguments;
}
