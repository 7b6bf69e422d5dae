using System.Management.Automation;
using System.Text;

namespace ContainerPS.Module;

/// <summary>What Build-Image is given by the pipeline: the lines of a Dockerfile, or the bytes of one or of an archive, which go to a file first.</summary>
internal sealed class BuildInput : IDisposable
{
    private readonly StringBuilder _text = new();
    private BuildArchive? _archive;

    /// <summary>Takes an object.</summary>
    internal void Add(PSObject value)
    {
        switch (InputBytes.SourceOf(value, filesToo: true))
        {
            case byte[] bytes:
                (_archive ??= new()).File.Write(bytes);
                break;
            case Stream stream:
                using (stream) stream.CopyTo((_archive ??= new()).File);
                break;
            default:
                _text.Append(LanguagePrimitives.ConvertTo<string>(value)).Append('\n');
                break;
        }
    }

    /// <summary>The archive, which is the caller's then; null when it was text.</summary>
    internal BuildArchive? Archive()
    {
        if (_archive is null || !_archive.IsArchive())
            return null;
        var archive = _archive;
        _archive = null;
        return archive;
    }

    /// <summary>The Dockerfile.</summary>
    internal string Text()
    {
        if (_archive is null)
            return _text.ToString();
        _archive.File.Position = 0;
        using var reader = new StreamReader(_archive.File, Encoding.UTF8, leaveOpen: true);
        return reader.ReadToEnd() + _text;
    }

    /// <inheritdoc/>
    public void Dispose() => _archive?.Dispose();
}
