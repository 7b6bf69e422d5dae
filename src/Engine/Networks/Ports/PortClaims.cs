using System.Globalization;
using System.Net;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// The host's ports of one container, held from before it starts until it has ended: by its monitor, so that they are free at once when that is gone.
/// </summary>
internal sealed class PortClaims : IDisposable
{
    private const int RandomTries = 64;

    private readonly List<ClaimedPort> _ports = [];
    private readonly string _locks;
    private readonly Func<PublishedPort, string?> _findContainer;

    private PortClaims(string locks, Func<PublishedPort, string?> findContainer) => (_locks, _findContainer) = (locks, findContainer);

    /// <summary>What is held, in the order it was asked for, IPv4 before IPv6.</summary>
    internal IReadOnlyList<ClaimedPort> Ports => _ports;

    /// <summary>Takes all ports, or none.</summary>
    /// <param name="bindings">What is asked for.</param>
    /// <param name="paths">Where locks are, for protocols that this kernel has no sockets of.</param>
    /// <param name="findContainer">The name of the container that is published there, of this store; null for none.</param>
    /// <exception cref="PortInUseException">One is in use.</exception>
    /// <exception cref="InvalidSettingException">The host has no such address.</exception>
    internal static PortClaims Claim(IReadOnlyList<PortBinding> bindings, StorePaths paths, Func<PublishedPort, string?> findContainer)
    {
        var claims = new PortClaims(Path.Combine(paths.Locks, "ports"), findContainer);
        try
        {
            claims.ClaimAll(PortPlan.Once(bindings));
            return claims;
        }
        catch
        {
            claims.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var port in _ports) port.Dispose();
        _ports.Clear();
    }

    // Those that have no choice first, so that others do not choose theirs.
    private void ClaimAll(List<PortBinding> bindings)
    {
        var claimed = new List<ClaimedPort>[bindings.Count];
        for (var choice = PortChoice.None; choice <= PortChoice.Any; choice++)
        {
            for (var i = 0; i < bindings.Count; i++)
            {
                if (ChoiceOf(bindings[i]) != choice) continue;
                claimed[i] = Claim(bindings[i], choice);

                // What is held is given back when a later one cannot be had.
                _ports.AddRange(claimed[i]);
            }
        }

        _ports.Clear();
        foreach (var ports in claimed) _ports.AddRange(ports);
    }

    private List<ClaimedPort> Claim(PortBinding binding, PortChoice choice)
    {
        var addresses = AddressesOf(binding);
        if (choice == PortChoice.Any) return ClaimAny(binding, addresses);
        var first = binding.HostPort!.Value;
        var last = binding.LastHostPort ?? first;
        IPAddress? used = null;
        for (var port = first; port <= last; port++)
        {
            if (TryClaim(binding, addresses, port, out var failed) is { } ports) return ports;
            used ??= failed;
        }

        throw InUse(binding, used!, first, last);
    }

    private List<ClaimedPort> ClaimAny(PortBinding binding, IPAddress[] addresses)
    {
        // The kernel chooses for the first family; the other may have it in use.
        for (var i = 0; i < RandomTries; i++)
        {
            if (TryClaim(binding, addresses, 0, out _) is { } ports) return ports;
        }

        var (first, last) = LocalRange();
        for (var port = first; port <= last; port++)
        {
            if (TryClaim(binding, addresses, port, out _) is { } ports) return ports;
        }

        throw new PortInUseException($"range {first}-{last}/{binding.Protocol}", "all its programs", "Close some, or name a port.");
    }

    private List<ClaimedPort>? TryClaim(PortBinding binding, IPAddress[] addresses, int port, out IPAddress? failed)
    {
        var ports = new List<ClaimedPort>(addresses.Length);
        failed = null;
        try
        {
            foreach (var address in addresses)
            {
                var claimed = TryClaim(binding, address, port, out var isSupported);
                if (!isSupported) continue;
                if (claimed is null)
                {
                    failed = address;
                    break;
                }

                ports.Add(claimed);
                port = claimed.Published.HostPort;
            }

            if (failed is null && ports.Count == 0)
                throw new InvalidSettingException("Publish", binding.HostIP, $"Publish: this kernel has no addresses like '{binding.HostIP}'. Turn IPv6 on, or use one of IPv4.");
        }
        catch
        {
            Release(ports);
            throw;
        }

        if (failed is null) return ports;
        Release(ports);
        return null;
    }

    private ClaimedPort? TryClaim(PortBinding binding, IPAddress address, int port, out bool isSupported)
    {
        isSupported = true;
        if (PortSocket.TryBind(binding.Protocol, address, port, out var errno) is { } socket)
            return new ClaimedPort(new PublishedPort(binding.Protocol, address, port == 0 ? SocketCalls.PortOf(socket) : port, binding.Port), socket, null);
        if (errno == LibC.EADDRINUSE) return null;
        isSupported = errno != LibC.EAFNOSUPPORT;
        if (!isSupported) return null;
        var (first, last) = LocalRange();
        var published = new PublishedPort(binding.Protocol, address, port == 0 ? Random.Shared.Next(first, last + 1) : port, binding.Port);
        return PortLock.TryTake(_locks, published) is { } held ? new ClaimedPort(published, null, held) : null;
    }

    private PortInUseException InUse(PortBinding binding, IPAddress address, int first, int last)
    {
        var range = string.Create(CultureInfo.InvariantCulture, $"{new IPEndPoint(address, first)}{(last == first ? "" : $"-{last}")}/{binding.Protocol}");
        return new PortInUseException(range, WhoUses(new PublishedPort(binding.Protocol, address, first, binding.Port)), "Publish on another port, or stop what uses it.");
    }

    private string? WhoUses(PublishedPort port)
    {
        foreach (var own in _ports)
        {
            if (own.Published.Excludes(port)) return $"another -Publish of this container ({own.Published})";
        }

        if (_findContainer(port) is { } name) return $"the container '{name}'";
        return PortHolder.Find(port.Protocol, port.HostAddress, port.HostPort) is { } holder
            ? string.Create(CultureInfo.InvariantCulture, $"the program '{holder.Program}' (process {holder.Pid})")
            : null;
    }

    private static void Release(List<ClaimedPort> ports)
    {
        foreach (var port in ports) port.Dispose();
    }

    private static IPAddress[] AddressesOf(PortBinding binding) =>
        binding.HostIP.Length == 0 ? [IPAddress.Any, IPAddress.IPv6Any] : [IPAddress.Parse(binding.HostIP)];

    private static PortChoice ChoiceOf(PortBinding binding)
    {
        if (binding.HostPort is null or 0) return PortChoice.Any;
        return binding.LastHostPort is { } last && last != binding.HostPort ? PortChoice.Range : PortChoice.None;
    }

    // man 7 ip: from where the kernel takes ports that nobody has named.
    private static (int First, int Last) LocalRange()
    {
        var parts = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split((char[])['\t', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private enum PortChoice
    {
        None,
        Range,
        Any,
    }
}
