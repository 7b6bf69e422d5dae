namespace ContainerPS.Engine.Containers;

/// <summary>
/// Looks for the detach keys in what is typed. Those of them that have come are held back until it is clear whether the rest follows, so that the program
/// does not see them when it does.
/// </summary>
internal sealed class DetachFilter(DetachKeys? keys)
{
    private readonly byte[] _codes = keys?.Codes ?? [];
    private int _matched;

    /// <summary>Takes what was typed.</summary>
    /// <param name="typed">The bytes.</param>
    /// <param name="program">What of it, and of what was held back, is for the program.</param>
    /// <returns>True when the keys have been typed: nothing that comes after them is for the program.</returns>
    internal bool Take(ReadOnlySpan<byte> typed, List<byte> program)
    {
        program.Clear();
        foreach (var code in typed)
        {
            while (_matched > 0 && _codes[_matched] != code) GiveUpFirst(program);
            if (_codes.Length > 0 && _codes[_matched] == code) _matched++;
            else program.Add(code);
            if (_codes.Length == 0 || _matched < _codes.Length) continue;
            _matched = 0;
            return true;
        }

        return false;
    }

    // What is held back is the beginning of the keys; without its first byte another beginning may be left (a, a, b after a, a).
    private void GiveUpFirst(List<byte> program)
    {
        var held = _codes.AsSpan(0, _matched);
        do
        {
            program.Add(held[0]);
            held = held[1..];
        }
        while (!_codes.AsSpan().StartsWith(held));
        _matched = held.Length;
    }
}
