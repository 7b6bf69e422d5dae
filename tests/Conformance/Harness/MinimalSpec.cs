using System.Text.Json.Nodes;

namespace ContainerPS.Conformance;

/// <summary>A config.json with as little in it as a container of its own needs. Written by hand, so that it is a second opinion on the engine's records.</summary>
internal static class MinimalSpec
{
    /// <summary>The document; <paramref name="id"/> names the cgroup, which is at the top: a folder in common would be one test's to remove and another's to use.</summary>
    internal static JsonObject Create(string id) => JsonNode.Parse($$"""
        {
          "ociVersion": "1.0.2",
          "root": { "path": "rootfs" },
          "process": {
            "user": { "uid": 0, "gid": 0 },
            "args": [ "/probe" ],
            "env": [ "PATH=/" ],
            "cwd": "/",
            "capabilities": {
              "bounding": {{s_capabilities}}, "effective": {{s_capabilities}}, "permitted": {{s_capabilities}}
            }
          },
          "mounts": [
            { "destination": "/proc", "type": "proc", "source": "proc" },
            { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": [ "nosuid", "strictatime", "mode=755" ] },
            { "destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": [ "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620" ] }
          ],
          "linux": {
            "cgroupsPath": "/{{id}}",
            "namespaces": [ { "type": "pid" }, { "type": "mount" }, { "type": "ipc" }, { "type": "uts" }, { "type": "network" } ]
          }
        }
        """)!.AsObject();

    private const string s_capabilities = """
        [ "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_KILL", "CAP_MKNOD", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT" ]
        """;

    /// <summary>Lays a JSON merge patch (RFC 7396) over a document: objects are merged, null removes, all else replaces.</summary>
    internal static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) target.Remove(name);
            else if (value is JsonObject inner)
            {
                if (target[name] is not JsonObject existing) target[name] = existing = [];
                Merge(existing, inner);
            }
            else target[name] = value.DeepClone();
        }
    }
}
