using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Get-ContainerEngine: the engine on this machine.</summary>
[Cmdlet(VerbsCommon.Get, "ContainerEngine")]
[OutputType(typeof(ContainerEngine))]
public sealed class GetContainerEngineCommand : ContainerCommand
{
    private protected override void Process() => WriteObject(Engine.GetInfo());
}
