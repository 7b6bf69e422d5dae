using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Build;

/// <summary>The mounts of one RUN, ready to be made; what they hold is let go of with this.</summary>
internal sealed class PreparedMounts : IDisposable
{
    private readonly Stack<IDisposable> _held = new();

    /// <summary>The mounts.</summary>
    internal List<Mount> Mounts { get; } = [];

    /// <summary>Variables that the command gets for their sake.</summary>
    internal List<string> Variables { get; } = [];

    /// <summary>Keeps something until the command has ended.</summary>
    internal T Hold<T>(T held)
        where T : IDisposable
    {
        _held.Push(held);
        return held;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_held.TryPop(out var held)) held.Dispose();
    }
}
