using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>What to wait for.</summary>
public enum ContainerCondition
{
    /// <summary>The container has ended.</summary>
    Exit,
}

/// <summary>Wait-Container: waits until containers have ended, and returns them.</summary>
[Cmdlet(VerbsLifecycle.Wait, "Container")]
[OutputType(typeof(Container))]
public sealed class WaitContainerCommand : ContainerItemCommand
{
    private CancellationTokenSource? _deadline;
    private TimeSpan? _timeout;

    /// <summary>What to wait for.</summary>
    [Parameter]
    public ContainerCondition For { get; set; } = ContainerCondition.Exit;

    /// <summary>How long to wait for all of them together: '10s', '1m30s', a TimeSpan, or a number of seconds. For ever if none is given.</summary>
    [Parameter]
    public object? Timeout { get; set; }

    private protected override void Begin()
    {
        _timeout = TextSetting.Time(Timeout, nameof(Timeout));
        _deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        if (_timeout is { } timeout)
            _deadline.CancelAfter(timeout);
    }

    private protected override void ProcessContainer(Container container)
    {
        try
        {
            WriteObject(Engine.Containers.Wait(container.Id, _deadline!.Token));
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            throw new ContainerEngineException("WaitTimeout", ErrorKind.Timeout, $"Container '{container.Name}' has not ended within {_timeout}. Wait longer, or stop it with Stop-Container.", container.Name);
        }
    }

    private protected override void Dispose(bool disposing)
    {
        _deadline?.Dispose();
        base.Dispose(disposing);
    }
}
