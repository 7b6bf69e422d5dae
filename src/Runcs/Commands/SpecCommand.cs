using System.Text;
using ContainerPS.Engine.Runtime;
using Tmds.Linux;

namespace ContainerPS.Runcs;

/// <summary><c>spec [--bundle DIR] [--rootless]</c>: writes a config.json to begin with.</summary>
internal static class SpecCommand
{
    private const string OwnSysfs = """
        { "destination": "/sys", "type": "sysfs", "source": "sysfs", "options": [ "nosuid", "noexec", "nodev", "ro" ] },
              { "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": [ "nosuid", "noexec", "nodev", "relatime", "ro" ] }
        """;

    // The network is the machine's for an ordinary user, and so is the sysfs that shows it.
    private const string HostSysfs = """{ "destination": "/sys", "type": "none", "source": "/sys", "options": [ "rbind", "nosuid", "noexec", "nodev", "ro" ] }""";

    private const string DenyDevices = """
        "resources": { "devices": [ { "allow": false, "access": "rwm" } ] }
        """;

    internal static int Run(ArgumentReader reader)
    {
        var bundle = ".";
        var rootless = false;
        while (reader.Option() is { } option)
        {
            switch (option)
            {
                case "--bundle" or "-b": bundle = reader.Value(); break;
                case "--rootless": rootless = reader.Switch(); break;
                default: throw reader.Unknown();
            }
        }

        reader.End();
        var path = Path.Combine(Path.GetFullPath(bundle), "config.json");
        if (File.Exists(path)) throw new UsageException($"'{path}' exists; remove it first");
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(Document(rootless)));
        return 0;
    }

    private static string OwnIds() => $$"""
        "uidMappings": [ { "containerID": 0, "hostID": {{LibC.geteuid()}}, "size": 1 } ],
            "gidMappings": [ { "containerID": 0, "hostID": {{LibC.getegid()}}, "size": 1 } ]
        """;

    /// <param name="rootless">True for a document without what an ordinary user may not make, own or limit: its one id is the container's root.</param>
    private static string Document(bool rootless) => $$"""
        {
          "ociVersion": "{{StateDocument.SpecVersion}}",
          "process": {
            "terminal": true,
            "user": { "uid": 0, "gid": 0 },
            "args": [ "sh" ],
            "env": [ "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm" ],
            "cwd": "/",
            "capabilities": {
              "bounding": [ "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE" ],
              "effective": [ "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE" ],
              "permitted": [ "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE" ]
            },
            "rlimits": [ { "type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024 } ],
            "noNewPrivileges": true
          },
          "root": { "path": "rootfs", "readonly": true },
          "hostname": "runcs",
          "mounts": [
            { "destination": "/proc", "type": "proc", "source": "proc" },
            { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": [ "nosuid", "strictatime", "mode=755", "size=65536k" ] },
            { "destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": [ "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"{{(rootless ? "" : ", \"gid=5\"")}} ] },
            { "destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": [ "nosuid", "noexec", "nodev", "mode=1777", "size=65536k" ] },
            { "destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue", "options": [ "nosuid", "noexec", "nodev" ] },
            {{(rootless ? HostSysfs : OwnSysfs)}}
          ],
          "linux": {
            {{(rootless ? OwnIds() : DenyDevices)}},
            "namespaces": [ { "type": "pid" }, { "type": "{{(rootless ? "user" : "network")}}" }, { "type": "ipc" }, { "type": "uts" }, { "type": "mount" }, { "type": "cgroup" } ],
            "maskedPaths": [
              "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
              "/proc/sched_debug", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap"
            ],
            "readonlyPaths": [ "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger" ]
          }
        }

        """;
}
