using System.Globalization;
using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Runtime;
using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Runcs;

/// <summary><c>ps [--format table|json] ID [ARGUMENT…]</c>: lists a container's processes, as the machine's <c>ps</c> with those arguments shows them.</summary>
internal static class PsCommand
{
    private static readonly string[] s_folders = ["/usr/bin", "/bin", "/usr/local/bin"];

    internal static int Run(GlobalOptions global, ArgumentReader reader)
    {
        var json = false;
        while (reader.Option() is { } option)
        {
            if (option is "--format" or "-f") json = reader.Value() switch { "json" => true, "table" => false, var other => throw new UsageException($"--format must be table or json, not '{other}'") };
            else throw reader.Unknown();
        }

        var processes = global.Store.Load(reader.Operand("container id")).OpenCgroup().Processes();
        var arguments = reader.Rest();
        if (json) Output.WriteLine("[" + string.Join(',', processes.Select(pid => pid.ToString(CultureInfo.InvariantCulture))) + "]");
        else Output.Write(Filter(RunPs(arguments.Count == 0 ? ["-ef"] : arguments), processes));
        return 0;
    }

    /// <summary>The heading and the lines of those processes.</summary>
    internal static string Filter(string table, IReadOnlyList<int> processes)
    {
        var lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var column = lines.Length == 0 ? -1 : Array.IndexOf(Fields(lines[0]), "PID");
        if (column < 0) throw new UsageException("what ps prints has no column PID; give ps arguments that print it");
        var result = new StringBuilder(lines[0]).Append('\n');
        foreach (var line in lines[1..])
        {
            var fields = Fields(line);
            if (column < fields.Length && int.TryParse(fields[column], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && processes.Contains(pid)) result.Append(line).Append('\n');
        }

        return result.ToString();
    }

    private static string[] Fields(string line) => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static string RunPs(List<string> arguments)
    {
        var path = (Environment.GetEnvironmentVariable("PATH")?.Split(':') ?? s_folders).Select(folder => Path.Combine(folder, "ps")).FirstOrDefault(File.Exists)
            ?? throw new ContainerEngineException("NoPs", ErrorKind.NotFound, "There is no program 'ps' in PATH. Install procps, or use --format json.");
        var environment = new List<string>();
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables()) environment.Add($"{entry.Key}={entry.Value}");
        var (read, write) = FileDescriptors.Pipe();
        using var input = read;
        int pid;
        using (write) pid = ChildProcess.Start(path, ["ps", .. arguments], environment, [-1, write.Number(), 2], newSession: false);
        using var process = new SafeFileHandle((int)Syscall.pidfd_open(pid), ownsHandle: true);
        using var stream = new FileStream(input, FileAccess.Read, bufferSize: 0);
        using var text = new MemoryStream();
        stream.CopyTo(text);
        var code = ExitStatus.Reap(process);
        if (code != 0) throw new ContainerEngineException("PsFailed", ErrorKind.Failed, $"'ps {string.Join(' ', arguments)}' failed with exit code {code}.");
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
