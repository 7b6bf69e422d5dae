using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Find-Image: what a registry has; without a registry, Docker Hub is searched.</summary>
[Cmdlet(VerbsCommon.Find, "Image")]
[OutputType(typeof(ImageSearchResult))]
public sealed class FindImageCommand : ContainerCommand
{
    /// <summary>Repositories, with wildcards; for Docker Hub, a word to search for.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The registry's host and, if it has one, its port.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Registry { get; set; }

    /// <summary>Also the tags of each repository; those of one that is named without wildcards come anyway.</summary>
    [Parameter]
    public SwitchParameter Tag { get; set; }

    private protected override void Process()
    {
        var messages = new Queue<string>();
        foreach (var result in Engine.Registries.Find(Registry, Name, Tag, messages.Enqueue, Cancellation))
        {
            Tell(messages);
            WriteObject(result);
        }

        Tell(messages);
    }

    private void Tell(Queue<string> messages)
    {
        while (messages.TryDequeue(out var message))
            WriteVerbose(message);
    }
}
