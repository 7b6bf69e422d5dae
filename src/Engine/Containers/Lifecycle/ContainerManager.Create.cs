using System.Security.Cryptography;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Volumes;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Creates a container; nothing runs yet.</summary>
    /// <exception cref="InvalidSettingException">A setting is refused; nothing was created.</exception>
    /// <exception cref="ImageNotFoundException">There is no such image.</exception>
    /// <exception cref="NameInUseException">The name belongs to another container.</exception>
    public Container Create(ContainerSettings settings)
    {
        settings = Settle(settings);

        // Held until the record is there: from then on the image is in use and cannot be removed.
        using var imagesHeld = _images.LockShared();
        var image = _images.Resolve(settings.Image);
        var config = image.Config.Config ?? new();
        CheckPlatform(settings, image.Image);
        if (SpecGenerator.CommandLine(settings, config).Count == 0)
            throw new InvalidSettingException("Command", settings.Image, $"The image '{settings.Image}' names no command to run: give one, as in New-Container {settings.Image} /bin/sh.");
        using var root = RootView.OfLayers(image.LayerPaths);
        UserDatabase.Of(root).Resolve(settings.User ?? config.User, settings.GroupAdd);
        var mounts = MountResolver.Resolve(settings, config, MountsOfOthers(settings), VolumeManager.NewName, _volumes.DataOf);
        using var volumes = MountTransaction.Begin(_volumes, _volumeUsers, [.. mounts.Select(WithImage)], root, settings.Remove);

        var record = new ContainerRecord
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            Name = settings.Name ?? RandomName.Create(IsTaken),
            Created = DateTimeOffset.UtcNow,
            Settings = settings with { Environment = ExpandEnvironment(settings.Environment) },
            ImageId = image.Image.ImageId,
            Platform = image.Image.Platform,
            ImageConfig = config,
            LayerPaths = [.. image.LayerPaths],
            Mounts = volumes.Mounts,
        };
        AddRecord(record, nameIsGiven: settings.Name is not null);
        volumes.Keep();
        return Snapshot(record);
    }

    /// <summary>Refuses settings that no container can have here, whatever its image is.</summary>
    /// <exception cref="ContainerEngineException">What is wrong with them.</exception>
    public void Check(ContainerSettings settings) => Settle(settings);

    private ContainerSettings Settle(ContainerSettings settings)
    {
        SettingsValidator.Validate(settings);
        Machine.Check(settings, Machine.Abilities());
        return LogSettings.WithDefaults(WithNetworks(WithContainerIds(SecurityOptions.WithProfile(settings))), new EngineSettingsFile(_paths).Read());
    }

    private PlannedMount WithImage(PlannedMount mount)
    {
        if (mount.Record.Image is not { } name || mount.IsShared) return mount;
        var image = _images.Resolve(name);
        return mount with { Record = mount.Record with { ImageId = image.Image.ImageId, LayerPaths = [.. image.LayerPaths] } };
    }

    private List<(IReadOnlyList<MountRecord> Mounts, bool ReadOnly)> MountsOfOthers(ContainerSettings settings) => [.. settings.VolumesFrom.Select(text =>
    {
        var (container, readOnly) = VolumesFromText.Parse(text, nameof(settings.VolumesFrom));
        return ((IReadOnlyList<MountRecord>)(ReadRecord(container).Mounts ?? []), readOnly);
    })];

    /// <summary>What of the settings has no effect on this machine, in words.</summary>
    public IReadOnlyList<string> Warnings(ContainerSettings settings) => [.. Machine.Warnings(settings, Machine.Abilities()), .. NetworkWarnings.Of(settings)];

    /// <summary>What this machine lacks for the networks of all containers with such settings, in words that need be said once; null when nothing.</summary>
    public string? MachineWarning(ContainerSettings settings) => NetworkWarnings.OfMachine(settings);

    // Another container keeps its id when it is renamed.
    private ContainerSettings WithContainerIds(ContainerSettings settings)
    {
        return settings with { Pid = WithId("Pid", settings.Pid), Ipc = WithId("Ipc", settings.Ipc), Network = WithId("Network", settings.Network) };

        string? WithId(string parameter, string? mode)
        {
            if (NamespaceMode.ContainerOf(mode) is not { } name) return mode;
            try
            {
                return NamespaceMode.OfContainer(FindId(name));
            }
            catch (ContainerNotFoundException)
            {
                throw new InvalidSettingException(parameter, mode, $"-{parameter} '{mode}' is refused. There is no container '{name}'.");
            }
        }
    }

    private static void CheckPlatform(ContainerSettings settings, Image image)
    {
        if (!image.IsFor(settings.Platform))
            throw new InvalidSettingException("Platform", settings.Platform, $"-Platform '{settings.Platform}' is refused. The image '{settings.Image}' in the store is for {image.Platform}; pull it for the other platform, or leave this out.");
    }

    private void AddRecord(ContainerRecord record, bool nameIsGiven)
    {
        while (true)
        {
            try
            {
                using var held = _records.Lock(record.Id);
                WriteCidFile(record);
                _records.Add(record);
                return;
            }
            catch (NameInUseException) when (!nameIsGiven)
            {
                record.Name = RandomName.Create(IsTaken);
            }
            catch
            {
                _records.ForgetLock(record.Id);
                if (record.Settings.CidFile is { } file) File.Delete(file);
                throw;
            }
        }
    }

    private bool IsTaken(string name) => _records.IdOfName(name) is not null;

    private static void WriteCidFile(ContainerRecord record)
    {
        if (record.Settings.CidFile is not { } file) return;
        try
        {
            using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
            stream.Write(System.Text.Encoding.ASCII.GetBytes(record.Id));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidSettingException("CidFile", file, $"-CidFile '{file}' cannot be made: {e.Message}");
        }
    }

    // NAME without a value takes it from the caller's environment, as in Docker.
    private static IReadOnlyList<string> ExpandEnvironment(IReadOnlyList<string> variables)
    {
        var expanded = new List<string>();
        foreach (var variable in variables)
        {
            if (variable.Contains('=')) expanded.Add(variable);
            else if (Environment.GetEnvironmentVariable(variable) is { } value) expanded.Add($"{variable}={value}");
        }

        return expanded;
    }
}
