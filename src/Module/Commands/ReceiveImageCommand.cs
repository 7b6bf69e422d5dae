using System.Management.Automation;
using ContainerPS.Engine.Images;

namespace ContainerPS.Module;

/// <summary>Receive-Image: pulls images from their registries.</summary>
[Cmdlet(VerbsCommunications.Receive, "Image", SupportsShouldProcess = true)]
[Alias("Pull-Image")]
[OutputType(typeof(Image))]
public sealed class ReceiveImageCommand : ContainerCommand
{
    /// <summary>Names of images: [registry[:port]/]repository[:tag][@digest]; without a tag, latest is meant, without a registry, Docker Hub.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ImageCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    /// <summary>Which image of several for different processors, as os/architecture[/variant]; by default the one for this machine.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PlatformCompleter))]
    public string? Platform { get; set; }

    /// <summary>The images for all processors, as the registry has them; the one for this machine is unpacked.</summary>
    [Parameter]
    public SwitchParameter AllPlatforms { get; set; }

    private protected override void Process()
    {
        foreach (var image in Image)
        {
            ForItem(() =>
            {
                var name = ImageReference.Parse(image).WithDefaultTag().ToFamiliarString();
                if (ShouldProcess(name, "Pull"))
                    WriteObject(new ImageTransfer(this, Cancellation).Pull(Engine, new PullRequest { Image = name, Platform = Platform, AllPlatforms = AllPlatforms }).Image);
            });
        }
    }
}
