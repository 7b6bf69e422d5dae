using System.Globalization;
using ContainerPS.Engine.Cgroups;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Runtime;

namespace ContainerPS.Runcs;

/// <summary>Options of <c>exec</c>, and the process they make together with the container's config.json.</summary>
internal sealed class ExecOptions
{
    private readonly List<string> _environment = [];
    private readonly List<uint> _additionalGids = [];
    private readonly List<string> _capabilities = [];
    private readonly List<string> _cgroups = [];
    private string? _processFile;
    private string? _cwd;
    private string? _user;
    private bool _tty;
    private bool? _noNewPrivileges;
    private List<string> _arguments = [];

    internal string Id { get; private set; } = "";

    internal string? PidFile { get; private set; }

    internal string? ConsoleSocket { get; private set; }

    /// <summary>Socket that is sent the terminal's master, as an inherited descriptor; -1 without.</summary>
    internal int ConsoleFd { get; private set; } = -1;

    internal bool Detach { get; private set; }

    internal int PreserveFds { get; private set; }

    internal bool IgnorePaused { get; private set; }

    /// <summary>Descriptor that is told of the start or the failure; -1 without.</summary>
    internal int StatusFd { get; private set; } = -1;

    internal void Read(ArgumentReader reader)
    {
        while (reader.Option() is { } option)
        {
            switch (option)
            {
                case "--process" or "-p": _processFile = reader.Value(); break;
                case "--cwd": _cwd = reader.Value(); break;
                case "--env" or "-e": _environment.Add(reader.Value()); break;
                case "--user" or "-u": _user = reader.Value(); break;
                case "--additional-gids" or "-g": _additionalGids.Add(Id32(reader.Value(), "--additional-gids")); break;
                case "--cap" or "-c": _capabilities.Add(reader.Value()); break;
                case "--cgroup": _cgroups.Add(reader.Value()); break;
                case "--ignore-paused": IgnorePaused = reader.Switch(); break;
                case "--no-new-privs": _noNewPrivileges = reader.Switch(); break;
                case "--tty" or "-t": _tty = reader.Switch(); break;
                case "--detach" or "-d": Detach = reader.Switch(); break;
                case "--pid-file": PidFile = reader.Value(); break;
                case "--console-socket": ConsoleSocket = reader.Value(); break;
                case "--console-fd": ConsoleFd = reader.Number(); break;
                case "--preserve-fds": PreserveFds = reader.Number(); break;
                case "--status-fd": StatusFd = reader.Number(); break;
                default: throw reader.Unknown();
            }
        }

        Id = reader.Operand("container id");
        _arguments = reader.Rest();
        if (_processFile is null && _arguments.Count == 0) throw new UsageException("exec needs a program, or --process");
    }

    /// <summary>The cgroup of the process.</summary>
    /// <param name="init">Pid of the container's first process.</param>
    internal CgroupPlace Place(int init)
    {
        var place = new CgroupPlace { InitPid = init };
        foreach (var argument in _cgroups) place.Add(argument);
        return place;
    }

    /// <summary>The process: the document of <c>--process</c>, or the container's own with what the options change.</summary>
    internal Process ToProcess(RuntimeSpec spec)
    {
        if (_processFile is not null) return RuntimeSpecReader.ReadProcess(File.ReadAllBytes(_processFile));
        var own = spec.Process ?? throw new InvalidSpecException("process", "must be set");
        return own with
        {
            Args = _arguments,
            Env = [.. own.Env ?? [], .. _environment],
            Cwd = _cwd ?? own.Cwd,
            Terminal = _tty,
            ConsoleSize = null,
            User = ToUser(own.User ?? new User()),
            Capabilities = ToCapabilities(own.Capabilities),
            NoNewPrivileges = _noNewPrivileges ?? own.NoNewPrivileges,
        };
    }

    private User ToUser(User own)
    {
        if (_user is not { } text) return _additionalGids.Count == 0 ? own : own with { AdditionalGids = _additionalGids };
        var colon = text.IndexOf(':');
        var uid = Id32(colon < 0 ? text : text[..colon], "--user");
        var gid = colon < 0 ? 0 : Id32(text[(colon + 1)..], "--user");
        return new User { Uid = uid, Gid = gid, Umask = own.Umask, AdditionalGids = _additionalGids };
    }

    private LinuxCapabilities? ToCapabilities(LinuxCapabilities? own)
    {
        if (_capabilities.Count == 0) return own;
        return new LinuxCapabilities
        {
            Bounding = [.. own?.Bounding ?? [], .. _capabilities],
            Effective = [.. own?.Effective ?? [], .. _capabilities],
            Permitted = [.. own?.Permitted ?? [], .. _capabilities],
            Inheritable = own?.Inheritable,
            Ambient = own?.Ambient,
        };
    }

    /// <summary>A user or group id: digits only, so that nothing odd becomes root.</summary>
    private static uint Id32(string text, string option) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != uint.MaxValue
            ? id
            : throw new UsageException($"{option} needs numbers as UID[:GID], not '{text}'");
}
