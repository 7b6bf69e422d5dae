using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Cmdlets that do something with containers that exist: by name (wildcards), id, id prefix or object, several at once, each for itself.</summary>
public abstract class ContainerItemCommand : ContainerCommand
{
    /// <summary>Containers: objects, names with wildcards, ids or beginnings of ids.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "Name")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Container { get; set; } = [];

    private protected sealed override void Process()
    {
        foreach (var pattern in Container)
        {
            ForItem(() =>
            {
                foreach (var container in Engine.Containers.Find(pattern, ReportDamaged))
                    ForItem(() => ProcessContainer(container));
            });
        }
    }

    /// <summary>Does it with one.</summary>
    private protected abstract void ProcessContainer(Container container);
}
