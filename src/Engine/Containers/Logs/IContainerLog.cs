namespace ContainerPS.Engine.Containers;

/// <summary>Where a container's output is kept.</summary>
internal interface IContainerLog : IDisposable
{
    /// <summary>Bytes of output that could not be kept.</summary>
    long Lost { get; }

    /// <summary>Takes what the container has written; never waits for anybody but the disk.</summary>
    void Write(OutputStream stream, ReadOnlySpan<byte> data);

    /// <summary>The container has ended: takes what has no line end yet.</summary>
    void Complete();
}

/// <summary>The driver <c>none</c>.</summary>
internal sealed class NoLog : IContainerLog
{
    /// <inheritdoc/>
    public long Lost => 0;

    /// <inheritdoc/>
    public void Write(OutputStream stream, ReadOnlySpan<byte> data)
    {
    }

    /// <inheritdoc/>
    public void Complete()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
