using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>ConvertTo-Image: makes an image of a container.</summary>
[Cmdlet(VerbsData.ConvertTo, "Image", SupportsShouldProcess = true)]
[Alias("Commit-Container")]
[OutputType(typeof(Image))]
public sealed class ConvertToImageCommand : ContainerCommand
{
    /// <summary>The container: an object, a name, an id or the beginning of one.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string Container { get; set; } = "";

    /// <summary>Names of the image; without a tag, latest is meant. Another image that has such a name loses it.</summary>
    [Parameter(Position = 1)]
    [Alias("Image", "t", "Tag")]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Who made it.</summary>
    [Parameter]
    [Alias("a")]
    public string? Author { get; set; }

    /// <summary>Why it was made.</summary>
    [Parameter]
    [Alias("m")]
    public string? Message { get; set; }

    /// <summary>Instructions of a Dockerfile that change what the image says: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME, WORKDIR.</summary>
    [Parameter]
    [Alias("c")]
    public string[] Change { get; set; } = [];

    /// <summary>Lets the container's processes run meanwhile; what they are just writing may then be in the image in part.</summary>
    [Parameter]
    public SwitchParameter NoPause { get; set; }

    private protected override void Process()
    {
        var container = Engine.Containers.Get(Container);
        if (!ShouldProcess(container.Name, "Make an image"))
            return;
        var settings = new CommitSettings { Names = Name, Author = Author, Message = Message, Changes = Change, Pause = !NoPause };
        WriteObject(Engine.Commit(container.Id, settings, Cancellation));
    }
}
