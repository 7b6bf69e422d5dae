namespace ContainerPS.Runcs;

/// <summary><c>help</c>.</summary>
internal static class HelpCommand
{
    internal static int Run()
    {
        Output.Write("""
            runcs runs containers by the Open Container Initiative's runtime specification.

            usage: runcs [--root DIR] [--log FILE] [--log-format text|json] COMMAND

              run [--bundle DIR] [--detach] [--pid-file FILE] [--console-socket FILE] [--preserve-fds N] [--no-new-keyring] [--no-pivot] [--keep] ID
              create [--bundle DIR] [--pid-file FILE] [--console-socket FILE] [--preserve-fds N] [--no-new-keyring] [--no-pivot] ID
              start ID
              exec [--process FILE | --cwd DIR --env NAME=VALUE --user UID[:GID] --tty …] [--detach] [--pid-file FILE] [--status-fd N] ID [PROGRAM ARGUMENT…]
              state ID
              kill [--all] ID [SIGNAL]
              delete [--force] ID…
              pause [--hold] ID
              resume ID
              ps [--format table|json] ID [ARGUMENT…]
              update [--resources FILE|- | --memory SIZE --memory-swap SIZE --cpu-quota N --pids-limit N …] ID
              events [--stats] [--interval DURATION] ID
              list [--format table|json] [--quiet]
              spec [--bundle DIR] [--rootless]
              features
              --version

            """);
        return 0;
    }
}
