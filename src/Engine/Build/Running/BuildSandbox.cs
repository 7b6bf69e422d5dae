using System.Globalization;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Linux.Netlink;
using ContainerPS.Engine.Networks;
using ContainerPS.Engine.Storage;
using Microsoft.Win32.SafeHandles;
using Tmds.Linux;

namespace ContainerPS.Engine.Build;

/// <summary>
/// The network namespace of a build's commands, on the network <c>bridge</c> as a container is. All commands of the build are in it, one after another or side
/// by side: making one takes longer than most commands. It belongs to this process, and is gone with it.
/// </summary>
internal sealed class BuildSandbox : IDisposable
{
    private readonly StorePaths _paths;
    private readonly string _id;
    private readonly FileLock _lock;
    private readonly SafeFileHandle _namespace;
    private string? _networkId;

    private BuildSandbox(StorePaths paths, string id)
    {
        (_paths, _id) = (paths, id);
        Directory.CreateDirectory(paths.Locks, StagingFolder.PrivateMode);
        _lock = FileLock.Exclusive(LockPath);
        try
        {
            _namespace = Make();
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>What a spec says to have a command in it.</summary>
    internal string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{_namespace.Number()}");

    /// <summary>Its place on the network.</summary>
    internal IReadOnlyList<Engine.Networks.RunNetwork> Places { get; private set; } = [];

    // While it is held, an address that is in no list yet is not taken for what a killed process has left.
    private string LockPath => System.IO.Path.Combine(_paths.Locks, $"container-{_id}");

    /// <summary>Makes it.</summary>
    /// <param name="paths">The store.</param>
    /// <param name="id">What the network knows it by.</param>
    internal static BuildSandbox Open(StorePaths paths, string id)
    {
        var sandbox = new BuildSandbox(paths, id);
        try
        {
            sandbox.Connect();
            return sandbox;
        }
        catch
        {
            sandbox.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        TreeRemover.Remove(_paths.RunOf(_id));
        if (_networkId is not null)
        {
            using var host = NetlinkSocket.Open();
            new NetworkUpkeep(_paths, host).Release(_networkId, _id);
        }

        _namespace.Dispose();
        File.Delete(LockPath);
        _lock.Dispose();
    }

    private void Connect()
    {
        // It has a record from its first use on.
        _ = new NetworkManager(_paths, static _ => [], static _ => { }).FindRecord(NetworkNames.Bridge);
        using var host = NetlinkSocket.Open();
        using var links = new ContainerLinks(host, FileDescriptors.Open(Path, LibC.O_RDONLY), NetworkNamespace.VisitByThread);
        var (network, endpoint) = new NetworkUpkeep(_paths, host).Claim(NetworkNames.Bridge, new EndpointRequest
        {
            ContainerId = _id,
            ContainerName = _id,
            Attachment = new NetworkAttachment { Network = NetworkNames.Bridge },
            Interface = "eth0",
            MonitorPid = Environment.ProcessId,
            MonitorStartTime = ProcessIdentity.StartTime(Environment.ProcessId) ?? 0,
        });
        _networkId = network.Id;
        new NetworkFirewall(_paths).Add([(network, endpoint)]);
        links.RaiseLoopback();
        links.Add(network, endpoint);
        var run = new RunNetworks { Networks = [Engine.Networks.RunNetwork.Of(network, endpoint)] };
        links.SetGateways(run.Networks);
        Directory.CreateDirectory(_paths.RunOf(_id), StagingFolder.PrivateMode);
        run.Write(_paths, _id);
        Places = run.Networks;
    }

    private static SafeFileHandle Make()
    {
        SafeFileHandle? made = null;
        PassingThread.Run(() =>
        {
            var result = Syscall.unshare(Syscall.CLONE_NEWNET);
            if (result < 0) throw new KernelException("unshare", "network namespace", (int)-result);

            // As every container has it: its users may bind low ports and send echo requests.
            KernelSwitch.Set("ipv4/ip_unprivileged_port_start", "0");
            KernelSwitch.Set("ipv4/ping_group_range", "0 2147483647");
            made = FileDescriptors.Open("/proc/thread-self/ns/net", LibC.O_RDONLY);
        });
        return made!;
    }
}
