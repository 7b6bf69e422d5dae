using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>Tells whether a file is a tar archive, compressed or not, by its first entry.</summary>
internal static class TarDetector
{
    /// <summary>True when it is; the file is at its beginning afterwards.</summary>
    internal static bool IsTar(FileStream file)
    {
        file.Position = 0;
        try
        {
            using var plain = Compression.OpenDecompressed(new Kept(file), out _);
            using var reader = new TarReader(plain);
            return reader.Next() is not null;
        }
        catch (ContainerEngineException)
        {
            // Damaged or something else: either way it is copied as the file it is.
            return false;
        }
        finally
        {
            file.Position = 0;
        }
    }

    /// <summary>A stream that stays open when who reads it closes it.</summary>
    private sealed class Kept(Stream inner) : ReadStream
    {
        /// <inheritdoc/>
        public override int Read(Span<byte> buffer) => inner.Read(buffer);
    }
}
