using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>
/// Matches paths against a pattern's pieces: all ways through the pattern at once, one character after another, so the time is that of the path times
/// the pattern and no pattern is slow.
/// </summary>
internal static class PatternMatch
{
    // Of each piece there are two places to be at: before it, and within folders that it fits.
    private const int Places = 2;

    /// <summary>True when all of a path fits the whole pattern.</summary>
    internal static bool Matches(ReadOnlySpan<PatternToken> pattern, ReadOnlySpan<char> path)
    {
        var size = (pattern.Length + 1) * Places;
        Span<int> buffer = size <= 256 ? stackalloc int[size * 3] : new int[size * 3];
        var current = new PlaceSet(buffer[..size], buffer.Slice(size, size));
        var marks = buffer.Slice(size, size);
        var other = buffer.Slice(size * 2, size);
        marks.Clear();
        var step = 1;
        Enter(pattern, 0, ref current, step);
        foreach (var character in path.EnumerateRunes())
        {
            step++;
            var next = new PlaceSet(other, marks);
            foreach (var place in current.Places)
                Advance(pattern, place, character, ref next, step);
            if (next.Places.IsEmpty)
                return false;
            other = current.Buffer;
            current = next;
        }

        return current.Contains(pattern.Length * Places);
    }

    private static void Advance(ReadOnlySpan<PatternToken> pattern, int place, Rune character, ref PlaceSet next, int step)
    {
        var index = place / Places;
        if (index == pattern.Length)
            return;
        var token = pattern[index];
        var isSlash = character.Value == '/';
        switch (token.Kind)
        {
            case PatternTokenKind.Literal when token.Character == character:
            case PatternTokenKind.One when !isSlash:
            case PatternTokenKind.Class when token.Class!.Contains(character):
                Enter(pattern, index + 1, ref next, step);
                break;
            case PatternTokenKind.Star when !isSlash:
            case PatternTokenKind.Anything:
                Enter(pattern, index, ref next, step);
                break;
            case PatternTokenKind.Folders:
                next.Add((index * Places) + 1, step);
                if (isSlash)
                    Enter(pattern, index + 1, ref next, step);
                break;
        }
    }

    // Being before a piece that may fit nothing is being after it, too.
    private static void Enter(ReadOnlySpan<PatternToken> pattern, int index, ref PlaceSet set, int step)
    {
        while (set.Add(index * Places, step) && index < pattern.Length && pattern[index].Kind is PatternTokenKind.Star or PatternTokenKind.Anything or PatternTokenKind.Folders)
            index++;
    }

    // Places without order, none twice: a mark is the step in which its place was added.
    private ref struct PlaceSet(Span<int> buffer, Span<int> marks)
    {
        private readonly Span<int> _marks = marks;
        private int _count;

        internal Span<int> Buffer { get; } = buffer;

        internal readonly ReadOnlySpan<int> Places => Buffer[.._count];

        internal bool Add(int place, int step)
        {
            if (_marks[place] == step)
                return false;
            _marks[place] = step;
            Buffer[_count++] = place;
            return true;
        }

        internal readonly bool Contains(int place) => Places.Contains(place);
    }
}
