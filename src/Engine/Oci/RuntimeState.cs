namespace ContainerPS.Engine.Oci;

/// <summary>A container's state (runtime.md#state): what <c>state</c> prints and what hooks read.</summary>
public sealed record RuntimeState
{
    /// <summary>Version of the runtime-spec.</summary>
    public string? OciVersion { get; set; }

    /// <summary>Container id.</summary>
    public string? Id { get; set; }

    /// <summary><c>creating</c>, <c>created</c>, <c>running</c> or <c>stopped</c>.</summary>
    public string? Status { get; set; }

    /// <summary>Process id of PID 1, seen from the host; absent when stopped.</summary>
    public int? Pid { get; set; }

    /// <summary>Absolute path of the bundle.</summary>
    public string? Bundle { get; set; }

    /// <summary>Annotations of config.json.</summary>
    public Dictionary<string, string>? Annotations { get; set; }
}
