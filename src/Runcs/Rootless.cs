using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary>What <c>run</c> and <c>create</c> do for an ordinary user (see <see cref="RootlessCaller"/>).</summary>
internal static class Rootless
{
    /// <summary>Has the command done as the root of the container's user namespace: its exit code, or null when the caller is privileged.</summary>
    /// <param name="options">The command's options.</param>
    /// <param name="stay">True when the container is to end with this program.</param>
    internal static int? Run(LaunchOptions options, bool stay)
    {
        if (!RootlessCaller.IsUnprivileged || RootlessCaller.HasEntered) return null;
        using var root = RootlessCaller.Enter(StateStore.LoadSpec(options.Bundle), Environment.GetCommandLineArgs(), dieWithParent: stay);
        return Foreground.Attend(root, useTerminal: false);
    }
}
