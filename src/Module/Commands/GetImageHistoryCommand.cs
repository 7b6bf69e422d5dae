using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Get-ImageHistory: the steps by which an image was made, the last one first.</summary>
[Cmdlet(VerbsCommon.Get, "ImageHistory")]
[OutputType(typeof(ImageHistoryEntry))]
public sealed class GetImageHistoryCommand : ContainerCommand
{
    /// <summary>Images: objects, names, ids or beginnings of ids.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "ImageId")]
    [ArgumentCompleter(typeof(ImageCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    private protected override void Process()
    {
        foreach (var image in Image)
            ForItem(() => WriteObject(Engine.Images.History(image), enumerateCollection: true));
    }
}
