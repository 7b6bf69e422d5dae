using System.Text.Json.Serialization;

namespace ContainerPS;

/// <summary>What is done when a container becomes unhealthy.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UnhealthyAction>))]
public enum UnhealthyAction
{
    /// <summary>It is told, no more.</summary>
    None,

    /// <summary>The container is stopped and started again.</summary>
    Restart,
}
