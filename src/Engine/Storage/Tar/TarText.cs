using System.Text;

namespace ContainerPS.Engine.Storage;

/// <summary>Names from archives in messages.</summary>
internal static class TarText
{
    private const int Longest = 256;

    /// <summary>Bytes as text: UTF-8 where it is, \xNN where it isn't or where a terminal would act on it.</summary>
    internal static string Display(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder();
        while (name.Length > 0 && text.Length < Longest)
        {
            var status = Rune.DecodeFromUtf8(name, out var rune, out var used);
            if (status == System.Buffers.OperationStatus.Done && !Rune.IsControl(rune))
                text.Append(rune.ToString());
            else
                foreach (var b in name[..used]) text.Append($"\\x{b:x2}");
            name = name[used..];
        }

        return name.Length > 0 ? text.Append('…').ToString() : text.ToString();
    }

    /// <summary>A field of a header up to its first NUL.</summary>
    internal static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }
}
