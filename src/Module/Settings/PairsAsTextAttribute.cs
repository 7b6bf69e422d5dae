using System.Collections;
using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Lets a parameter that takes 'key=value' take hashtables, too.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PairsAsTextAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is IDictionary pairs
            ? pairs.Keys.Cast<object>().Select(key => FormattableString.Invariant($"{key}={pairs[key]}")).ToArray()
            : inputData;
}
