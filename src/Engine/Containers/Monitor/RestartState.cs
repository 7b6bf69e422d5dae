namespace ContainerPS.Engine.Containers;

/// <summary>How far the restarts of a container have come.</summary>
/// <param name="Count">How often it has been started again since somebody started it.</param>
/// <param name="Delay">The time that is, or was, waited before this start.</param>
internal readonly record struct RestartState(int Count, TimeSpan Delay);

/// <summary>Whether the restart policy has a say at the end of a run.</summary>
internal enum RunEnding
{
    /// <summary>It ended by itself, or was stopped.</summary>
    Normal,

    /// <summary>The monitor was asked to end, as when the machine goes down.</summary>
    WithMonitor,

    /// <summary>It was ended to be started again.</summary>
    ForRestart,
}
