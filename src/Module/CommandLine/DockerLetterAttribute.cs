using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>
/// Marks a switch that stands for a letter of Docker's command line. It takes no value, so that PowerShell leaves the next word where it stands;
/// <see cref="CommandLineReader"/> gives the word to the right one.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DockerLetterAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => SwitchParameter.Present;
}
