using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Get-Image: images in the store.</summary>
[Cmdlet(VerbsCommon.Get, "Image")]
[OutputType(typeof(Image))]
public sealed class GetImageCommand : ContainerCommand
{
    /// <summary>Images: names with wildcards, repositories, ids or beginnings of ids; all if none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "ImageId")]
    [ArgumentCompleter(typeof(ImageCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    private protected override void Process()
    {
        if (Image.Length == 0)
            WriteObject(Engine.Images.List(), enumerateCollection: true);
        foreach (var pattern in Image)
            ForItem(() => WriteObject(Engine.Images.Find(pattern), enumerateCollection: true));
    }
}
