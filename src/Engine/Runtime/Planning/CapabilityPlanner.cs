using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>The five capability sets of a process, never more than the caller may give (man 7 capabilities).</summary>
internal sealed unsafe class CapabilityPlanner
{
    private readonly ulong _bounding, _effective, _permitted, _inheritable, _ambient;

    /// <summary>Reads the sets; what the caller does not have is left out, with a warning.</summary>
    internal CapabilityPlanner(LinuxCapabilities? sets, string field, bool hasUserNamespace, List<string> warnings)
    {
        // Whoever enters a user namespace has every capability there, and none that counts outside.
        var available = hasUserNamespace ? Capabilities.All() : Available();
        var missing = 0UL;
        _bounding = Mask(sets?.Bounding, "bounding");
        _effective = Mask(sets?.Effective, "effective");
        _permitted = Mask(sets?.Permitted, "permitted");
        _inheritable = Mask(sets?.Inheritable, "inheritable");
        _ambient = Mask(sets?.Ambient, "ambient");

        Contains(_permitted, sets?.Effective, "effective", "permitted");
        Contains(_bounding, sets?.Inheritable, "inheritable", "bounding");

        // The kernel lets only what is permitted and inheritable be ambient; documents that ask for more are common.
        _ambient &= _permitted & _inheritable;
        if (missing != 0) warnings.Add($"The caller lacks {string.Join(", ", Capabilities.NamesOf(missing))}; the process runs without.");

        ulong Mask(List<string>? names, string set)
        {
            var mask = 0UL;
            for (var i = 0; i < (names?.Count ?? 0); i++)
            {
                // Documents for newer kernels have names that this one does not know.
                if (Capabilities.TryParse(names![i], out var number)) mask |= 1UL << number;
                else warnings.Add($"{field}.{set}[{i}]: '{names[i]}' is not a capability; the process runs without.");
            }

            missing |= mask & ~available;
            return mask & available;
        }

        void Contains(ulong whole, List<string>? names, string set, string of)
        {
            for (var i = 0; i < (names?.Count ?? 0); i++)
                if (Capabilities.TryParse(names![i], out var number) && (available & ~whole & (1UL << number)) != 0)
                    throw new InvalidSpecException($"{field}.{set}[{i}]", $"'{names[i]}' must be in {field}.{of}, too");
        }
    }

    /// <summary>True when the process can install a filter without no_new_privs.</summary>
    internal static bool CallerHas(int capability)
    {
        Syscall.CapabilityData own;
        return Syscall.capget(&own) >= 0 && (own.EffectiveLow & (1u << capability)) != 0;
    }

    /// <summary>Plans the bounding set; needs CAP_SETPCAP, so it is dropped first.</summary>
    internal void PlanBounding(ChildPlan plan)
    {
        plan.Add(ChildStep.DropBounding, "process.capabilities.bounding", new() { Flags = _bounding });
        plan.Add(ChildStep.KeepCapabilities, "process.capabilities");
    }

    /// <summary>Plans the other sets, for a process that has its user already.</summary>
    internal void PlanSets(ChildPlan plan)
    {
        var data = (Syscall.CapabilityData*)plan.Arena.Allocate(sizeof(Syscall.CapabilityData));
        *data = new()
        {
            EffectiveLow = (uint)_effective,
            EffectiveHigh = (uint)(_effective >> 32),
            PermittedLow = (uint)_permitted,
            PermittedHigh = (uint)(_permitted >> 32),
            InheritableLow = (uint)_inheritable,
            InheritableHigh = (uint)(_inheritable >> 32),
        };
        plan.Add(ChildStep.SetCapabilities, "process.capabilities", new() { Data = data });
        plan.Add(ChildStep.ClearAmbient, "process.capabilities.ambient");
        if (_ambient != 0) plan.Add(ChildStep.RaiseAmbient, "process.capabilities.ambient", new() { Flags = _ambient });
    }

    /// <summary>What the caller may hand on: its permitted set, as far as its bounding set has it.</summary>
    private static ulong Available()
    {
        Syscall.CapabilityData own;
        if (Syscall.capget(&own) < 0) return 0;
        var permitted = own.PermittedLow | ((ulong)own.PermittedHigh << 32);
        for (var capability = 0; capability < 64; capability++)
        {
            var bit = 1UL << capability;
            if ((permitted & bit) != 0 && Syscall.prctl(Syscall.PR_CAPBSET_READ, capability) != 1) permitted &= ~bit;
        }

        return permitted;
    }
}
