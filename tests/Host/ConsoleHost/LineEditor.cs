using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text;

namespace ContainerPS.TestHost;

/// <summary>One line of input with the usual keys: arrows, Home, End, Backspace, Delete, Ctrl+A/C/D/E/K/L/U, history by Up and Down, completion by Tab.</summary>
internal sealed class LineEditor(Runspace runspace)
{
    private readonly List<string> _history = [];
    private readonly StringBuilder _text = new();
    private string _prompt = string.Empty;
    private int _cursor;
    private int _historyIndex;
    private CommandCompletion? _completion;

    /// <summary>The line, or null at the end of input (Ctrl+D on an empty line).</summary>
    public string? ReadLine(string prompt)
    {
        _prompt = prompt;
        _text.Clear();
        _cursor = 0;
        _historyIndex = _history.Count;
        _completion = null;
        bool cancelAsInput = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            Draw();
            while (true)
            {
                ConsoleKeyInfo key = Console.ReadKey(intercept: true);
                if (key.Key == ConsoleKey.Enter)
                    return Accept();
                if (IsControl(key, ConsoleKey.D) && _text.Length == 0)
                {
                    Console.Out.WriteLine();
                    return null;
                }

                if (IsControl(key, ConsoleKey.C))
                {
                    Console.Out.WriteLine("^C");
                    return string.Empty;
                }

                Handle(key);
                Draw();
            }
        }
        finally
        {
            Console.TreatControlCAsInput = cancelAsInput;
        }
    }

    private static bool IsControl(ConsoleKeyInfo key, ConsoleKey letter) =>
        key.Key == letter && (key.Modifiers & ConsoleModifiers.Control) != 0;

    private string Accept()
    {
        _cursor = _text.Length;
        Draw();
        Console.Out.WriteLine();
        string line = _text.ToString();
        if (line.Trim().Length > 0 && (_history.Count == 0 || _history[^1] != line))
            _history.Add(line);
        return line;
    }

    private void Handle(ConsoleKeyInfo key)
    {
        if (key.Key == ConsoleKey.Tab)
        {
            Complete(forward: (key.Modifiers & ConsoleModifiers.Shift) == 0);
            return;
        }

        _completion = null;
        if ((key.Modifiers & ConsoleModifiers.Control) != 0 && HandleControl(key.Key))
            return;
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow:
                _cursor = Math.Max(0, _cursor - 1);
                break;
            case ConsoleKey.RightArrow:
                _cursor = Math.Min(_text.Length, _cursor + 1);
                break;
            case ConsoleKey.Home:
                _cursor = 0;
                break;
            case ConsoleKey.End:
                _cursor = _text.Length;
                break;
            case ConsoleKey.Backspace when _cursor > 0:
                _text.Remove(--_cursor, 1);
                break;
            case ConsoleKey.Delete when _cursor < _text.Length:
                _text.Remove(_cursor, 1);
                break;
            case ConsoleKey.UpArrow:
                Recall(_historyIndex - 1);
                break;
            case ConsoleKey.DownArrow:
                Recall(_historyIndex + 1);
                break;
            case ConsoleKey.Escape:
                Replace(string.Empty);
                break;
            default:
                if (key.KeyChar >= ' ')
                    _text.Insert(_cursor++, key.KeyChar);
                break;
        }
    }

    private bool HandleControl(ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.A:
                _cursor = 0;
                return true;
            case ConsoleKey.E:
                _cursor = _text.Length;
                return true;
            case ConsoleKey.K:
                _text.Length = _cursor;
                return true;
            case ConsoleKey.U:
                _text.Remove(0, _cursor);
                _cursor = 0;
                return true;
            case ConsoleKey.L:
                Console.Clear();
                return true;
            default:
                return false;
        }
    }

    private void Recall(int index)
    {
        if (index < 0 || index > _history.Count)
            return;
        _historyIndex = index;
        Replace(index == _history.Count ? string.Empty : _history[index]);
    }

    private void Replace(string text)
    {
        _text.Clear().Append(text);
        _cursor = text.Length;
    }

    private void Complete(bool forward)
    {
        if (_completion is null)
        {
            using PowerShell shell = PowerShell.Create();
            shell.Runspace = runspace;
            _completion = CommandCompletion.CompleteInput(_text.ToString(), _cursor, new System.Collections.Hashtable(), shell);
        }

        if (_completion.GetNextResult(forward) is not { } result)
            return;
        _text.Remove(_completion.ReplacementIndex, _completion.ReplacementLength).Insert(_completion.ReplacementIndex, result.CompletionText);
        _completion.ReplacementLength = result.CompletionText.Length;
        _cursor = _completion.ReplacementIndex + result.CompletionText.Length;
    }

    /// <summary>Redraws the line; one that is longer than the window is shown from where the cursor still fits.</summary>
    private void Draw()
    {
        int room = Math.Max(10, ConsoleRawUserInterface.Width - 1 - _prompt.Length);
        int first = Math.Max(0, _cursor - room);
        string shown = _text.ToString(first, Math.Min(room, _text.Length - first));
        var line = new StringBuilder("\r\u001b[K").Append(_prompt).Append(shown);
        int back = shown.Length - (_cursor - first);
        if (back > 0)
            line.Append("\u001b[").Append(back).Append('D');
        Console.Out.Write(line);
    }
}
