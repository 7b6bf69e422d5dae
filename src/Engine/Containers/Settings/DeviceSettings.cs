namespace ContainerPS;

/// <summary>A device of the host that a container may use.</summary>
/// <param name="HostPath">Device node, or folder of nodes, on the host.</param>
/// <param name="ContainerPath">Path inside.</param>
/// <param name="Permissions">Any of <c>r</c>, <c>w</c>, <c>m</c>.</param>
public sealed record DeviceSetting(string HostPath, string ContainerPath, string Permissions);

/// <summary>Weight of the traffic with one disk.</summary>
/// <param name="Path">Device node on the host.</param>
/// <param name="Weight">10 to 1000.</param>
public sealed record DeviceWeightSetting(string Path, int Weight);

/// <summary>Most traffic with one disk.</summary>
/// <param name="Path">Device node on the host.</param>
/// <param name="Rate">Bytes or operations a second; 0 is unlimited.</param>
public sealed record DeviceRateSetting(string Path, long Rate)
{
    /// <summary>As it is asked for: <c>/dev/sda:2097152</c>.</summary>
    public override string ToString() => $"{Path}:{Rate}";
}
