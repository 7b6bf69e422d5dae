namespace ContainerPS.Engine.Build;

/// <summary>Goes through a text line by line. Only a line feed ends a line; carriage returns before it belong to the end.</summary>
internal sealed class LineCursor(string text)
{
    private int _next;

    /// <summary>Number of the line that was read last, from 1; 0 at first.</summary>
    internal int Number { get; private set; }

    /// <summary>Where that line begins.</summary>
    internal int Start { get; private set; }

    /// <summary>Where the line after it begins.</summary>
    internal int Next => _next;

    /// <summary>The line that was read last, without its end.</summary>
    internal ReadOnlySpan<char> Line => text.AsSpan(Start, _next - Start).TrimEnd("\r\n");

    /// <summary>Reads a line; false at the end of the text.</summary>
    internal bool Read()
    {
        if (_next == text.Length)
            return false;
        Start = _next;
        var end = text.IndexOf('\n', _next);
        _next = end < 0 ? text.Length : end + 1;
        Number++;
        return true;
    }

    /// <summary>The text from a place to the beginning of the line that was read last.</summary>
    internal string TextFrom(int start) => text[start..Start];
}
