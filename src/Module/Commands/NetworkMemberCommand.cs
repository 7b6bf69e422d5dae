using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Cmdlets that put containers on a network, or take them off it: several at once, each for itself.</summary>
public abstract class NetworkMemberCommand : ContainerCommand
{
    /// <summary>The network: a name, an id or the beginning of one.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(NetworkCompleter))]
    [IdentityOf]
    [ValidateNotNullOrEmpty]
    public string Network { get; set; } = "";

    /// <summary>Containers: objects, names with wildcards, ids or beginnings of ids.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [IdentityOf]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Container { get; set; } = [];

    /// <summary>Returns the containers as they are then.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What is done, as -WhatIf says it.</summary>
    private protected abstract string Action { get; }

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
    private protected abstract void Change(Container container);

    private void ProcessContainer(Container container)
    {
        if (!ShouldProcess(container.Name, Action))
            return;
        Change(container);
        if (PassThru)
            WriteObject(Engine.Containers.Get(container.Id));
    }
}
