using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>
/// Plans <c>--no-pivot</c>, for roots that pivot_root refuses (an initramfs): the root is moved over the machine's. What lies below stays
/// in the mount namespace, out of reach of every path; since the kernel takes a procfs or sysfs in sight as leave to mount one without
/// masks, those are taken away first.
/// </summary>
internal static unsafe class MovedRootPlanner
{
    /// <summary>Plans the move.</summary>
    internal static void Plan(ChildPlan plan, StartRequest request)
    {
        var root = request.Overlay is not null ? request.Bundle : Path.GetFullPath(request.Spec.Root!.Path!, request.Bundle);
        plan.Add(ChildStep.MoveRoot, "root", new() { Data = plan.Arena.Texts(KernelFileSystems(root)) });
    }

    /// <summary>Where the machine has a whole procfs or sysfs mounted, but below the container's root (man 5 proc_pid_mountinfo).</summary>
    private static List<string> KernelFileSystems(string root)
    {
        var result = new List<string>();
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            var fields = line.Split(' ');
            var type = fields[Array.IndexOf(fields, "-") + 1];
            if (type is not ("proc" or "sysfs") || fields[3] != "/") continue;
            var path = Unescape(fields[4]);
            if (path != root && !path.StartsWith(root + '/', StringComparison.Ordinal)) result.Add(path);
        }

        return result;
    }

    /// <summary>Blanks and the like are written as a backslash and three octal digits.</summary>
    private static string Unescape(string text)
    {
        if (!text.Contains('\\')) return text;
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 3 >= text.Length) bytes.AddRange(Encoding.UTF8.GetBytes([text[i]]));
            else bytes.Add((byte)((text[++i] - '0') * 64 + (text[++i] - '0') * 8 + (text[++i] - '0')));
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
