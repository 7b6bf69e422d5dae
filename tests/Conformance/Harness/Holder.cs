using System.Diagnostics;
using System.Globalization;

namespace ContainerPS.Conformance;

/// <summary>A process in new namespaces, for containers to join them by path.</summary>
internal sealed class Holder : IDisposable
{
    private readonly Process _process;

    /// <summary>Makes the namespaces.</summary>
    internal Holder(params string[] kinds)
    {
        _process = Programs.Start(Programs.Probe, ["hold", .. kinds]);
        var line = Programs.ReadLine(_process.StandardOutput) ?? throw new InvalidOperationException("hold: " + _process.StandardError.ReadToEnd());
        Pid = int.Parse(line, CultureInfo.InvariantCulture);
    }

    /// <summary>The process in them.</summary>
    internal int Pid { get; }

    /// <summary>The path to one, by the name it has in /proc/PID/ns.</summary>
    internal string PathOf(string name) => $"/proc/{Pid}/ns/{name}";

    /// <summary>What tells one from others: "net:[4026531840]".</summary>
    internal string Identity(string name) => Namespaces.Of(Pid.ToString(CultureInfo.InvariantCulture), name);

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        Programs.Wait(_process);
        _process.Dispose();
    }
}

/// <summary>The identity of processes' namespaces.</summary>
internal static class Namespaces
{
    /// <summary>That of a process; "self" is the test's own.</summary>
    internal static string Of(string pid, string name) => new FileInfo($"/proc/{pid}/ns/{name}").LinkTarget!;

    /// <summary>The name in /proc/PID/ns of a type of config.json.</summary>
    internal static string FileOf(string type) => type switch { "network" => "net", "mount" => "mnt", _ => type };
}
