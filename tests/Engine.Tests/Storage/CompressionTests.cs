using System.IO.Compression;
using ContainerPS.Engine.Storage;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.ZStandard;

namespace ContainerPS.Engine.Tests.Storage;

public class CompressionTests
{
    // Text below, compressed by xz 5.4: SharpCompress has no compressor for it.
    private static readonly byte[] s_xz = Convert.FromBase64String("/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AX/AQ1dACoaCKIDNYSljXqHepXCn81EoG2ad4uNYXBXZcTZEFuAgYoFHjvQWfQRp3vriEs6Hkm2mQSpbHjH+pr0l8lwDpBgB+2Z0yNUHDWUV0gFNYTk/B06OW4fFhQYJQ4m1hMUPBkN7NiKhL8UQRHZwJ8DwBfQXDj2KSMy7f5sj46zwP2GDl5MxApRiE2nBgl1xSnjxO065yCfOH2tvDI/rC4GBzH+fK4QYgptpSBaV2ZYHLVE4t+4lrwW3tPo56pAA5j358zk1SysOKTsI84asVaQNELwakzLHnieoqpFsi+8tPoMfmEg64y28Irt/zjo6gCKkXPxb2KFBie4JGNcl+LWv5mJP+ht/akpJNv4FV1SAAAAAP2KXuanV/P/AAGpAoAMAADEiMVjscRn+wIAAAAABFla");

    private static byte[] Text => [.. Enumerable.Repeat("The same text, again and again. "u8.ToArray(), 40).SelectMany(b => b), .. Enumerable.Range(0, 256).Select(i => (byte)i)];

    private static byte[] Compress(CompressionKind kind, byte[] content)
    {
        var result = new MemoryStream();
        switch (kind)
        {
            case CompressionKind.Gzip:
                using (var gzip = Compression.OpenCompressor(result)) gzip.Write(content);
                break;
            case CompressionKind.Zstd:
                using (var zstd = new CompressionStream(result, leaveOpen: true)) zstd.Write(content);
                break;
            case CompressionKind.Bzip2:
                using (var bzip2 = BZip2Stream.Create(result, SharpCompress.Compressors.CompressionMode.Compress, false, false, true)) bzip2.Write(content);
                break;
            case CompressionKind.Xz:
                Assert.Equal(Text, content);
                return s_xz;
            default:
                return content;
        }

        return result.ToArray();
    }

    private static byte[] Decompress(byte[] compressed, CompressionKind expected, bool trickle = true)
    {
        Stream source = new MemoryStream(compressed);
        var trickling = new TrickleStream(source);
        using var stream = Compression.OpenDecompressed(trickle ? trickling : source, out var kind);
        Assert.Equal(expected, kind);
        var result = new MemoryStream();
        stream.CopyTo(result);
        Assert.Equal(0, stream.Read(new byte[10]));
        stream.Dispose();
        if (trickle) Assert.True(trickling.Disposed);
        return result.ToArray();
    }

