using ContainerPS.Engine.Volumes;

namespace ContainerPS.Engine.Containers;

/// <summary>The folders and files of this machine that containers are given.</summary>
internal static class BindSource
{
    // As mkdir makes them, whoever the user inside is.
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Refuses a source that a mount cannot have.</summary>
    /// <exception cref="InvalidSettingException">It does not exist, or its mounts do not reach others as was asked.</exception>
    internal static void Check(MountRecord mount)
    {
        var parameter = mount.MakesSource ? "Volume" : "Mount";
        if (!Path.Exists(mount.Source))
        {
            if (mount.MakesSource) return;
            throw new InvalidSettingException(parameter, mount.Source, $"{parameter}: the source '{mount.Source}' does not exist. Make it first; -Volume {mount.Source}:{mount.Target} would make an empty folder.");
        }

        if (mount.Propagation is not ("shared" or "rshared" or "slave" or "rslave")) return;
        var on = MountTable.Read().Containing(MountTable.RealPath(mount.Source!));
        var fits = on is { IsShared: true } || (on is { IsSlave: true } && mount.Propagation.EndsWith("slave", StringComparison.Ordinal));
        if (!fits)
            throw new InvalidSettingException(parameter, mount.Source, $"{parameter}: '{mount.Source}' is on the mount '{on?.Point}', which is private: it cannot be {mount.Propagation}. Make it shared (mount --make-shared {on?.Point}), or leave the propagation out.");
    }

    /// <summary>Makes a missing folder when the mount was asked for in Docker's short form; else refuses.</summary>
    internal static void Provide(MountRecord mount)
    {
        if (mount.MakesSource && !Path.Exists(mount.Source)) Make(mount.Source!);
        Check(mount);
    }

    private static void Make(string path)
    {
        try
        {
            Directory.CreateDirectory(path, Mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidSettingException("Volume", path, $"Volume: the folder '{path}' does not exist and cannot be made: {e.Message}");
        }
    }
}
