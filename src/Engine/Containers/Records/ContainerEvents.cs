using ContainerPS.Engine.Events;

namespace ContainerPS.Engine.Containers;

/// <summary>Tells what happens to containers.</summary>
internal static class ContainerEvents
{
    /// <summary>Tells what has happened to a container; its image is told along.</summary>
    internal static void Write(this EventLog events, string action, ContainerRecord record, params ReadOnlySpan<(string Key, string? Value)> attributes) =>
        events.Write(ContainerEventType.Container, action, record.Id, record.Name, [("image", record.Settings.Image), .. attributes]);
}
