using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>All that the result of a step follows from, as a digest: fields with names and lengths, so that no two steps can look alike.</summary>
internal sealed class StepKey : IDisposable
{
    // Goes up when what is hashed, or what steps do, changes its meaning.
    private const string Version = "1";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Begins a key.</summary>
    /// <param name="kind">What sort of step.</param>
    /// <param name="platform">What it is for.</param>
    /// <param name="parent">The files that it begins with; null when it does not depend on them.</param>
    internal StepKey(string kind, string platform, Digest? parent)
    {
        Add("version", Version);
        Add("kind", kind);
        Add("platform", platform);
        Add("parent", parent?.ToString());
    }

    /// <summary>Adds a field.</summary>
    internal void Add(string name, string? value) => Add(name, value is null ? null : Encoding.UTF8.GetBytes(value));

    /// <summary>Adds a field.</summary>
    internal void Add(string name, byte[]? value)
    {
        Append(Encoding.UTF8.GetBytes(name));
        if (value is null) _hash.AppendData([0xff, 0xff, 0xff, 0xff]);
        else Append(value);
    }

    /// <summary>Adds a field with several values.</summary>
    internal void Add(string name, IReadOnlyCollection<string> values)
    {
        Add(name, values.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var value in values) Append(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>The key.</summary>
    internal Digest Finish() => Digest.FromHash(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        _hash.AppendData(length);
        _hash.AppendData(bytes);
    }
}
