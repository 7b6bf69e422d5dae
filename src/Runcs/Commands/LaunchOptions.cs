namespace ContainerPS.Runcs;

/// <summary>Options that <c>run</c> and <c>create</c> have in common.</summary>
internal sealed class LaunchOptions
{
    internal string Bundle { get; private set; } = "";

    internal string? PidFile { get; private set; }

    internal string? ConsoleSocket { get; private set; }

    internal int PreserveFds { get; private set; }

    internal bool NewSessionKeyring { get; private set; } = true;

    internal bool NoPivot { get; private set; }

    internal bool Detach { get; private set; }

    internal bool Keep { get; private set; }

    internal string Id { get; private set; } = "";

    /// <summary>Reads them and the container's id.</summary>
    /// <param name="reader">The command line.</param>
    /// <param name="isRun">True for <c>run</c>, which has some more.</param>
    internal static LaunchOptions Read(ArgumentReader reader, bool isRun)
    {
        var result = new LaunchOptions();
        var bundle = ".";
        while (reader.Option() is { } option)
        {
            switch (option)
            {
                case "--bundle" or "-b": bundle = reader.Value(); break;
                case "--pid-file": result.PidFile = reader.Value(); break;
                case "--console-socket": result.ConsoleSocket = reader.Value(); break;
                case "--preserve-fds": result.PreserveFds = reader.Number(); break;
                case "--no-new-keyring": result.NewSessionKeyring = !reader.Switch(); break;
                case "--no-pivot": result.NoPivot = reader.Switch(); break;
                case "--detach" or "-d" when isRun: result.Detach = reader.Switch(); break;
                case "--keep" when isRun: result.Keep = reader.Switch(); break;
                case "--no-subreaper" when isRun: _ = reader.Switch(); break; // the container is our own child
                default: throw reader.Unknown();
            }
        }

        result.Id = reader.Operand("container id");
        reader.End();
        result.Bundle = Path.GetFullPath(bundle);
        return result;
    }
}
