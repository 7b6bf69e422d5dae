using System.Management.Automation;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Module;

/// <summary>Clear-ContainerStore: removes what nobody uses.</summary>
[Cmdlet(VerbsCommon.Clear, "ContainerStore", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(UnusedItem))]
public sealed class ClearContainerStoreCommand : ContainerCommand
{
    /// <summary>Images without a name, and content that nothing refers to. Without -Image, -Container, -Volume, -Network and -BuildCache, images and containers are meant.</summary>
    [Parameter]
    public SwitchParameter Image { get; set; }

    /// <summary>Containers that do not run.</summary>
    [Parameter]
    public SwitchParameter Container { get; set; }

    /// <summary>Anonymous volumes that no container uses. Their content is gone with them.</summary>
    [Parameter]
    public SwitchParameter Volume { get; set; }

    /// <summary>Networks that no container uses, running or not.</summary>
    [Parameter]
    public SwitchParameter Network { get; set; }

    /// <summary>What builds keep for later ones: steps and folders of cache mounts; the next build does all its steps. With -Until, what was last used before then.</summary>
    [Parameter]
    public SwitchParameter BuildCache { get; set; }

    /// <summary>Also images with a name, when no container uses them; with -Volume also volumes with a name.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>Only what was made before this time: a date and time, or how long ago ('24h').</summary>
    [Parameter]
    public object? Until { get; set; }

    /// <summary>Does not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override void Process()
    {
        var both = !Image && !Container && !Volume && !Network && !BuildCache;
        var types = new List<StoreItemType>();
        if (Container || both)
            types.Add(StoreItemType.Container);
        if (Volume)
            types.Add(StoreItemType.Volume);
        if (Network)
            types.Add(StoreItemType.Network);
        if (BuildCache)
            types.Add(StoreItemType.BuildCache);
        if (Image || both)
            types.AddRange([StoreItemType.Image, StoreItemType.Content]);
        var found = Engine.Store.FindUnused(new StoreSelection { Types = types, AllImages = All, AllVolumes = All, Until = TextSetting.PointInTime(Until, nameof(Until)) }, error => WriteError(ErrorRecords.From(error)));
        var approved = found.Where(item => Approve(item)).ToList();
        if (approved.Count > 0)
            WriteObject(Engine.Store.Clear(approved, Cancellation), enumerateCollection: true);
    }

    // -WhatIf and -Confirm have their say before -Force.
    private bool Approve(UnusedItem item)
    {
        var bound = MyInvocation.BoundParameters;
        if (Force && !bound.ContainsKey("WhatIf") && !bound.ContainsKey("Confirm") && !IsWhatIf)
            return true;
        return ShouldProcess($"{item.Type}: {item.Name}, {HumanReadable.Size(item.Size)}", "Remove");
    }

    private bool IsWhatIf => GetVariableValue("WhatIfPreference") is true or SwitchParameter { IsPresent: true };
}
