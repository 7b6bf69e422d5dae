using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// The host's packet filter, as far as it is ours: the tables <c>inet containerps</c> and <c>bridge containerps</c>. Each change is one transaction; all
/// shells and monitors make theirs one after the other. Rules of others are never touched.
/// </summary>
internal sealed class Firewall
{
    private const string TableName = "containerps";

    private readonly string _table;
    private readonly string _lock;
    private readonly LastChange _lastChange;
    private readonly NftProgram? _nft;
    private readonly Func<FirewallState> _readState;
    private readonly Func<bool> _isUnused;

    /// <param name="paths">Where the lock is.</param>
    /// <param name="suffix">Tells the tables of this store from those of others on this host; null for the store that has none.</param>
    /// <param name="readState">All there is, after the change that is being made. Called with the lock held, when rules have to be made anew.</param>
    /// <param name="isUnused">True when no container uses a network any more, after the change that is being made. Called with the lock held.</param>
    /// <param name="nft">The program; null where there is none.</param>
    internal Firewall(StorePaths paths, string? suffix, Func<FirewallState> readState, Func<bool> isUnused, NftProgram? nft)
    {
        _table = FirewallWords.Table(suffix is null ? TableName : $"{TableName}_{suffix}");
        _lock = Path.Combine(paths.Locks, "firewall");
        _lastChange = new LastChange(Path.Combine(paths.Locks, "firewall.generation"));
        (_readState, _isUnused, _nft) = (readState, isUnused, nft);
    }

    /// <summary>What to warn of once on a host without <c>nft</c>.</summary>
    internal const string UnavailableMessage =
        "There is no program 'nft' on this host: containers reach the host and each other, but nothing outside, networks are not kept apart, and published ports show "
        + "the host's address as every client's. Install the package nftables.";

    /// <summary>False on a host without <c>nft</c>.</summary>
    internal bool IsAvailable => _nft is not null;

    /// <summary>The name of both our tables.</summary>
    internal string Table => _table;

    /// <summary>Adds networks, endpoints and ports. What is there already stays.</summary>
    internal FirewallOutcome Add(FirewallState part) => Change(FirewallMessages.Add(_table, part));

    /// <summary>Takes endpoints, ports and networks away; both tables when it was the last. What is gone already is no error.</summary>
    internal FirewallOutcome Remove(FirewallState part)
    {
        if (_nft is null) return FirewallOutcome.Unavailable;
        using var held = Hold();
        var outcome = FirewallOutcome.Changed;
        if (_isUnused()) Clear(_nft);
        else outcome = Change(_nft, FirewallMessages.Remove(_table, part));

        // Not before the rules are gone, which would make the entries anew.
        ConnectionTracking.Forget(part.Ports);
        return outcome;
    }

    /// <summary>Sees that our rules are there, and makes them anew when they are not.</summary>
    internal FirewallOutcome Check() => Change(batch: null);

    /// <summary>Makes everything anew, or takes our tables away when no container uses a network.</summary>
    internal FirewallOutcome Rebuild()
    {
        if (_nft is null) return FirewallOutcome.Unavailable;
        using var held = Hold();
        if (_isUnused())
        {
            Clear(_nft);
            return FirewallOutcome.Changed;
        }

        return Rebuild(_nft, exists: true);
    }

    private FirewallOutcome Change(NetfilterBatch? batch)
    {
        if (_nft is null) return FirewallOutcome.Unavailable;
        using var held = Hold();
        return Change(_nft, batch);
    }

    private FirewallOutcome Change(NftProgram nft, NetfilterBatch? batch)
    {
        var before = InstalledRules.Generation();
        if (_lastChange.IsLast(before))
        {
            // As we left it.
            if (batch is null) return FirewallOutcome.Changed;
            if (!TryDo(batch)) return Rebuild(nft, exists: true);
            RememberAfter(before);
            return FirewallOutcome.Changed;
        }

        // Somebody has changed something: it may be ours.
        var inet = InstalledRules.Count(InstalledRules.Inet, _table);
        var bridge = InstalledRules.Count(InstalledRules.Bridge, _table);
        var isComplete = inet == FirewallRules.InetRules.Length && bridge == FirewallRules.BridgeRules.Length;
        if (isComplete && (batch is null || TryDo(batch)) && HasAllElements()) return FirewallOutcome.Changed;
        return Rebuild(nft, inet + bridge > 0);
    }

    private static bool TryDo(NetfilterBatch batch)
    {
        using var socket = NetfilterSocket.TryOpen();
        return socket is not null && socket.Change(batch) == 0;
    }

    // Looked at after the change. One that somebody else is about to tell of is counted as missing, and made anew without harm.
    private bool HasAllElements()
    {
        var generation = InstalledRules.Generation();
        var elements = FirewallElements.Of(_readState());
        if (!Has(InstalledRules.Inet, FirewallRules.InetSets, elements.Inet) || !Has(InstalledRules.Bridge, FirewallRules.BridgeSets, elements.Bridge)) return false;
        _lastChange.Remember(generation == InstalledRules.Generation() ? generation : null);
        return true;

        bool Has(byte family, (string Kind, string Name, string Type)[] sets, IReadOnlyDictionary<string, HashSet<FirewallElement>> known) =>
            InstalledRules.HasElements(family, _table, sets.Where(static set => set.Name != FirewallRules.VersionSet).Select(static set => set.Name), known);
    }

    private FirewallOutcome Rebuild(NftProgram nft, bool exists)
    {
        var before = InstalledRules.Generation();
        var state = _readState();

        // On a host that has none of our tables nothing is to be deleted; where there is one after all, the first try fails.
        if (exists || nft.Run(FirewallScript.Rebuild(_table, state, replace: false)) is not null) Run(nft, FirewallScript.Rebuild(_table, state, replace: true));
        RememberAfter(before);
        return FirewallOutcome.Rebuilt;
    }

    private void Clear(NftProgram nft)
    {
        Run(nft, FirewallScript.Clear(_table));
        _lastChange.Remember(null);
    }

    // One transaction of ours, and none of others.
    private void RememberAfter(uint? before)
    {
        var generation = InstalledRules.Generation();
        _lastChange.Remember(before is { } number && generation == number + 1 ? generation : null);
    }

    private void Run(NftProgram nft, string script)
    {
        if (nft.Run(script) is { } fault)
            throw new FirewallException(_table, $"The rules of table '{_table}' could not be changed; nft says: {fault}");
    }

    private FileLock Hold()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_lock)!);
        return FileLock.Exclusive(_lock);
    }
}
