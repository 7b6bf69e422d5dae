using System.Security.Cryptography;
using System.Text;

namespace ContainerPS.Engine.Storage;

/// <summary>
/// A sha256 digest, the only kind the store keeps. Whatever it is made from is checked strictly, so that it is always safe as a file name.
/// </summary>
internal readonly struct Digest : IEquatable<Digest>
{
    internal const string Prefix = "sha256:";
    private const int HexLength = 64;
    private readonly string? _hex;

    private Digest(string hex) => _hex = hex;

    /// <summary>64 lower-case hexadecimal digits.</summary>
    internal string Hex => _hex ?? throw new InvalidOperationException("An empty digest was used.");

    /// <summary>Reads <c>sha256:…</c>.</summary>
    /// <param name="text">What the document says.</param>
    /// <param name="where">Which document says it, for the message.</param>
    internal static Digest Parse(string? text, string where) => TryParse(text, out var digest)
        ? digest
        : throw new InvalidContentException($"{where} gives the digest '{Shown(text)}', which is not 'sha256:' and 64 lower-case hexadecimal digits.", text);

    /// <summary>Reads <c>sha256:…</c>; false when it is anything else.</summary>
    internal static bool TryParse(string? text, out Digest digest)
    {
        digest = default;
        return text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) && TryParseHex(text.AsSpan(Prefix.Length), out digest);
    }

    /// <summary>Reads 64 lower-case hexadecimal digits; false when it is anything else.</summary>
    internal static bool TryParseHex(ReadOnlySpan<char> hex, out Digest digest)
    {
        digest = default;
        if (hex.Length != HexLength || hex.IndexOfAnyExcept("0123456789abcdef") >= 0) return false;
        digest = new Digest(hex.ToString());
        return true;
    }

    /// <summary>The digest a hash function has computed.</summary>
    internal static Digest FromHash(ReadOnlySpan<byte> hash) => new(Convert.ToHexStringLower(hash));

    /// <summary>The digest of a document.</summary>
    internal static Digest Of(ReadOnlySpan<byte> content) => FromHash(SHA256.HashData(content));

    /// <summary>The digest of a text in UTF-8.</summary>
    internal static Digest Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc/>
    public override string ToString() => Prefix + Hex;

    /// <inheritdoc/>
    public bool Equals(Digest other) => _hex == other._hex;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Digest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hex?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);

    private static string Shown(string? text) => text is { Length: > 100 } ? text[..100] + "…" : text ?? "null";
}
