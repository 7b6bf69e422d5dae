using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Get-Container: containers, in whatever state they are.</summary>
[Cmdlet(VerbsCommon.Get, "Container")]
[OutputType(typeof(Container))]
public sealed class GetContainerCommand : ContainerCommand
{
    /// <summary>Containers: names with wildcards, ids or beginnings of ids; all if none is given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "Name")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Container { get; set; } = [];

    /// <summary>Only those in these states.</summary>
    [Parameter]
    public ContainerState[] State { get; set; } = [];

    private protected override void Process()
    {
        if (Container.Length == 0)
            Write(Engine.Containers.List());
        foreach (var pattern in Container)
            ForItem(() => Write(Engine.Containers.Find(pattern)));
    }

    private void Write(IReadOnlyList<Container> containers)
    {
        foreach (var container in containers)
        {
            if (State.Length == 0 || State.Contains(container.State))
                WriteObject(container);
        }
    }
}
