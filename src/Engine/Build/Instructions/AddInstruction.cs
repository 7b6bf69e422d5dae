namespace ContainerPS.Engine.Build;

/// <summary><c>ADD SOURCE … DESTINATION</c>: as COPY, and takes addresses, git repositories and archives.</summary>
internal sealed record AddInstruction : FileInstruction
{
    /// <summary>Makes one of what is written.</summary>
    internal AddInstruction(RawInstruction source)
        : base(source)
    {
    }

    /// <summary>Value of <c>--checksum</c>, or null.</summary>
    public string? Checksum { get; init; }

    /// <summary>Value of <c>--keep-git-dir</c>, or null.</summary>
    public bool? KeepGitDirectory { get; init; }

    /// <summary>Value of <c>--unpack</c>, or null: local archives are unpacked, downloaded ones are not.</summary>
    public bool? Unpack { get; init; }
}
