namespace ContainerPS.Engine.Runtime;

/// <summary>A root file system made of layers (overlay): mounted in the container's mount namespace alone.</summary>
/// <param name="Lower">Read-only directories, uppermost first.</param>
/// <param name="Upper">Directory that takes the changes.</param>
/// <param name="Work">Empty directory on the file system of <paramref name="Upper"/>.</param>
/// <param name="Volatile">True when the changes need not outlive a crash of the machine: nothing is written back for their sake, at the unmount neither.</param>
internal sealed record OverlayRoot(IReadOnlyList<string> Lower, string Upper, string Work, bool Volatile = false);