    public static TheoryData<string> Kinds => ["Gzip", "Zstd", "Xz", "Bzip2"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhatWasCompressedComesBack(string name)
    {
        var kind = Enum.Parse<CompressionKind>(name);
        Assert.Equal(Text, Decompress(Compress(kind, Text), kind));
        Assert.Equal(Text, Decompress(Compress(kind, Text), kind, trickle: false));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SeveralStreamsInARowAreOne(string name)
    {
        var kind = Enum.Parse<CompressionKind>(name);
        var one = Compress(kind, Text);
        Assert.Equal([.. Text, .. Text, .. Text], Decompress([.. one, .. one, .. one], kind));
        Assert.Equal([.. Text, .. Text, .. Text], Decompress([.. one, .. one, .. one], kind, trickle: false));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryCutIsFound(string name)
    {
        var kind = Enum.Parse<CompressionKind>(name);
        var one = Compress(kind, Text);
        byte[] two = [.. one, .. one];
        for (var cut = Compression.MagicLength; cut < two.Length; cut += cut % one.Length is > 40 and < 300 ? 23 : 1)
        {
            if (cut == one.Length) continue;
            var cutOff = two[..cut];
            Assert.True(Record.Exception(() => Decompress(cutOff, kind)) is InvalidContentException, $"{kind} cut at {cut} of {one.Length} + {one.Length}");
            Assert.True(Record.Exception(() => Decompress(cutOff, kind, trickle: false)) is InvalidContentException, $"{kind} cut at {cut} of {one.Length} + {one.Length}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhatFollowsTheEndIsFound(string name)
    {
        var kind = Enum.Parse<CompressionKind>(name);
        var one = Compress(kind, Text);
        foreach (var junk in new byte[][] { [1], [0x1f], [0x1f, 0x8b], [0, 0], [.. "junk that follows"u8], new byte[100_001], [.. Text, .. Text] })
        {
            Assert.True(Record.Exception(() => Decompress([.. one, .. junk], kind)) is InvalidContentException, $"{kind} + {junk.Length}");
            Assert.True(Record.Exception(() => Decompress([.. one, .. junk], kind, trickle: false)) is InvalidContentException, $"{kind} + {junk.Length}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void DamageGivesNoOtherErrorAndDoesNotHang(string name)
    {
        var kind = Enum.Parse<CompressionKind>(name);
        var random = new Random(3);
        var one = Compress(kind, Text);
        for (var round = 0; round < 500; round++)
        {
            var damaged = one.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--) damaged[random.Next(4, damaged.Length)] = (byte)random.Next(256);
            var error = Record.Exception(() =>
            {
                using var stream = Compression.OpenDecompressed(new MemoryStream(damaged), new ExpansionLimit(1000, 10_000_000), out _);
                stream.CopyTo(Stream.Null);
            });
            Assert.True(error is null or InvalidContentException, $"{round}: {error}");
        }
    }

    [Fact]
    public void UncompressedStreamsPassThrough()
    {
        Assert.Equal(Text, Decompress(Text, CompressionKind.None));
        Assert.Equal([], Decompress([], CompressionKind.None));
        Assert.Equal([0x1f], Decompress([0x1f], CompressionKind.None));
    }

    [Fact]
    public void XzMayBePadded() => Assert.Equal([.. Text, .. Text], Decompress([.. s_xz, 0, 0, 0, 0, 0, 0, 0, 0, .. s_xz, 0, 0, 0, 0], CompressionKind.Xz));

    [Fact]
    public void ErrorsOfTheSourceStayWhatTheyAre()
    {
        using var stream = Compression.OpenDecompressed(new BrokenStream(new MemoryStream(Compress(CompressionKind.Gzip, Text)), 20), out _);
        Assert.Equal("broken", Assert.Throws<IOException>(() => stream.CopyTo(Stream.Null)).Message);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ExpansionIsLimited(string name)
    {
        var kind = Enum.Parse<CompressionKind>(name);
        var compressed = Compress(kind, Text);
        var ratio = Text.Length / compressed.Length;
        void Read(ExpansionLimit limit)
        {
            using var stream = Compression.OpenDecompressed(new MemoryStream(compressed), limit, out _);
            stream.CopyTo(Stream.Null);
        }

        Read(new ExpansionLimit(ratio + 1, 0));
        Read(new ExpansionLimit(1, Text.Length));
        Assert.Throws<InvalidContentException>(() => Read(new ExpansionLimit(1, 1000)));
    }

    [Theory]
    [InlineData(CompressionLevel.SmallestSize)]
    [InlineData(CompressionLevel.Fastest)]
    public void GzipCannotMeetTheDefaultLimit(CompressionLevel level)
    {
        var compressed = new MemoryStream();
        using (var gzip = Compression.OpenCompressor(compressed, level)) gzip.Write(new byte[50_000_000]);
        Assert.InRange(50_000_000 / compressed.Length, 100, ExpansionLimit.Default.Ratio);
    }

    /// <summary>A stream that fails after some bytes.</summary>
    private sealed class BrokenStream(Stream source, int bytes) : ReadStream
    {
        private int _left = bytes;

        public override int Read(Span<byte> buffer)
        {
            if (_left == 0) throw new IOException("broken");
            var read = source.Read(buffer[..Math.Min(buffer.Length, _left)]);
            _left -= read;
            return read;
        }
    }
}
