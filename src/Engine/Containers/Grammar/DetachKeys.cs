using System.Globalization;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// Keys that, typed one after another, let go of a program and leave it running: a letter or sign, <c>ctrl-</c> and a letter or one of <c>@ [ \ ] ^ _</c>,
/// or <c>DEL</c>, with commas between (<c>docker attach --detach-keys</c>).
/// </summary>
internal sealed class DetachKeys
{
    /// <summary>What is typed when nothing else is set.</summary>
    internal const string Default = "ctrl-p,ctrl-q";

    private const string Prefix = "ctrl-";

    private DetachKeys(byte[] codes) => Codes = codes;

    /// <summary>What the terminal sends for them.</summary>
    internal byte[] Codes { get; }

    /// <summary>Reads keys.</summary>
    /// <exception cref="InvalidSettingException">The text names no keys.</exception>
    internal static DetachKeys Parse(string text)
    {
        var names = text.Split(',');
        var codes = new byte[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            codes[i] = Code(names[i]) ?? throw new InvalidSettingException(
                nameof(DetachKeys),
                text,
                $"-DetachKeys '{text}' is refused: '{names[i]}' is no key. Give letters, ctrl- and a letter or one of @ [ \\ ] ^ _, or DEL, with commas between, as in 'ctrl-p,ctrl-q'.");
        }

        return new DetachKeys(codes);
    }

    private static byte? Code(string name)
    {
        if (name.Length == 1 && name[0] is > ' ' and < '\x7f') return (byte)name[0];
        if (string.Equals(name, "DEL", StringComparison.OrdinalIgnoreCase)) return 0x7f;
        if (name.Length != Prefix.Length + 1 || !name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return null;
        var key = char.ToUpper(name[^1], CultureInfo.InvariantCulture);
        return key is >= '@' and <= '_' ? (byte)(key - '@') : null;
    }
}
