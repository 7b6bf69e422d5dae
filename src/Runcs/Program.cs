namespace ContainerPS.Runcs;

/// <summary>The OCI runtime's command line (runc's commands and flags).</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        var options = new GlobalOptions();
        try
        {
            var reader = new ArgumentReader(arguments);
            options.Read(reader);
            return Dispatch(options, reader);
        }
        catch (ContainerEngineException e)
        {
            ErrorReport.Write(options, e.Message);
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ErrorReport.Write(options, e.Message);
            return 1;
        }
    }

    private static int Dispatch(GlobalOptions options, ArgumentReader reader) => reader.Command() switch
    {
        "run" => RunCommand.Run(options, reader),
        "create" => CreateCommand.Run(options, reader),
        "start" => StartCommand.Run(options, reader),
        "exec" => ExecCommand.Run(options, reader),
        "state" => StateCommand.Run(options, reader),
        "kill" => KillCommand.Run(options, reader),
        "delete" => DeleteCommand.Run(options, reader),
        "pause" => PauseCommand.Run(options, reader),
        "resume" => ResumeCommand.Run(options, reader),
        "ps" => PsCommand.Run(options, reader),
        "update" => UpdateCommand.Run(options, reader),
        "events" => EventsCommand.Run(options, reader),
        "list" => ListCommand.Run(options, reader),
        "monitor" => MonitorCommand.Run(options.Root, reader.Rest()),
        "step" => StepCommand.Run(reader),
        "spec" => SpecCommand.Run(reader),
        "features" => FeaturesCommand.Run(),
        "--version" or "-v" => VersionCommand.Run(),
        "" or "help" or "--help" or "-h" => HelpCommand.Run(),
        var other => throw new UsageException($"there is no command '{other}'; 'runcs help' lists them"),
    };
}
