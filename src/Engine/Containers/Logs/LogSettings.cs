using System.Globalization;

namespace ContainerPS.Engine.Containers;

/// <summary>How a container's output is kept: the driver and what its options say.</summary>
/// <param name="Driver"><c>json-file</c>, <c>none</c> or <c>journald</c>.</param>
/// <param name="MostSize">Bytes of a file; no limit when negative.</param>
/// <param name="MostFiles">How many files are kept.</param>
internal sealed record LogSettings(string Driver, long MostSize, int MostFiles)
{
    internal const string JsonFile = "json-file";
    internal const string None = "none";
    internal const string Journald = "journald";

    private const long DefaultSize = 20_000_000;
    private const int DefaultFiles = 3;

    /// <summary>What a container's settings say.</summary>
    /// <exception cref="InvalidSettingException">A driver or an option is not known, or has a value that it cannot have.</exception>
    internal static LogSettings Of(ContainerSettings settings)
    {
        var driver = settings.LogDriver ?? JsonFile;
        if (driver is not (JsonFile or None or Journald)) throw new InvalidSettingException("LogDriver", driver, $"-LogDriver '{driver}' is refused. There are json-file, none and journald.");
        var (size, files) = (DefaultSize, DefaultFiles);
        foreach (var (key, value) in settings.LogOptions)
        {
            switch (driver, key)
            {
                case (JsonFile, "max-size"):
                    size = ReadSize(value);
                    break;
                case (JsonFile, "max-file"):
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out files) || files is < 1 or > 1000)
                        throw new InvalidSettingException("LogOption", value, $"-LogOption 'max-file={value}' is refused. Give how many files are kept, 1 to 1000.");
                    break;
                case (Journald, "tag"):
                    break;
                default:
                    var accepted = driver switch { JsonFile => "It has max-size and max-file.", Journald => "It has tag.", _ => "It has none." };
                    throw new InvalidSettingException("LogOption", key, $"-LogOption '{key}' is no option of the log driver '{driver}'. {accepted}");
            }
        }

        return new LogSettings(driver, size, files);
    }

    private static long ReadSize(string value)
    {
        try
        {
            if (value == "-1") return -1;
            if (ByteSize.ParseDecimal(value, "LogOption") is > 0 and var size) return size;
        }
        catch (InvalidSettingException)
        {
            // Said below, with the option's name.
        }

        throw new InvalidSettingException("LogOption", value, $"-LogOption 'max-size={value}' is refused. Give a size such as 20m, or -1 for no limit.");
    }

    /// <summary>Checks and changes what the engine's settings say of logs; what is null stays as it is, no options take all away.</summary>
    internal static void Change(StorePaths paths, string? driver, IReadOnlyDictionary<string, string>? options) => new EngineSettingsFile(paths).Update(old =>
    {
        var changed = old with { LogDriver = driver ?? old.LogDriver, LogOptions = options is null ? old.LogOptions : options.Count == 0 ? null : new(options) };
        WithDefaults(new ContainerSettings(), changed);
        return changed;
    });

    /// <summary>Settings of a new container with what the engine's settings say of logs, where it says nothing itself.</summary>
    /// <exception cref="InvalidSettingException">A driver or an option is not known, or this machine has no journal.</exception>
    internal static ContainerSettings WithDefaults(ContainerSettings settings, EngineSettings engine)
    {
        var driver = settings.LogDriver ?? engine.LogDriver ?? JsonFile;
        var options = new Dictionary<string, string>();

        // Options in the engine's settings are those of the engine's driver.
        if (driver == (engine.LogDriver ?? JsonFile))
            foreach (var (key, value) in engine.LogOptions ?? []) options[key] = value;
        foreach (var (key, value) in settings.LogOptions) options[key] = value;
        settings = settings with { LogDriver = driver, LogOptions = options };
        if (Of(settings).Driver == Journald && !File.Exists(JournalLog.DefaultSocket))
            throw new InvalidSettingException("LogDriver", Journald, $"-LogDriver 'journald' is refused: no journal listens at '{JournalLog.DefaultSocket}'. Use json-file.");
        return settings;
    }
}
