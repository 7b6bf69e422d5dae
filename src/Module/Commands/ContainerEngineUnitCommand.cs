using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>What has to do with the systemd unit.</summary>
public abstract class ContainerEngineUnitCommand : ContainerCommand
{
    /// <summary>The unit's file.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "/etc/systemd/system/containerps.service";

    /// <summary>The unit's file, in full.</summary>
    private protected string FullPath => GetUnresolvedProviderPathFromPSPath(Path);
}

/// <summary>Register-ContainerEngine: writes and enables a systemd unit that starts containers with the machine, as their restart policies want it.</summary>
[Cmdlet(VerbsLifecycle.Register, "ContainerEngine", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class RegisterContainerEngineCommand : ContainerEngineUnitCommand
{
    /// <summary>The PowerShell program that runs then; this one if none is given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PowerShellPath { get; set; }

    /// <summary>Returns the unit's file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process()
    {
        if (!ShouldProcess(FullPath, "Write and enable the unit"))
            return;
        var shell = PowerShellPath is null ? Environment.ProcessPath! : GetUnresolvedProviderPathFromPSPath(PowerShellPath);
        Engine.Register(FullPath, shell, System.IO.Path.Combine(MyInvocation.MyCommand.Module.ModuleBase, "ContainerPS.psd1"));
        if (PassThru)
            WriteItem(FullPath);
    }
}

/// <summary>Unregister-ContainerEngine: removes that unit.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "ContainerEngine", SupportsShouldProcess = true)]
public sealed class UnregisterContainerEngineCommand : ContainerEngineUnitCommand
{
    private protected override void Process()
    {
        if (ShouldProcess(FullPath, "Disable and remove the unit") && !Engine.Unregister(FullPath))
            WriteWarning($"There is no unit '{FullPath}'.");
    }
}
