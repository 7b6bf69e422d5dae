namespace ContainerPS.Engine.Storage;

/// <summary>A part of a sparse file that is stored; what lies between such parts reads as zeros.</summary>
internal readonly record struct SparseSegment(long Offset, long Length)
{
    /// <summary>Where the part ends in the file.</summary>
    internal long End => Offset + Length;
}
