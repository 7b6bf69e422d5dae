using System.Text;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Runtime.Fuzzing;

/// <summary>A bundle that many documents are tried in, one after another, as real containers.</summary>
internal sealed class FuzzBundle : IDisposable
{
    // Where the documents want their cgroups; each bundle has another directory, so that they do not share any.
    private static readonly byte[] s_cgroupParent = "runcs-fuzz"u8.ToArray();
    private readonly string _folder = Directory.CreateTempSubdirectory("runcs-fuzz-").FullName;
    private readonly byte[] _ownCgroupParent;

    /// <summary>Makes it.</summary>
    /// <param name="number">0 to 9: tells bundles that are used at once from each other.</param>
    internal FuzzBundle(int number)
    {
        Prefix = $"fuzz-{number}-{Guid.NewGuid():n}"[..16];
        _ownCgroupParent = Encoding.ASCII.GetBytes($"runcs-fuz{number}");
        // Its user namespace's root owns nothing of it, and has to make mount points.
        foreach (var name in (string[])["", "bin", "proc", "sys", "dev", "etc", "tmp", "run", "tt", "data"]) File.SetUnixFileMode(Directory.CreateDirectory(Path.Combine(Bundle, "rootfs", name)).FullName, (UnixFileMode)0x1FF);
        File.Copy("/bin/busybox", Path.Combine(Bundle, "rootfs/bin/busybox"));
        File.CreateSymbolicLink(Path.Combine(Bundle, "rootfs/bin/true"), "busybox");
        Directory.CreateDirectory(Path.Combine(Bundle, "files/shm"));
        foreach (var name in (string[])["hosts", "hostname", "resolv.conf", "containerenv"]) File.WriteAllText(Path.Combine(Bundle, "files", name), "");
    }

    /// <summary>What the ids of its containers begin with.</summary>
    internal string Prefix { get; }

    /// <summary>The bundle.</summary>
    internal string Bundle => Path.Combine(_folder, "bundle");

    /// <summary>Where the runtime keeps its state.</summary>
    internal string State => Path.Combine(_folder, "state");

    /// <summary>Runs a container of a document to its end; null when it does not end.</summary>
    internal RunResult? Run(byte[] document, int number)
    {
        for (var at = document.AsSpan().IndexOf(s_cgroupParent); at >= 0; at = document.AsSpan().IndexOf(s_cgroupParent)) _ownCgroupParent.CopyTo(document, at);
        File.WriteAllBytes(Path.Combine(Bundle, "config.json"), document);
        using var process = RuncsProgram.Start(RuncsProgram.Path, ["--root", State, "run", "--bundle", Bundle, $"{Prefix}-{number}"]);
        process.StandardInput.Close();
        if (!process.WaitForExit(120_000))
        {
            process.Kill();
            process.WaitForExit();
            return null;
        }

        // What is said is less than a pipe holds. A process that is left over would hold the pipe open: then this never ends.
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        return Task.WaitAll([errors, output], 10_000) ? new RunResult(process.ExitCode, output.Result, errors.Result) : null;
    }

    /// <summary>
    /// True when a document that is accepted concerns this bundle alone, so that it may be tried: a mount of the machine's own
    /// directories, or a cgroup that others have, would be just what was asked.
    /// </summary>
    internal bool IsHarmless(RuntimeSpec spec)
    {
        if (spec.Linux?.CgroupsPath is { Length: > 0 } cgroup && (!cgroup.StartsWith("/runcs-fuzz/", StringComparison.Ordinal) || cgroup.LastIndexOf('/') != 11 || cgroup.EndsWith('.'))) return false;
        if (spec.Root?.Path is { Length: > 0 } root && !IsInside(root)) return false;
        foreach (var mount in spec.Mounts ?? [])
        {
            var isBind = mount.Type == "bind" || mount.Options?.Any(o => o is "bind" or "rbind") is true;
            if (isBind && mount.Source is { Length: > 0 } source && source != "/sys" && !IsInside(source)) return false;
        }

        List<Hook>?[] hooks = [spec.Hooks?.Prestart, spec.Hooks?.CreateRuntime, spec.Hooks?.CreateContainer, spec.Hooks?.StartContainer, spec.Hooks?.Poststart, spec.Hooks?.Poststop];
        return hooks.All(list => list is null || list.All(h => h.Path is null || h.Path == "/bin/true" || !File.Exists(h.Path)));
    }

    /// <summary>What is left of its containers.</summary>
    internal IEnumerable<string> Leftovers()
    {
        if (Directory.Exists(State))
            foreach (var entry in Directory.GetFileSystemEntries(State)) yield return entry;
        foreach (var hierarchy in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
        {
            foreach (var parent in (string[])["containerps", Encoding.ASCII.GetString(_ownCgroupParent)])
            {
                if (!Directory.Exists($"{hierarchy}/{parent}")) continue;
                foreach (var directory in Directory.GetDirectories($"{hierarchy}/{parent}"))
                    if (parent != "containerps" || Path.GetFileName(directory).StartsWith(Prefix, StringComparison.Ordinal)) yield return directory;
            }
        }

        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
            if (line.Contains(_folder, StringComparison.Ordinal)) yield return line;
        foreach (var process in System.Diagnostics.Process.GetProcesses())
        {
            using (process)
            {
                if (CommandLine(process.Id).Contains(State, StringComparison.Ordinal)) yield return $"process {process.Id}";
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var hierarchy in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
        {
            var parent = $"{hierarchy}/{Encoding.ASCII.GetString(_ownCgroupParent)}";
            if (Directory.Exists(parent)) Directory.Delete(parent);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private bool IsInside(string path) => !path.Contains('\0') && Path.GetFullPath(path, Bundle).StartsWith(Bundle, StringComparison.Ordinal);

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
