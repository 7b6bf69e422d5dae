using System.Globalization;
using System.Text;

namespace ContainerPS.Engine.Containers;

/// <summary>Who a process is, in numbers.</summary>
/// <param name="Uid">User id.</param>
/// <param name="Gid">Primary group id.</param>
/// <param name="AdditionalGids">Supplementary groups.</param>
/// <param name="Home">Home directory.</param>
internal sealed record ResolvedUser(uint Uid, uint Gid, IReadOnlyList<uint> AdditionalGids, string Home);

/// <summary>
/// Finds users and groups in an image's own <c>/etc/passwd</c> and <c>/etc/group</c>, by Docker's rules: a number is an id even when a name is spelt
/// so (CVE-2016-3697), and a number need not be listed.
/// </summary>
internal sealed class UserDatabase(byte[]? passwd, byte[]? group)
{
    private readonly string[] _users = Lines(passwd);
    private readonly string[] _groups = Lines(group);

    /// <summary>Reads the two files of a root file system.</summary>
    internal static UserDatabase Of(RootView root) => new(root.ReadFile("/etc/passwd"), root.ReadFile("/etc/group"));

    /// <summary>The name of a user; null when it has none.</summary>
    internal string? NameOf(uint uid)
    {
        foreach (var line in _users)
        {
            var fields = line.Split(':');
            if (fields.Length >= 3 && TryId(fields[2], out var lineUid) && lineUid == uid) return fields[0];
        }

        return null;
    }

    /// <summary>Resolves <c>user[:group]</c>; empty is user 0.</summary>
    /// <param name="user">What was asked.</param>
    /// <param name="groupAdd">Further groups asked for, names or numbers.</param>
    internal ResolvedUser Resolve(string? user, IReadOnlyList<string> groupAdd)
    {
        var (userPart, groupPart) = Split(user);
        var entry = FindUser(userPart, user);
        var primary = groupPart is null ? entry.Gid : FindGroup(groupPart, user);
        var additional = new List<uint>();

        // With a group given, the user's memberships do not count.
        if (groupPart is null && entry.Name is not null) additional.AddRange(GroupsOf(entry.Name));
        foreach (var name in groupAdd) additional.Add(FindGroup(name, name));
        additional.RemoveAll(gid => gid == primary);
        return new ResolvedUser(entry.Uid, primary, [primary, .. additional.Distinct()], entry.Home);
    }

    /// <summary>The login shell of a user; null for one who is not listed, or may not log in.</summary>
    internal string? ShellOf(string? user)
    {
        var (name, _) = Split(user);
        var numeric = TryId(name, out var uid);
        foreach (var line in _users)
        {
            // name:password:uid:gid:comment:home:shell
            var fields = line.Split(':');
            if (fields.Length < 7 || !TryId(fields[2], out var lineUid) || (numeric ? lineUid != uid : fields[0] != name)) continue;
            return fields[6].StartsWith('/') && fields[6][(fields[6].LastIndexOf('/') + 1)..] is not ("nologin" or "false" or "true" or "sync" or "halt" or "shutdown") ? fields[6] : null;
        }

        return null;
    }

    /// <summary>Refuses what can be no user before anything is looked up: <c>1000:</c>, <c>:5</c>, <c>-1</c>, <c>0x0</c>.</summary>
    internal static void Validate(string? user) => Split(user);

    private static (string User, string? Group) Split(string? user)
    {
        if (string.IsNullOrEmpty(user)) return ("0", null);
        var colon = user.IndexOf(':');
        var (name, groupName) = colon < 0 ? (user, null) : (user[..colon], user[(colon + 1)..]);
        if (!IsName(name) || (groupName is not null && !IsName(groupName)))
            throw new InvalidSettingException("User", user, $"-User '{user}' is refused. Give name, uid, name:group or uid:gid; ids are 0 to 4294967294.");
        return (name, groupName);
    }

    private static bool IsName(string text)
    {
        if (text.Length == 0 || text.Contains(':') || text.Contains('/') || text.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0) return false;
        if (text[0] is '-' or '+') return false;
        if (!char.IsAsciiDigit(text[0])) return true;

        // What begins like a number and is none (0x0, 4294967296) must not be looked up as a name.
        return text.AsSpan().ContainsAnyExceptInRange('0', '9') ? !LooksNumeric(text) : TryId(text, out _);
    }

    private static bool LooksNumeric(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);

    // 4294967295 is (uid_t)-1, which system calls take as "leave it".
    private static bool TryId(string text, out uint id) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id != uint.MaxValue;

    private (string? Name, uint Uid, uint Gid, string Home) FindUser(string name, string? asked)
    {
        var numeric = TryId(name, out var uid);
        foreach (var line in _users)
        {
            // name:password:uid:gid:comment:home:shell
            var fields = line.Split(':');
            if (fields.Length < 4 || !TryId(fields[2], out var lineUid) || !TryId(fields[3], out var gid)) continue;
            if (numeric ? lineUid != uid : fields[0] != name) continue;
            return (fields[0], lineUid, gid, fields.Length > 5 && fields[5].Length > 0 ? fields[5] : "/");
        }

        if (numeric) return (null, uid, 0, "/");
        throw new InvalidSettingException("User", asked, $"The image has no user '{name}' in /etc/passwd. Use one it has, or a number.");
    }

    private uint FindGroup(string name, string? asked)
    {
        if (TryId(name, out var gid)) return gid;
        foreach (var line in _groups)
        {
            // name:password:gid:members
            var fields = line.Split(':');
            if (fields.Length >= 3 && fields[0] == name && TryId(fields[2], out gid)) return gid;
        }

        throw new InvalidSettingException("User", asked, $"The image has no group '{name}' in /etc/group. Use one it has, or a number.");
    }

    private IEnumerable<uint> GroupsOf(string user)
    {
        foreach (var line in _groups)
        {
            var fields = line.Split(':');
            if (fields.Length >= 4 && TryId(fields[2], out var gid) && fields[3].Split(',').Contains(user)) yield return gid;
        }
    }

    private static string[] Lines(byte[]? file) =>
        file is null ? [] : Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
