namespace ContainerPS.Engine.Build;

/// <summary>Who owns what is copied.</summary>
/// <param name="Uid">User id.</param>
/// <param name="Gid">Group id.</param>
internal readonly record struct FileOwner(uint Uid, uint Gid);
