namespace ContainerPS.Engine.Containers;

/// <summary>What <c>-SecurityOption</c> asks.</summary>
/// <param name="NoNewPrivileges">True to set no_new_privs.</param>
/// <param name="SeccompUnconfined">True for no system-call filter.</param>
internal sealed record SecurityOptions(bool NoNewPrivileges, bool SeccompUnconfined)
{
    private const string Accepted = "Accepted are seccomp=unconfined, no-new-privileges, no-new-privileges=true and no-new-privileges=false.";

    /// <summary>Parses the options; <c>:</c> may stand for <c>=</c>, as in Docker.</summary>
    internal static SecurityOptions Parse(ContainerSettings settings)
    {
        var (noNewPrivileges, unconfined) = (false, false);
        foreach (var option in settings.SecurityOptions)
        {
            var end = option.AsSpan().IndexOfAny('=', ':');
            var (key, value) = end < 0 ? (option, "") : (option[..end], option[(end + 1)..]);
            switch (key, value)
            {
                case ("no-new-privileges", "" or "true"): noNewPrivileges = true; break;
                case ("no-new-privileges", "false"): noNewPrivileges = false; break;
                case ("seccomp", "unconfined"): unconfined = true; break;
                default: throw new InvalidSettingException("SecurityOption", option, $"-SecurityOption '{option}' is refused. {Accepted}");
            }
        }

        return new SecurityOptions(noNewPrivileges, unconfined);
    }
}
