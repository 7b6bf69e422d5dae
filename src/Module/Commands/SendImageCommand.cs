using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Send-Image: pushes images to the registries that their names say.</summary>
[Cmdlet(VerbsCommunications.Send, "Image", SupportsShouldProcess = true)]
[Alias("Push-Image")]
[OutputType(typeof(Image))]
public sealed class SendImageCommand : ContainerCommand
{
    /// <summary>Names of images in the store: registry[:port]/repository[:tag]; Add-ImageTag gives an image such a name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ImageCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    /// <summary>All tags of the repository.</summary>
    [Parameter]
    public SwitchParameter AllTags { get; set; }

    private protected override void Process()
    {
        foreach (var image in Image)
        {
            ForItem(() =>
            {
                var name = ImageReference.Parse(image);
                if (ShouldProcess(AllTags ? name.ToFamiliarString() : name.WithDefaultTag().ToFamiliarString(), "Push"))
                    WriteObject(new ImageTransfer(this, Cancellation).Push(Engine, image, AllTags), enumerateCollection: true);
            });
        }
    }
}
