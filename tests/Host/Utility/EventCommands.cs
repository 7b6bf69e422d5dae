using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Register-ObjectEvent.</summary>
[Cmdlet(VerbsLifecycle.Register, "ObjectEvent")]
[OutputType(typeof(PSEventJob))]
public sealed class RegisterObjectEventCommand : ObjectEventRegistrationBase
{
    /// <summary>The object.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public PSObject InputObject { get; set; } = new();

    /// <summary>Its event.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    public string EventName { get; set; } = string.Empty;

    /// <inheritdoc />
    protected override object GetSourceObject() => InputObject;

    /// <inheritdoc />
    protected override string GetSourceObjectEventName() => EventName;
}

/// <summary>Register-EngineEvent.</summary>
[Cmdlet(VerbsLifecycle.Register, "EngineEvent")]
[OutputType(typeof(PSEventJob))]
public sealed class RegisterEngineEventCommand : ObjectEventRegistrationBase
{
    /// <summary>The event.</summary>
    [Parameter(Mandatory = true, Position = 100)]
    public new string SourceIdentifier
    {
        get => base.SourceIdentifier;
        set => base.SourceIdentifier = value;
    }

    /// <inheritdoc />
    protected override object? GetSourceObject()
    {
        // Without an action there is nothing to run and nothing to subscribe for: the engine queues the event anyway.
        if (Action is null && !Forward)
        {
            ThrowTerminatingError(new ErrorRecord(new ArgumentException("The action must be specified for engine events."), "ACTION_MANDATORY_FOR_LOCAL", ErrorCategory.InvalidArgument, null));
        }

        return null;
    }

    /// <inheritdoc />
    protected override string GetSourceObjectEventName() => SourceIdentifier;
}

/// <summary>Get-Event.</summary>
[Cmdlet(VerbsCommon.Get, "Event")]
[OutputType(typeof(PSEventArgs))]
public sealed class GetEventCommand : PSCmdlet
{
    /// <summary>Sources; wildcards are expanded.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public string SourceIdentifier { get; set; } = "*";

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        var pattern = WildcardPattern.Get(SourceIdentifier, WildcardOptions.IgnoreCase);
        WriteObject(Events.ReceivedEvents.Where(item => pattern.IsMatch(item.SourceIdentifier)).ToList(), enumerateCollection: true);
    }
}

/// <summary>New-Event.</summary>
[Cmdlet(VerbsCommon.New, "Event")]
[OutputType(typeof(PSEventArgs))]
public sealed class NewEventCommand : PSCmdlet
{
    /// <summary>The source.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    public string SourceIdentifier { get; set; } = string.Empty;

    /// <summary>Who raised it.</summary>
    [Parameter(Position = 1)]
    public PSObject? Sender { get; set; }

    /// <summary>What it carries.</summary>
    [Parameter(Position = 2)]
    public PSObject[] EventArguments { get; set; } = [];

    /// <summary>A message.</summary>
    [Parameter(Position = 3)]
    public PSObject? MessageData { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing() =>
        WriteObject(Events.GenerateEvent(SourceIdentifier, Sender?.BaseObject, [.. EventArguments.Select(PSObject.Base)], MessageData, processInCurrentThread: true, waitForCompletionInCurrentThread: false));
}

/// <summary>Remove-Event.</summary>
[Cmdlet(VerbsCommon.Remove, "Event", SupportsShouldProcess = true)]
public sealed class RemoveEventCommand : PSCmdlet
{
    /// <summary>The source.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public string SourceIdentifier { get; set; } = string.Empty;

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        var pattern = WildcardPattern.Get(SourceIdentifier, WildcardOptions.IgnoreCase);
        lock (Events.ReceivedEvents.SyncRoot)
        {
            for (int i = Events.ReceivedEvents.Count - 1; i >= 0; i--)
            {
                string source = Events.ReceivedEvents[i].SourceIdentifier;
                if (pattern.IsMatch(source) && ShouldProcess($"Event '{source}'", "Remove"))
                    Events.ReceivedEvents.RemoveAt(i);
            }
        }
    }
}

/// <summary>Unregister-Event.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "Event", SupportsShouldProcess = true)]
public sealed class UnregisterEventCommand : PSCmdlet
{
    /// <summary>The source.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    public string SourceIdentifier { get; set; } = string.Empty;

    /// <summary>Hidden ones too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        var pattern = WildcardPattern.Get(SourceIdentifier, WildcardOptions.IgnoreCase);
        foreach (PSEventSubscriber subscriber in Events.Subscribers.Where(item => pattern.IsMatch(item.SourceIdentifier ?? string.Empty)).ToList())
        {
            if (ShouldProcess($"Event subscription '{subscriber.SourceIdentifier}'", "Unsubscribe"))
                Events.UnsubscribeEvent(subscriber);
        }
    }
}

/// <summary>Wait-Event.</summary>
[Cmdlet(VerbsLifecycle.Wait, "Event")]
[OutputType(typeof(PSEventArgs))]
public sealed class WaitEventCommand : PSCmdlet, IDisposable
{
    private readonly AutoResetEvent _arrived = new(initialState: false);
    private volatile bool _stopped;
    private PSEventArgs? _event;

    /// <summary>The source; any without.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public string SourceIdentifier { get; set; } = "*";

    /// <summary>Seconds to wait at most.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [ValidateRange(-1, int.MaxValue)]
    public int Timeout { get; set; } = -1;

    /// <inheritdoc />
    public void Dispose() => _arrived.Dispose();

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        DateTime end = Timeout < 0 ? DateTime.MaxValue : DateTime.UtcNow.AddSeconds(Timeout);
        Events.ReceivedEvents.PSEventReceived += OnReceived;
        try
        {
            Scan();
            while (_event is null && !_stopped && DateTime.UtcNow < end)
            {
                TimeSpan left = end - DateTime.UtcNow;
                _arrived.WaitOne(left > TimeSpan.FromMilliseconds(200) ? 200 : Math.Max(0, (int)left.TotalMilliseconds));
                Scan();
            }
        }
        finally
        {
            Events.ReceivedEvents.PSEventReceived -= OnReceived;
        }

        if (_event is not null)
            WriteObject(_event);
    }

    /// <inheritdoc />
    protected override void StopProcessing()
    {
        _stopped = true;
        _arrived.Set();
    }

    private void OnReceived(object sender, PSEventArgs received) => _arrived.Set();

    private void Scan()
    {
        var pattern = WildcardPattern.Get(SourceIdentifier, WildcardOptions.IgnoreCase);
        lock (Events.ReceivedEvents.SyncRoot)
            _event ??= Events.ReceivedEvents.FirstOrDefault(item => pattern.IsMatch(item.SourceIdentifier));
    }
}
