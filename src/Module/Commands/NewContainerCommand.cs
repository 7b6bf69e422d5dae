using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>New-Container: creates a container without starting it.</summary>
[Cmdlet(VerbsCommon.New, "Container", SupportsShouldProcess = true)]
[OutputType(typeof(Container))]
public sealed class NewContainerCommand : SettingsCommand
{
    private protected override void Process()
    {
        var image = InputObject is null ? null : IdentityOfAttribute.Identity(InputObject)?.ToString();
        var settings = ReadSettings(image);
        if (!SkipsConfirmation && !ShouldProcess(settings.Image, "Create a container"))
            return;
        ProvideImage(settings);
        WriteObject(Engine.Containers.Create(settings));
    }
}
