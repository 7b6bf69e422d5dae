using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Remove-ContainerVolume: removes volumes that no container uses.</summary>
[Cmdlet(VerbsCommon.Remove, "ContainerVolume", SupportsShouldProcess = true)]
[OutputType(typeof(ContainerVolume))]
public sealed class RemoveContainerVolumeCommand : ContainerCommand
{
    /// <summary>Volumes: objects, or names with wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(VolumeCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Volume { get; set; } = [];

    /// <summary>Does not mind when there is no such volume. One that is in use is not removed all the same.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the volumes as they were.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        foreach (var pattern in Volume)
            ForItem(() => Remove(pattern));
    }

    private void Remove(string pattern)
    {
        if (WildcardPattern.ContainsWildcardCharacters(pattern))
        {
            foreach (var volume in Engine.Volumes.Find(pattern))
                ForItem(() => RemoveOne(volume.Name, volume));
            return;
        }

        RemoveOne(pattern, Look(pattern));
    }

    private void RemoveOne(string name, ContainerVolume? volume)
    {
        if (!ShouldProcess(name, "Remove volume"))
            return;
        try
        {
            Engine.Volumes.Remove(name);
        }
        catch (VolumeNotFoundException) when (Force)
        {
            return;
        }

        if (PassThru && volume is not null)
            WriteObject(volume);
    }

    // A volume whose record is damaged can be removed, and has nothing to be returned.
    private ContainerVolume? Look(string name)
    {
        try
        {
            return Engine.Volumes.Get(name);
        }
        catch (Exception e) when (e is InvalidContentException || (Force && e is VolumeNotFoundException))
        {
            return null;
        }
    }
}
