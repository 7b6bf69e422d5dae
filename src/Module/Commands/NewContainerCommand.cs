using System.Management.Automation;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Module;

/// <summary>New-Container: creates a container without starting it.</summary>
[Cmdlet(VerbsCommon.New, "Container", SupportsShouldProcess = true)]
[OutputType(typeof(Container))]
public sealed class NewContainerCommand : SettingsCommand
{
    private readonly SettingsRow _row;

    /// <summary>Makes the cmdlet.</summary>
    public NewContainerCommand() => _row = new SettingsRow(this);

    private protected override void Process()
    {
        if (InputObject is { BaseObject: PSCustomObject })
            ForItem(() => Create(_row.Read(InputObject, ReadSettings)));
        else
            Create(ReadSettings(InputObject is null ? null : IdentityOfAttribute.Identity(InputObject)?.ToString()));
    }

    private void Create(ContainerSettings settings)
    {
        if (!SkipsConfirmation && !ShouldProcess(settings.Image, "Create a container"))
            return;
        ProvideImage(settings);
        WriteObject(Engine.Containers.Create(settings));
    }
}
