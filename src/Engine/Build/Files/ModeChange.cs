using System.Globalization;

namespace ContainerPS.Engine.Build;

/// <summary>A value of <c>--chmod</c>: octal, or symbolic as chmod(1) takes it (<c>u=rwX,go=rX</c>), with no umask.</summary>
internal sealed class ModeChange
{
    private const uint Everybody = 0x1ff; // 0777

    private readonly uint? _mode;
    private readonly IReadOnlyList<Clause> _clauses;

    private ModeChange(uint? mode, IReadOnlyList<Clause> clauses) => (_mode, _clauses) = (mode, clauses);

    /// <summary>The mode of directories that are made on the way, when the value is octal.</summary>
    internal uint? Octal => _mode;

    /// <summary>Reads a value.</summary>
    /// <exception cref="DockerfileException">It is neither.</exception>
    internal static ModeChange Parse(string text, SourceLocation location)
    {
        if (text.Length is > 0 and <= 6 && text.AsSpan().IndexOfAnyExceptInRange('0', '7') < 0)
        {
            var mode = Convert.ToUInt32(text, 8);
            return mode <= 0xfff ? new ModeChange(mode, []) : throw Refused(text, location);
        }

        var clauses = new List<Clause>();
        foreach (var part in text.Split(','))
            if (!TryParse(part, clauses)) throw Refused(text, location);
        return new ModeChange(null, clauses);
    }

    /// <summary>The mode that a file gets.</summary>
    /// <param name="mode">The mode it has.</param>
    /// <param name="isDirectory">True for a directory.</param>
    internal uint Apply(uint mode, bool isDirectory)
    {
        if (_mode is { } given) return given;
        foreach (var clause in _clauses) mode = clause.Apply(mode, isDirectory);
        return mode;
    }

    // [ugoa]* and then, once or more, an operator with its permissions.
    private static bool TryParse(string text, List<Clause> clauses)
    {
        uint who = 0;
        var at = 0;
        for (; at < text.Length && text[at] is 'u' or 'g' or 'o' or 'a'; at++)
            who |= text[at] switch { 'u' => 0x9c0u, 'g' => 0x438u, 'o' => 0x207u, _ => 0xfffu };
        if (at == text.Length) return false;
        while (at < text.Length)
        {
            var operation = text[at++];
            if (operation is not ('+' or '-' or '=')) return false;
            var start = at;
            while (at < text.Length && text[at] is not ('+' or '-' or '=')) at++;
            var permissions = text[start..at];
            var isCopy = permissions is "u" or "g" or "o";
            if (!isCopy && permissions.AsSpan().IndexOfAnyExcept("rwxXst") >= 0) return false;
            clauses.Add(new Clause(who == 0 ? 0xfffu : who, operation, permissions));
        }

        return true;
    }

    private static DockerfileException Refused(string text, SourceLocation location) =>
        new(location, $"'--chmod={text}' is refused. Give octal digits from 0 to 7777, or the symbolic form, such as u=rwX,go=rX.");

    private readonly record struct Clause(uint Who, char Operation, string Permissions)
    {
        internal uint Apply(uint mode, bool isDirectory)
        {
            var bits = Bits(mode, isDirectory) & Who;
            return Operation switch
            {
                '+' => mode | bits,
                '-' => mode & ~bits,

                // Of what was there nothing stays, but a directory's setuid and setgid.
                _ => (mode & ~(Who & (isDirectory ? Everybody | 0x200 : 0xfffu))) | bits,
            };
        }

        private uint Bits(uint mode, bool isDirectory)
        {
            if (Permissions is "u" or "g" or "o")
            {
                var shift = Permissions switch { "u" => 6, "g" => 3, _ => 0 };
                var one = (mode >> shift) & 7;
                return (one << 6) | (one << 3) | one;
            }

            uint bits = 0;
            foreach (var permission in Permissions)
            {
                bits |= permission switch
                {
                    'r' => 0x124u,
                    'w' => 0x92u,
                    'x' => 0x49u,
                    'X' => isDirectory || (mode & 0x49) != 0 ? 0x49u : 0,
                    's' => 0xc00u,
                    _ => 0x200u,
                };
            }

            return bits;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _mode is { } given ? Convert.ToString(given, 8) : string.Join(',', _clauses.Select(static clause => string.Create(CultureInfo.InvariantCulture, $"{clause.Who}{clause.Operation}{clause.Permissions}")));
}
