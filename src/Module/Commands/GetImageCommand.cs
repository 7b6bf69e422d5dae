using System.Management.Automation;
using ContainerPS.Engine.Images;

namespace ContainerPS.Module;

/// <summary>Get-Image: images in the store.</summary>
[Cmdlet(VerbsCommon.Get, "Image")]
[OutputType(typeof(Image))]
public sealed class GetImageCommand : ContainerCommand
{
    private ImageFilter _filter = new();

    /// <summary>Images: names with wildcards, repositories, names with a digest, ids or beginnings of ids; all if none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name", "ImageId")]
    [ArgumentCompleter(typeof(ImageCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    /// <summary>Only images without a name; with -Dangling:$false only those with one.</summary>
    [Parameter]
    public SwitchParameter Dangling { get; set; }

    /// <summary>Only images with all these labels: 'key', 'key=value', or a hashtable.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ImageLabelCompleter))]
    [PairsAsText]
    [ValidateNotNullOrEmpty]
    public string[] Label { get; set; } = [];

    /// <summary>Only images that were made before this one.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ImageCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string? Before { get; set; }

    /// <summary>Only images that were made after this one.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ImageCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string? Since { get; set; }

    private protected override void Begin()
    {
        _filter = new ImageFilter
        {
            Dangling = Dangling.IsPresent || MyInvocation.BoundParameters.ContainsKey(nameof(Dangling)) ? Dangling.ToBool() : null,
            Labels = Label,
            Before = TimeOf(Before),
            Since = TimeOf(Since),
        };
    }

    private protected override void Process()
    {
        if (Image.Length == 0)
            Write(Engine.Images.List());
        foreach (var pattern in Image)
            ForItem(() => Write(Engine.Images.Find(pattern)));
    }

    private void Write(IReadOnlyList<Image> images)
    {
        foreach (var image in images)
        {
            if (_filter.Fits(image))
                WriteObject(image);
        }
    }

    private DateTimeOffset? TimeOf(string? image)
    {
        if (image is null)
            return null;
        return Engine.Images.Get(image).Created
            ?? throw new ContainerEngineException("NoCreationTime", ErrorKind.InvalidArgument, $"The image '{image}' does not say when it was made, so nothing is before or after it.", image);
    }
}
