namespace ContainerPS.Engine.Storage;

/// <summary>What an entry of a tar archive stands for.</summary>
internal enum TarEntryType
{
    File,
    HardLink,
    SymbolicLink,
    CharacterDevice,
    BlockDevice,
    Directory,
    Fifo,
}
