using Tmds.Linux;

namespace ContainerPS.Engine.Cgroups;

/// <summary>Hands the controllers of v2 down to a cgroup: each level above has to let the next have them.</summary>
internal static class CgroupV2Controllers
{
    private static readonly string[] s_needed = ["memory", "pids", "cpu"];

    /// <summary>Lets every level above the cgroup hand down the controllers it has.</summary>
    /// <param name="mount">Where v2 is mounted.</param>
    /// <param name="path">The cgroup.</param>
    /// <param name="asFarAsAllowed">True to leave levels as they are that the caller may not change.</param>
    internal static void Enable(string mount, string path, bool asFarAsAllowed = false)
    {
        for (var end = 0; end >= 0; end = path.IndexOf('/', end + 1))
        {
            var level = mount + path[..end];
            var enabled = Words(level + "/cgroup.subtree_control");
            foreach (var controller in Words(level + "/cgroup.controllers"))
            {
                if (enabled.Contains(controller)) continue;
                var errno = KernelFile.TryWrite(level + "/cgroup.subtree_control", "+" + controller);
                if (errno == 0 || asFarAsAllowed) continue;
                if (errno == LibC.EBUSY) throw new RuntimeStepException("enable controller " + controller + " in", level, errno, "Processes are in that cgroup itself; move them to one below.");
                if (s_needed.Contains(controller)) throw new RuntimeStepException("enable controller " + controller + " in", level, errno);
            }
        }
    }

    private static string[] Words(string file) => (KernelFile.Read(file) ?? "").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
