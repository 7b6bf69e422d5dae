using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Build;

/// <summary>Which network commands of RUN are on. What <c>default</c> means is decided here alone.</summary>
internal static class BuildNetwork
{
    private const string Default = "default";
    private const string Host = "host";
    private const string None = "none";

    // What a container's settings say for it.
    private const string DefaultMode = NetworkNames.Bridge;

    /// <summary>Refuses what -Network cannot be.</summary>
    internal static void Validate(string? network)
    {
        if (network is not (null or Default or Host or None))
            throw new InvalidSettingException("Network", network, $"-Network '{network}' is refused. Give default, host or none.");
    }

    /// <summary>True for commands that are on a network as containers are.</summary>
    internal static bool IsBridge(string mode) => mode == DefaultMode;

    /// <summary>The network of commands that do not say it, as a container's settings have it.</summary>
    internal static string ModeOf(string? network) => network is null or Default ? DefaultMode : network;

    /// <summary>The network of a RUN, as a container's settings have it.</summary>
    /// <param name="run">The instruction.</param>
    /// <param name="settings">What the build was asked.</param>
    /// <exception cref="DockerfileException">It asks for the machine's, which the build does not allow.</exception>
    internal static string Of(RunInstruction run, BuildSettings settings) => run.Network switch
    {
        RunNetwork.None => None,
        RunNetwork.Host when settings.AllowHostNetwork || settings.Network == Host => Host,
        RunNetwork.Host => throw new DockerfileException(run.Location, "RUN --network=host is not allowed. When this Dockerfile is to be trusted so far, build with -Allow network.host, or with -Network host."),
        _ => ModeOf(settings.Network),
    };
}
