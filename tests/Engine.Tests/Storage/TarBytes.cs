using System.Text;

namespace ContainerPS.Engine.Tests.Storage;

/// <summary>Tar archives made byte by byte, right or wrong, independent of the engine's own writer.</summary>
internal sealed class TarBytes
{
    private readonly MemoryStream _bytes = new();

    internal long Length => _bytes.Length;

    internal TarBytes File(string name, string content = "", uint mode = 0x1a4) => Entry(Latin(name), '0', Latin(content), mode: mode);

    internal TarBytes Directory(string name, uint mode = 0x1ed) => Entry(Latin(name), '5', mode: mode);

    internal TarBytes SymbolicLink(string name, string target) => Entry(Latin(name), '2', link: target);

    internal TarBytes HardLink(string name, string target) => Entry(Latin(name), '1', link: target);

    internal TarBytes Pax(params (string Key, string Value)[] records) => Extension('x', records);

    internal TarBytes GlobalPax(params (string Key, string Value)[] records) => Extension('g', records);

    /// <summary>An entry; strings are Latin-1, so that every byte can be given.</summary>
    internal TarBytes Entry(byte[] name, char type, byte[]? content = null, string link = "", uint mode = 0x1a4, long uid = 0, long gid = 0, long time = 1_000_000_000,
        long? size = null, string magic = "ustar\000", uint major = 0, uint minor = 0, Action<byte[]>? change = null)
    {
        var block = new byte[512];
        name.AsSpan(0, Math.Min(100, name.Length)).CopyTo(block);
        Octal(block, 100, 8, mode);
        Octal(block, 108, 8, uid);
        Octal(block, 116, 8, gid);
        Octal(block, 124, 12, size ?? content?.Length ?? 0);
        Octal(block, 136, 12, time);
        block[156] = (byte)type;
        Latin(link).CopyTo(block, 157);
        Latin(magic).CopyTo(block, 257);
        if (magic.Length > 0)
        {
            Octal(block, 329, 8, major);
            Octal(block, 337, 8, minor);
        }

        change?.Invoke(block);
        Checksum(block);
        _bytes.Write(block);
        return content is null ? this : Raw(content).Pad();
    }

    internal TarBytes Raw(byte[] bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    internal TarBytes Pad()
    {
        _bytes.Write(new byte[(int)(-_bytes.Length & 511)]);
        return this;
    }

    /// <summary>The archive with its end mark.</summary>
    internal byte[] ToArray() => [.. _bytes.ToArray(), .. new byte[1024]];

    internal byte[] ToArrayWithoutEnd() => _bytes.ToArray();

    internal static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    internal static byte[] Records(params (string Key, string Value)[] records)
    {
        var all = new MemoryStream();
        foreach (var (key, value) in records)
        {
            var length = key.Length + value.Length + 3;
            while (length != $"{length}".Length + key.Length + value.Length + 3) length = $"{length}".Length + key.Length + value.Length + 3;
            all.Write(Latin($"{length} {key}={value}\n"));
        }

        return all.ToArray();
    }

    internal static void Octal(byte[] block, int at, int length, long value) =>
        Latin(Convert.ToString(value, 8).PadLeft(length - 1, '0')).CopyTo(block, at);

    private static void Checksum(byte[] block)
    {
        block.AsSpan(148, 8).Fill((byte)' ');
        Octal(block, 148, 7, block.Sum(b => (int)b));
        block[154] = 0;
    }

    private TarBytes Extension(char type, (string Key, string Value)[] records) => Entry(Latin("PaxHeaders/x"), type, Records(records));
}
