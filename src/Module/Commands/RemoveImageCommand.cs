using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Remove-Image: takes a name off an image; with its last name the image goes.</summary>
[Cmdlet(VerbsCommon.Remove, "Image", SupportsShouldProcess = true)]
[OutputType(typeof(Image))]
public sealed class RemoveImageCommand : ContainerCommand
{
    /// <summary>Images: objects, names with wildcards, names with a digest, ids or beginnings of ids.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "ImageId")]
    [ArgumentCompleter(typeof(ImageCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    /// <summary>Removes it although stopped containers use it, or it has several names.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the images as they were.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        foreach (var pattern in Image)
            ForItem(() => Remove(pattern));
    }

    private void Remove(string pattern)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(pattern))
        {
            RemoveOne(pattern, Engine.Images.Get(pattern));
            return;
        }

        foreach (var image in Engine.Images.Find(pattern))
            ForItem(() => RemoveOne(image.Name, image));
    }

    // By the name that was given: an id means the image itself, a name perhaps only that name.
    private void RemoveOne(string name, Image image)
    {
        if (!ShouldProcess(name, "Remove"))
            return;
        var removal = Engine.Images.Remove(name, Engine.Containers.ImageUsers, Force);
        foreach (var untagged in removal.Untagged)
            WriteVerbose($"Untagged: {untagged}");
        foreach (var deleted in removal.Deleted)
            WriteVerbose($"Deleted: {deleted}");
        if (PassThru)
            WriteObject(image);
    }
}
