using System.Globalization;
using System.Text;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Volumes;

/// <summary>A mount of this machine.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Point">Where it is mounted.</param>
/// <param name="IsShared">True when mounts below it reach its peers.</param>
/// <param name="IsSlave">True when mounts of others reach it.</param>
internal sealed record MachineMount(int Id, string Point, bool IsShared, bool IsSlave);

/// <summary>What is mounted in this thread's mount namespace, in the order of mounting (man 5 proc_pid_mountinfo).</summary>
internal sealed class MountTable
{
    private readonly List<MachineMount> _mounts = [];

    /// <summary>Reads what is mounted now.</summary>
    internal static MountTable Read() => Parse(File.ReadLines("/proc/thread-self/mountinfo"));

    /// <summary>Reads lines of mountinfo.</summary>
    internal static MountTable Parse(IEnumerable<string> lines)
    {
        var table = new MountTable();
        foreach (var line in lines)
        {
            // id parent device root mount-point options optional-fields… - type source super-options
            var fields = line.Split(' ');
            var optional = fields.Skip(6).TakeWhile(static field => field != "-").ToList();
            table._mounts.Add(new MachineMount(
                int.Parse(fields[0], CultureInfo.InvariantCulture),
                Unescape(fields[4]),
                optional.Exists(static field => field.StartsWith("shared:", StringComparison.Ordinal)),
                optional.Exists(static field => field.StartsWith("master:", StringComparison.Ordinal))));
        }

        return table;
    }

    /// <summary>True when something is mounted on exactly this path.</summary>
    internal bool Has(string path) => _mounts.Exists(mount => mount.Point == path);

    /// <summary>What is mounted on a path or on something below it.</summary>
    internal IEnumerable<MachineMount> BelowOrAt(string path) =>
        _mounts.Where(mount => mount.Point == path || mount.Point.StartsWith(path + "/", StringComparison.Ordinal));

    /// <summary>The mount that a path without links is on: the last one whose mount point is nearest above it.</summary>
    internal MachineMount? Containing(string path) =>
        _mounts.Where(mount => mount.Point == "/" || path == mount.Point || path.StartsWith(mount.Point + "/", StringComparison.Ordinal)).MaxBy(static mount => (mount.Point.Length, mount.Id));

    /// <summary>A path of this machine without links, as the table has it.</summary>
    internal static string RealPath(string path)
    {
        using var file = FileDescriptors.Open(path, LibC.O_PATH);
        return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.Number()}")).LinkTarget ?? path;
    }

    // Space, tab, newline and backslash are written as octal numbers.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\')) return text;
        var bytes = Encoding.UTF8.GetBytes(text);
        var result = new List<byte>(bytes.Length);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\\' && i + 3 < bytes.Length)
            {
                result.Add((byte)(((bytes[i + 1] - '0') << 6) | ((bytes[i + 2] - '0') << 3) | (bytes[i + 3] - '0')));
                i += 3;
            }
            else
            {
                result.Add(bytes[i]);
            }
        }

        return Encoding.UTF8.GetString([.. result]);
    }
}
