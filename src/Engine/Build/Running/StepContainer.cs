using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Networks;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>What commands of RUN run in: a container as any other, with Docker's default privileges, that has no record and no name.</summary>
internal sealed class StepContainer(BuildSession session)
{
    private const string Hostname = "buildkitsandbox";

    private readonly Lazy<MachineAbilities> _machine = new(Machine.Abilities);
    private readonly Lazy<string> _files = new(() => WriteFiles(session));
    private readonly Lazy<string> _skeleton = new(() => Prepare(session));
    private int _count;

    /// <summary>Runs a command to its end.</summary>
    /// <param name="command">What to run.</param>
    /// <param name="layer">Where its changes go.</param>
    /// <param name="folders">The stage's files, uppermost first.</param>
    /// <param name="log">Told of what it writes.</param>
    internal StepReport Run(StepCommand command, StagedLayer layer, IReadOnlyList<string> folders, BuildLog.StepLog log)
    {
        // The lowest folder has what every container has something mounted on, so that no stage gets it by that.
        IReadOnlyList<string> lower = [.. folders, _skeleton.Value];
        var id = StepCgroups.IdOf(Path.GetFileName(session.Scratch.Path), Interlocked.Increment(ref _count));
        var spec = Spec(id, command, lower);
        var (work, bundle) = (Path.Combine(layer.Path, "work"), Path.Combine(layer.Path, "root"));
        Directory.CreateDirectory(work, StagingFolder.PrivateMode);
        Directory.CreateDirectory(bundle, StagingFolder.PrivateMode);
        MountStubs stubs;
        using (var root = OverlayView.Read(lower)) stubs = MountStubs.Find(root, spec.Mounts!.Select(static mount => mount.Destination!));
        var document = new StepDocument
        {
            Id = id,
            Lower = lower,
            Upper = layer.Diff,
            Work = work,
            Bundle = bundle,
            SharedFolder = session.CacheFolders.Folder,
            LayersFolder = session.Paths.Layers,
        };
        try
        {
            return session.Launcher.Run(document, spec, log.Write, session.Cancellation);
        }
        finally
        {
            log.Complete();
            stubs.Remove(layer.Diff);
            TreeRemover.Remove(work);
            TreeRemover.Remove(bundle);
        }
    }

    private RuntimeSpec Spec(string id, StepCommand command, IReadOnlyList<string> lower)
    {
        ResolvedUser user;
        using (var root = RootView.OfLayers(lower)) user = UserDatabase.Of(root).Resolve(command.User, []);
        var settings = new ContainerSettings
        {
            EntryPoint = command.Words,
            Environment = command.Environment,
            WorkingDirectory = command.WorkingDirectory,
            Hostname = Hostname,
            Network = command.Network,
            Memory = session.Settings.Memory,
            Cpus = session.Settings.Cpus,
            Privileged = command.IsPrivileged,
        };
        var spec = SpecGenerator.Create(new SpecInput
        {
            Id = id,
            Settings = settings,
            Image = new ContainerConfig(),
            User = user,
            Folder = _files.Value,
            HostHostname = Environment.MachineName,
            HostDevices = command.IsPrivileged ? HostDevices.List() : [],
            Machine = _machine.Value,
        });
        if (BuildNetwork.IsBridge(command.Network))
        {
            // The namespace is there already, with what a container's sysctls would set in it.
            spec.Linux!.Namespaces!.Find(static one => one.Type == "network")!.Path = session.Sandbox.Path;
            spec.Linux.Sysctl = null;
        }

        if (command.Mounts.Count > 0)
        {
            var files = spec.Mounts!.Where(mount => mount.Source?.StartsWith(_files.Value, StringComparison.Ordinal) == true).ToList();
            spec.Mounts = SpecMounts.Combine(spec.Mounts!.Except(files), files, command.Mounts);
        }

        return spec;
    }

    private static string WriteFiles(BuildSession session)
    {
        var folder = session.EmptyFolder();
        var settings = new ContainerSettings { Network = BuildNetwork.ModeOf(session.Settings.Network), AddHosts = session.Settings.AddHosts };
        IReadOnlyList<Networks.RunNetwork> places = BuildNetwork.IsBridge(settings.Network) ? session.Sandbox.Places : [];
        NetworkFiles.Write(
            folder,
            (NetworkFiles.Hostname, Hostname + "\n"),
            (NetworkFiles.Hosts, ContainerFiles.Hosts(session.Paths, settings, Hostname, places)),
            (NetworkFiles.Resolver, NameServers.WithoutService(session.Paths, settings).ToText()));
        return folder;
    }

    // Before the first command.
    private static string Prepare(BuildSession session)
    {
        StepCgroups.Sweep();
        return WriteSkeleton(session);
    }

    private static string WriteSkeleton(BuildSession session)
    {
        var folder = Path.Combine(session.Paths.BuildCache, "skeleton");
        if (Directory.Exists(folder)) return folder;
        var staged = session.EmptyFolder();
        FolderMode.Set(staged, default, 0x1ed);
        foreach (var name in (ReadOnlySpan<string>)["dev", "etc", "proc", "sys"])
        {
            Directory.CreateDirectory(Path.Combine(staged, name));
            FolderMode.Set(Path.Combine(staged, name), default, 0x1ed);
        }

        foreach (var name in (ReadOnlySpan<string>)["hosts", "hostname", "resolv.conf"])
        {
            File.WriteAllBytes(Path.Combine(staged, "etc", name), []);
            FolderMode.Set(Path.Combine(staged, "etc", name), default, 0x1a4);
        }

        try
        {
            Directory.Move(staged, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another build has made it meanwhile.
        }

        return folder;
    }
}
