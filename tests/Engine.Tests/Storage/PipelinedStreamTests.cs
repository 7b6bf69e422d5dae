using System.Security.Cryptography;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Tests.Storage;

public class PipelinedStreamTests
{
    [Fact]
    public void EveryByteComesInOrder()
    {
        var content = new byte[5_000_001];
        new Random(1).NextBytes(content);
        foreach (var trickle in new[] { false, true })
        {
            Stream source = new MemoryStream(content);
            using var stream = new PipelinedStream(trickle ? new TrickleStream(source) : source);
            var result = new MemoryStream();
            stream.CopyTo(result, 1000);
            Assert.Equal(content, result.ToArray());
            Assert.Equal(0, stream.Read(new byte[1]));
        }
    }

    [Fact]
    public void AnErrorComesAfterWhatWasReadBefore()
    {
        using var stream = new PipelinedStream(new GatedStream([1, 2, 3], then: new IOException("broken")));
        var buffer = new byte[10];
        Assert.Equal(3, stream.ReadAtLeast(buffer, 3));
        Assert.Equal("broken", Assert.Throws<IOException>(() => stream.Read(buffer)).Message);
        Assert.Throws<IOException>(() => stream.Read(buffer));
    }

    [Fact]
    public void ItReadsOnlyAFewBuffersAhead()
    {
        var source = new GatedStream(null, then: null);
        using (var stream = new PipelinedStream(source))
        {
            Assert.Equal(1, stream.Read(new byte[1]));
            Assert.False(source.WaitForReads(7, TimeSpan.FromMilliseconds(300)));
            Assert.InRange(source.Reads, 1, 6);
        }

        Assert.True(source.Disposed);
    }

    [Fact]
    public async Task DisposalBreaksOffAReadThatHangs()
    {
        var source = new GatedStream([], then: null, hang: true);
        var stream = new PipelinedStream(source);
        Assert.True(source.WaitForReads(1, TimeSpan.FromSeconds(60)));
        await Task.Run(stream.Dispose).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(source.Disposed);
        Assert.Throws<ObjectDisposedException>(() => stream.Read(new byte[1]));
        stream.Dispose();
    }

    [Fact]
    public void TheSourceCanBeLeftOpen()
    {
        var source = new GatedStream([1], then: null);
        new PipelinedStream(source, leaveOpen: true).Dispose();
        Assert.False(source.Disposed);
    }

    [Fact]
    public void DigestAndCountAreThoseOfWhatPassed()
    {
        var content = new byte[100_000];
        new Random(2).NextBytes(content);
        var expected = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
        using var reading = new DigestStream(new TrickleStream(new MemoryStream(content)));
        reading.CopyTo(Stream.Null);
        Assert.Equal((expected, 100_000), (reading.Digest, reading.Count));

        var written = new MemoryStream();
        var writing = new DigestStream(written, leaveOpen: true);
        writing.Write(content, 0, 50_000);
        var half = writing.Digest;
        writing.Write(content.AsSpan(50_000));
        writing.Dispose();
        Assert.NotEqual(half, writing.Digest);
        Assert.Equal((expected, 100_000), (writing.Digest, writing.Count));
        Assert.Equal(content, written.ToArray());
    }

    [Fact]
    public async Task DigestsOfAsynchronousCopiesAreTheSame()
    {
        var content = new byte[10_000];
        var written = new MemoryStream();
        await using var writing = new DigestStream(written);
        await using var reading = new DigestStream(new MemoryStream(content));
        await reading.CopyToAsync(writing);
        Assert.Equal(reading.Digest, writing.Digest);
        Assert.Equal(10_000, writing.Count);
    }

    /// <summary>Gives some bytes or endless ones, then an error, the end, or nothing until disposed of.</summary>
    private sealed class GatedStream(byte[]? content, Exception? then, bool hang = false) : ReadStream
    {
        private readonly ManualResetEventSlim _released = new();
        private readonly SemaphoreSlim _reads = new(0);
        private bool _given;

        internal int Reads { get; private set; }

        internal bool Disposed { get; private set; }

        internal bool WaitForReads(int count, TimeSpan timeout)
        {
            for (; count > 0; count--)
            {
                if (!_reads.Wait(timeout)) return false;
            }

            return true;
        }

        public override int Read(Span<byte> buffer)
        {
            Reads++;
            _reads.Release();
            if (content is null) return buffer.Length;
            if (hang)
            {
                _released.Wait();
                throw new ObjectDisposedException(nameof(GatedStream));
            }

            if (_given) return then is null ? 0 : throw then;
            _given = true;
            content.CopyTo(buffer);
            return content.Length;
        }

        protected override void Dispose(bool disposing)
        {
            Disposed = true;
            _released.Set();
            base.Dispose(disposing);
        }
    }
}
