using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Add-ImageTag: gives an image more names.</summary>
[Cmdlet(VerbsCommon.Add, "ImageTag", SupportsShouldProcess = true)]
[Alias("Tag-Image")]
[OutputType(typeof(Image))]
public sealed class AddImageTagCommand : ContainerCommand
{
    /// <summary>The image: an object, a name, an id or the beginning of one.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ImageId")]
    [ArgumentCompleter(typeof(ImageCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string Image { get; set; } = "";

    /// <summary>The new names, with the registry if the image is to be sent to one; without a tag, latest is meant. An image that has such a name loses it.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    private protected override void Process()
    {
        foreach (var name in Name)
        {
            ForItem(() =>
            {
                if (ShouldProcess(Image, $"Add the name {name}"))
                    WriteObject(Engine.Images.Tag(Image, name));
            });
        }
    }
}
