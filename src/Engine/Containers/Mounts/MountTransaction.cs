using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Storage;
using ContainerPS.Engine.Volumes;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Containers;

/// <summary>
/// The volumes of a container that is being made: they are made and filled, and nobody removes them before its record is there to name them. Unless
/// <see cref="Keep"/> is called, those that were made go again.
/// </summary>
internal sealed class MountTransaction : IDisposable
{
    private readonly VolumeStore _store;
    private readonly VolumeUsers _users;
    private readonly bool _passing;
    private readonly List<FileLock> _locks = [];
    private readonly List<VolumeRecord> _made = [];
    private readonly List<MountRecord> _mounts = [];

    private MountTransaction(VolumeStore store, VolumeUsers users, bool passing) => (_store, _users, _passing) = (store, users, passing);

    /// <summary>The mounts as they are recorded; null for none.</summary>
    internal List<MountRecord>? Mounts => _mounts.Count == 0 ? null : _mounts;

    /// <summary>Makes what the mounts need.</summary>
    /// <param name="store">The volumes.</param>
    /// <param name="users">Who uses them.</param>
    /// <param name="plan">The mounts.</param>
    /// <param name="root">The image's root file system.</param>
    /// <param name="passing">True for a container that goes when it ends, and its anonymous volumes with it: they need not outlive a power cut.</param>
    /// <exception cref="ContainerEngineException">A mount cannot be had; nothing was made.</exception>
    internal static MountTransaction Begin(VolumeStore store, VolumeUsers users, IReadOnlyList<PlannedMount> plan, RootView root, bool passing)
    {
        var transaction = new MountTransaction(store, users, passing);
        try
        {
            foreach (var mount in plan) Check(mount, root);

            // In the order of names, so that no two who want the same volumes wait for each other.
            foreach (var name in plan.Select(static mount => mount.Record.Name).OfType<string>().Distinct().Order(StringComparer.Ordinal)) transaction._locks.Add(store.Lock(name));
            foreach (var mount in plan) transaction._mounts.Add(mount.Record.Name is null ? mount.Record : transaction.Provide(mount, root));
            return transaction;
        }
        catch
        {
            transaction.Dispose();
            throw;
        }
    }

    /// <summary>Lets what was made stay: the container's record names it now.</summary>
    internal void Keep() => _made.Clear();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var volume in _made)
        {
            _store.Delete(volume.Name);
            if (volume.IsAnonymous) _store.ForgetLock(volume.Name);
        }

        foreach (var held in _locks) held.Dispose();
    }

    private static void Check(PlannedMount mount, RootView root)
    {
        var record = mount.Record;
        if (record.Type == MountTypes.Bind) BindSource.Check(record);
        if (record.Type != MountTypes.Volume || mount.IsShared) return;
        VolumeDriver.Validate(mount.Volume.Driver ?? VolumeDriver.Local, mount.Volume.Options);
        try
        {
            root.OpenDirectory(record.Target)?.Dispose();
        }
        catch (KernelException e) when (e.Errno == LibC.ENOTDIR)
        {
            throw new InvalidSettingException(mount.Parameter ?? "Image", record.Target, $"A volume cannot be mounted on '{record.Target}': the image has a file there. Choose another target.");
        }
    }

    private MountRecord Provide(PlannedMount mount, RootView root)
    {
        var name = mount.Record.Name!;
        var volume = _store.Read(name);
        if (volume is null)
        {
            if (mount.IsShared) throw new VolumeNotFoundException(name);
            volume = VolumeManager.RecordOf(mount.Volume with { Name = name }) with { IsAnonymous = mount.Record.IsAnonymous };
            using var source = mount.Fills && !volume.IsDriven ? root.OpenDirectory(mount.Record.Target) : null;
            _store.Add(volume, source is null ? null : folder => Guard(mount, () => VolumeFiller.Fill(folder, source)), durable: !(_passing && volume.IsAnonymous));
            _made.Add(volume);
            if (mount.Fills && volume.IsDriven) FillExisting(volume, mount, root);
        }
        else if (!mount.IsShared)
        {
            VolumeManager.CheckSame(volume, mount.Volume);
            if (mount.Fills) FillExisting(volume, mount, root);
        }

        return mount.Record with { IsDriven = volume.IsDriven };
    }

    private void FillExisting(VolumeRecord volume, PlannedMount mount, RootView root)
    {
        var folder = _store.DataOf(volume.Name);
        VolumeDriver.Mount(volume, folder);
        try
        {
            using var source = VolumeFiller.IsEmpty(folder) ? root.OpenDirectory(mount.Record.Target) : null;
            if (source is null) return;

            // Who has the folder mounted would not see another that takes its place.
            var inPlace = volume.IsDriven || _users.IsHeldByOthers(volume.Name, "");
            Guard(mount, () =>
            {
                if (inPlace) VolumeFiller.Fill(folder, source);
                else VolumeFiller.Replace(folder, source);
            });
        }
        finally
        {
            if (!_users.IsHeldByOthers(volume.Name, "")) VolumeDriver.Unmount(volume, folder);
        }
    }

    private static void Guard(PlannedMount mount, Action fill)
    {
        try
        {
            fill();
        }
        catch (Exception e) when (e is IOException or KernelException)
        {
            if (AtomicFile.IsNoSpace(e) || e is KernelException { Errno: var errno } && (errno == LibC.ENOSPC || errno == LibC.EDQUOT)) throw new NoSpaceException(mount.Record.Source!, e);
            throw new VolumeException(mount.Record.Name!, $"What the image has at '{mount.Record.Target}' cannot be copied to the volume '{mount.Record.Name}': {e.Message}", e);
        }
    }
}
