using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Events;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Changes limits and the restart policy: of a running container at once, and for its next start.</summary>
    /// <exception cref="InvalidSettingException">A value is refused; nothing was changed.</exception>
    /// <exception cref="ContainerNotFoundException">There is no such container.</exception>
    public Container Update(string id, ContainerChanges changes)
    {
        id = FindId(id);
        using var held = _records.Lock(id);
        var record = _records.Read(id) ?? throw new ContainerNotFoundException(id);
        var settings = changes.ApplyTo(record.Settings);
        var machine = Machine.Abilities();
        SettingsValidator.ValidateLimits(settings);
        Machine.Check(settings, machine);
        var state = _kernel.Read(id);
        if (state.IsRunning) Apply(record, changes, settings, machine);
        record.Settings = settings;
        _records.Write(record);

        // From this its monitor starts it again.
        if (state.IsMonitored) WriteSpec(record, _paths.RunOf(id));
        _events.Write(EventAction.Update, record);
        return Snapshot(record);
    }

    // Only what changes: the kernel refuses some values that it has already, as memory below what is used.
    private static void Apply(ContainerRecord record, ContainerChanges changes, ContainerSettings settings, MachineAbilities machine)
    {
        var changed = changes.ApplyTo(new ContainerSettings());
        if (changes.Memory is not null) changed.MemorySwap = settings.MemorySwap;
        if (changes.MemorySwap is not null) changed.Memory = settings.Memory;
        ProvideRealtime(changed with { CgroupParent = settings.CgroupParent, CpuRealtimePeriod = settings.CpuRealtimePeriod }, record.Id);
        var resources = SpecResources.Limits(changed, machine, new Dictionary<string, IReadOnlyList<LinuxDevice>>());
        CgroupFactory.Open(ContainerCgroup.PathOf(settings, record.Id)).Apply(resources);
    }
}
