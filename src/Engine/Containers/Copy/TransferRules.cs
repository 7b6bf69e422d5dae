namespace ContainerPS.Engine.Containers;

/// <summary>What is kept of the files that are copied.</summary>
/// <param name="KeepOwner">True to give the copies the owner of the originals; else they are the caller's.</param>
/// <param name="DropPowers">
/// True when what comes from a container must not gain power on this machine: programs lose setuid and setgid, which would now be the caller's, and capabilities;
/// device nodes are the caller's alone.
/// </param>
internal readonly record struct TransferRules(bool KeepOwner, bool DropPowers)
{
    /// <summary>Docker's rules: ids are kept on the way in, and on the way out when that is asked.</summary>
    /// <param name="fromContainer">True when a container is copied from.</param>
    /// <param name="toContainer">True when a container is copied to.</param>
    /// <param name="archive">True when owners are to be kept.</param>
    internal static TransferRules Of(bool fromContainer, bool toContainer, bool archive) =>
        new(toContainer || archive, fromContainer && !toContainer && !archive);
}

/// <summary>How far a copy has come.</summary>
/// <param name="Files">Files, directories and links that are copied.</param>
/// <param name="Bytes">Bytes that are copied.</param>
public readonly record struct CopyProgress(long Files, long Bytes);
