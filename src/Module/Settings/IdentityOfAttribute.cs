using System.Collections;
using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Lets a parameter that takes names or ids take the objects themselves: a container, image, volume or network stands for its id or name, what is told of a network for the container or the subnet.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IdentityOfAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is IList items ? (object?[])[.. items.Cast<object?>().Select(Identity)] : Identity(inputData);

    /// <summary>The id of an object of ours; anything else as it is.</summary>
    internal static object? Identity(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        Container container => container.Id,
        Image image => image.Name,
        ContainerVolume volume => volume.Name,
        ContainerNetwork network => network.Name,
        NetworkEndpoint endpoint => endpoint.ContainerId,
        NetworkSubnet subnet => subnet.Subnet.ToString(),
        _ => value,
    };
}
