using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>Words as they are read.</summary>
internal sealed class WordList
{
    private readonly List<string> _words = [];
    private readonly StringBuilder _word = new();

    /// <summary>Adds to the word, which a space ends.</summary>
    internal void AddSplit(char c)
    {
        if (!char.IsWhiteSpace(c))
            _word.Append(c);
        else
            EndWord();
    }

    /// <summary>Adds to the word, which a space ends.</summary>
    internal void AddSplit(string text)
    {
        foreach (var c in text)
            AddSplit(c);
    }

    /// <summary>Adds to the word; a space is a part of it.</summary>
    internal void AddWhole(char c) => _word.Append(c);

    /// <summary>Adds to the word; spaces are a part of it.</summary>
    internal void AddWhole(string text) => _word.Append(text);

    /// <summary>The words. One that is empty is none, even when it was quoted.</summary>
    internal IReadOnlyList<string> Finish()
    {
        EndWord();
        return _words;
    }

    private void EndWord()
    {
        if (_word.Length == 0)
            return;
        _words.Add(_word.ToString());
        _word.Clear();
    }
}
