using System.Management.Automation;
using System.Text.RegularExpressions;

namespace ContainerPS.Module;

/// <summary>What to wait for.</summary>
public enum ContainerCondition
{
    /// <summary>The container has ended.</summary>
    Exit,

    /// <summary>Its health checks find it healthy.</summary>
    Healthy,

    /// <summary>A program in its network listens on a TCP port, or on each that it publishes or exposes.</summary>
    Port,

    /// <summary>It writes a line that fits a pattern.</summary>
    Log,
}

/// <summary>Wait-Container: waits until containers have ended, are healthy, listen or have written something, and returns them.</summary>
[Cmdlet(VerbsLifecycle.Wait, "Container")]
[OutputType(typeof(Container))]
public sealed class WaitContainerCommand : ContainerItemCommand
{
    private CancellationTokenSource? _deadline;
    private TimeSpan? _timeout;
    private Regex? _pattern;

    /// <summary>What to wait for; -Port and -Pattern say it, too.</summary>
    [Parameter]
    public ContainerCondition For { get; set; }

    /// <summary>The TCP port that some program in the container's network is to listen on, inside. Without it, -For Port means each that the container publishes or exposes.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int? Port { get; set; }

    /// <summary>The regular expression that a line of output is to fit, anywhere in it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Pattern { get; set; }

    /// <summary>With -Pattern: a line that was written already will do, too, and not only one from now on.</summary>
    [Parameter]
    public SwitchParameter FromStart { get; set; }

    /// <summary>How long to wait for all of them together: '10s', '1m30s', a TimeSpan, or a number of seconds. For ever if none is given.</summary>
    [Parameter]
    public object? Timeout { get; set; }

    private protected override void Begin()
    {
        _timeout = TextSetting.Time(Timeout, nameof(Timeout));
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(For)))
            For = Port is not null ? ContainerCondition.Port : Pattern is not null ? ContainerCondition.Log : ContainerCondition.Exit;
        if (For == ContainerCondition.Log && Pattern is null)
            throw new InvalidSettingException(nameof(Pattern), null, "Pattern: give the pattern, as in -For Log -Pattern ready.");
        CheckGoesWith(nameof(Port), Port, ContainerCondition.Port);
        CheckGoesWith(nameof(Pattern), Pattern, ContainerCondition.Log);
        if (FromStart && For != ContainerCondition.Log)
            throw new InvalidSettingException(nameof(FromStart), true, "FromStart goes with -Pattern alone.");
        if (Pattern is not null)
            _pattern = Parse(Pattern);
        _deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        if (_timeout is { } timeout)
            _deadline.CancelAfter(timeout);
    }

    private protected override void ProcessContainer(Container container)
    {
        try
        {
            WriteObject(Wait(container, _deadline!.Token));
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            throw new ContainerEngineException("WaitTimeout", ErrorKind.Timeout, $"Container '{container.Name}' {Missing} within {_timeout}. Wait longer, or see Get-ContainerLog {container.Name}.", container.Name);
        }
    }

    private protected override void Dispose(bool disposing)
    {
        _deadline?.Dispose();
        base.Dispose(disposing);
    }

    private string Missing => For switch
    {
        ContainerCondition.Healthy => "was not healthy",
        ContainerCondition.Port => Port is null ? "had nothing listening on some of its ports" : $"had nothing listening on port {Port}",
        ContainerCondition.Log => $"wrote no line like '{Pattern}'",
        _ => "has not ended",
    };

    private static Regex Parse(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant);
        }
        catch (ArgumentException e)
        {
            throw new InvalidSettingException(nameof(Pattern), pattern, $"Pattern: '{pattern}' is not a regular expression: {e.Message}");
        }
    }

    private Container Wait(Container container, CancellationToken cancellation) => For switch
    {
        ContainerCondition.Healthy => Engine.Containers.WaitHealthy(container.Id, cancellation),
        ContainerCondition.Port => Engine.Containers.WaitPort(container.Id, Port, cancellation),
        ContainerCondition.Log => Engine.Containers.WaitLog(container.Id, _pattern!, FromStart, cancellation),
        _ => Engine.Containers.Wait(container.Id, cancellation),
    };

    private void CheckGoesWith(string parameter, object? value, ContainerCondition condition)
    {
        if (For != condition && value is not null)
            throw new InvalidSettingException(parameter, value, $"{parameter} goes with -For {condition}, not with -For {For}.");
    }
}
