namespace ContainerPS.Engine.Build;

/// <summary>RUN.</summary>
internal static partial class InstructionReader
{
    private static RunInstruction Run(RawInstruction raw)
    {
        var flags = FlagSet.Read(raw, new("mount", FlagKind.Many), new("network"), new("security"), new("device", FlagKind.Many));
        if (flags.All("device") is [var device, ..])
            throw raw.Fault($"'--device={Shorten(device)}' of RUN is not possible: no devices of the host (CDI) are given to builds.");
        var mounts = new List<RunMount>();
        foreach (var text in flags.All("mount"))
            mounts.Add(RunMountReader.Read(text, null, raw.Location));
        var command = Command(raw, raw.Arguments);
        if (!command.IsShell && command.Words.Count == 0)
            throw raw.Fault("RUN has an empty array, and takes a program.");
        return new(raw)
        {
            Command = command,
            Heredocs = raw.Heredocs,
            IsScript = raw.Heredocs.Count > 0 && HeredocReader.TryParse(raw.Arguments, raw.Location) is not null,
            Mounts = mounts,
            Network = flags.Text("network") switch
            {
                null or "default" => RunNetwork.Default,
                "none" => RunNetwork.None,
                "host" => RunNetwork.Host,
                var other => throw raw.Fault($"'--network={Shorten(other)}' of RUN is neither default, none nor host."),
            },
            Security = flags.Text("security") switch
            {
                null or "sandbox" => RunSecurity.Sandbox,
                "insecure" => RunSecurity.Insecure,
                var other => throw raw.Fault($"'--security={Shorten(other)}' of RUN is neither sandbox nor insecure."),
            },
        };
    }
}
