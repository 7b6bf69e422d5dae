using System.Text;

namespace ContainerPS.Engine.Boot;

/// <summary>
/// The systemd service that starts, when the machine does, the containers whose restart policy wants that, and ends them in good time when it goes down
/// (man 5 systemd.service).
/// </summary>
internal static class BootUnit
{
    /// <summary>The unit's text.</summary>
    /// <param name="shell">The PowerShell program.</param>
    /// <param name="module">The module's manifest.</param>
    /// <param name="paths">The store.</param>
    internal static string Text(string shell, string module, StorePaths paths)
    {
        var defaults = StorePaths.Default;
        var text = new StringBuilder();
        text.Append("[Unit]\n");
        text.Append("Description=ContainerPS containers with a restart policy\n");
        text.Append("Wants=network-online.target\n");
        text.Append("After=network-online.target local-fs.target\n");
        text.Append($"RequiresMountsFor={Quoted(paths.Root)}\n\n");
        text.Append("[Service]\n");
        text.Append("Type=oneshot\n");

        // The containers' monitors are this service's processes: they are asked to end when it is stopped, and end their containers.
        text.Append("RemainAfterExit=yes\n");
        text.Append("KillMode=control-group\n");
        text.Append("TimeoutStopSec=90\n");
        if (paths.Root != defaults.Root) text.Append($"Environment={Quoted("CONTAINERPS_ROOT=" + paths.Root)}\n");
        if (paths.Run != defaults.Run) text.Append($"Environment={Quoted("CONTAINERPS_RUN=" + paths.Run)}\n");
        if (paths.ConfigFile != defaults.ConfigFile) text.Append($"Environment={Quoted("CONTAINERPS_CONFIG=" + paths.ConfigFile)}\n");
        var command = $"Import-Module '{module.Replace("'", "''", StringComparison.Ordinal)}'; Restart-Container -All -Policy";
        text.Append($"ExecStart={Quoted(shell)} -NoLogo -NoProfile -NonInteractive -Command {Quoted(command.Replace("$", "$$", StringComparison.Ordinal))}\n\n");
        text.Append("[Install]\n");
        text.Append("WantedBy=multi-user.target\n");
        return text.ToString();
    }

    /// <summary>Writes the unit, and the link by which it is enabled.</summary>
    internal static void Write(string path, string text)
    {
        Refuse(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            var link = LinkOf(path);
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.Delete(link);
            File.CreateSymbolicLink(link, Path.Combine("..", Path.GetFileName(path)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContainerEngineException("UnitNotWritten", ErrorKind.Failed, $"The unit '{path}' cannot be written: {e.Message}", path, e);
        }
    }

    /// <summary>Removes the unit and its link. False when there is none.</summary>
    internal static bool Remove(string path)
    {
        Refuse(path);
        var found = File.Exists(path);
        var link = new FileInfo(LinkOf(path));
        if (link.LinkTarget is not null) link.Delete();
        File.Delete(path);
        return found;
    }

    private static string LinkOf(string path) => Path.Combine(Path.GetDirectoryName(path)!, "multi-user.target.wants", Path.GetFileName(path));

    private static void Refuse(string path)
    {
        if (!path.EndsWith(".service", StringComparison.Ordinal))
            throw new InvalidSettingException("Path", path, $"-Path '{path}' is refused. A service's unit ends in '.service', as /etc/systemd/system/containerps.service.");
    }

    // As systemd reads words: quotes and backslashes escaped, and no specifiers.
    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal)}\"";
}
