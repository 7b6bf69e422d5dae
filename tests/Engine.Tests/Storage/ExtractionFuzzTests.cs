using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Storage;

public class ExtractionFuzzTests
{
    /// <summary>An archive with some of everything.</summary>
    private static byte[] Seed() => new TarBytes()
        .Directory("./").Directory("a").File("a/f", new string('x', 700)).SymbolicLink("a/l", "../b").HardLink("h", "a/f")
        .GlobalPax(("comment", "c")).Pax(("path", "p/q/r"), ("mtime", "1.5"), ("SCHILY.xattr.user.x", "v"), ("size", "3")).Entry(TarBytes.Latin("x"), '0', TarBytes.Latin("abc"))
        .Entry(TarBytes.Latin("././@LongLink"), 'L', TarBytes.Latin("long/" + new string('n', 120) + "\0")).File("y", "1")
        .Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "s"), ("GNU.sparse.realsize", "5000")).Entry(TarBytes.Latin("z"), '0', [.. TarBytes.Latin("1\n4000\n5\n".PadRight(512, '\0')), .. TarBytes.Latin("hello")])
        .Entry(TarBytes.Latin("o"), 'S', TarBytes.Latin("abc"), magic: "ustar  \0", change: b =>
        {
            TarBytes.Octal(b, 386, 12, 100);
            TarBytes.Octal(b, 398, 12, 3);
            TarBytes.Octal(b, 483, 12, 1000);
        })
        .Entry(TarBytes.Latin("dev"), '3', major: 1, minor: 3).Entry(TarBytes.Latin("fifo"), '6')
        .File("a/.wh.gone").File("a/.wh..wh..opq").SymbolicLink("e", "../canary").File("e/f", "evil").ToArray();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MutatedArchivesDoNoHarm(int seed)
    {
        const int rounds = 2500;
        using var folder = new TestFolder("/dev/shm"); // memory: thousands of files are made and removed
        var before = folder.CanaryState();
        var random = new Random(seed);
        var original = Seed();
        var accepted = 0;
        for (var round = 0; round < rounds; round++)
        {
            var archive = Mutate(original, random);
            try
            {
                var options = new ExtractOptions { Whiteouts = (WhiteoutMode)(round % 3), AllowDevices = round % 7 > 0, MaxBytes = 1 << 20, MaxEntries = 1000 };
                LayerExtractor.Extract(new MemoryStream(archive), folder.Target, options, default);
                accepted++;
            }
            catch (InvalidContentException)
            {
                // What most of them come to.
            }

            if (round % 100 == 99) Assert.Equal(before, folder.CanaryState());
        }

        Assert.Equal(before, folder.CanaryState());
        Assert.InRange(accepted, 50, rounds - 50);
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var archive = original.ToArray();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            if (archive.Length < 1024) break;
            var at = random.Next(archive.Length - 512);
            switch (random.Next(7))
            {
                case 0:
                    archive[at] = (byte)random.Next(256);
                    break;
                case 1:
                    archive[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2: // one entry over another
                    archive.AsSpan(random.Next(archive.Length / 512) * 512, 512).ToArray().CopyTo(archive.AsSpan(at / 512 * 512));
                    break;
                case 3:
                    archive = archive[..at];
                    break;
                case 4: // another type
                    archive[at / 512 * 512 + 156] = (byte)"01234567xgLKSVDZ"[random.Next(16)];
                    break;
                case 5: // another name
                    TarBytes.Latin(new[] { "../canary/f\0", "/\0", "e/f\0", "a/l\0", "a/.wh.f\0", "..\0", "h\0" }[random.Next(7)]).CopyTo(archive, at / 512 * 512);
                    break;
                default: // another number
                    archive.AsSpan(at / 512 * 512 + 124, 12).Fill((byte)random.Next(256));
                    break;
            }
        }

        // Without right checksums nearly all would be refused at once.
        for (var at = 0; at + 512 <= archive.Length; at += 512)
        {
            if (archive.AsSpan(at, 512).ContainsAnyExcept((byte)0) && archive.AsSpan(at + 257, 5).SequenceEqual("ustar"u8) && random.Next(1000) > 0)
                TarBytes.Octal(archive, at + 148, 7, TarHeader.Sum(archive.AsSpan(at, 512)));
        }

        return archive;
    }
}
