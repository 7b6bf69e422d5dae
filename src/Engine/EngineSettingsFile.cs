using System.Text.Json;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine;

/// <summary>The file with the engine's settings: read anew by each command, replaced as a whole.</summary>
internal sealed class EngineSettingsFile(StorePaths paths)
{
    /// <summary>What the file says; without a file, nothing.</summary>
    /// <exception cref="ContainerEngineException">The file is not what it should be.</exception>
    internal EngineSettings Read()
    {
        byte[] json;
        try
        {
            json = File.ReadAllBytes(paths.ConfigFile);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new EngineSettings();
        }

        try
        {
            return json.Length == 0 ? new EngineSettings() : JsonSerializer.Deserialize(json, EngineSettingsJson.Fresh().EngineSettings) ?? new EngineSettings();
        }
        catch (JsonException e)
        {
            throw new ContainerEngineException("InvalidSettingsFile", ErrorKind.InvalidData, $"The settings file '{paths.ConfigFile}' is wrong at {e.Path ?? "$"}, line {(e.LineNumber ?? 0) + 1}: correct it, or remove it.", paths.ConfigFile, e);
        }
    }

    /// <summary>Changes the settings; nobody else changes them meanwhile.</summary>
    internal EngineSettings Update(Func<EngineSettings, EngineSettings> change)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(paths.ConfigFile)!);
        Directory.CreateDirectory(paths.Run, StagingFolder.PrivateMode);
        Directory.CreateDirectory(paths.Locks, StagingFolder.PrivateMode);
        using var held = FileLock.Exclusive(Path.Combine(paths.Locks, "engine-settings"));
        var settings = change(Read());
        AtomicFile.Write(paths.ConfigFile, JsonSerializer.SerializeToUtf8Bytes(settings, EngineSettingsJson.Default.EngineSettings));
        return settings;
    }
}
