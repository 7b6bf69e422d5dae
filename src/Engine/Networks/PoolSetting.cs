using System.Globalization;
using System.Net;

namespace ContainerPS.Engine.Networks;

/// <summary>Addresses to cut subnets of: those of a large one, each with as many bits.</summary>
/// <param name="Base">All of them.</param>
/// <param name="Size">Bits of a subnet's prefix.</param>
internal sealed record PoolSetting(IPNetwork Base, int Size)
{
    // Where the settings say nothing: first what the default network has.
    private static readonly PoolSetting s_default = new(IPNetwork.Parse("10.88.0.0/16"), 16);

    private static readonly PoolSetting[] s_usual =
    [
        new(IPNetwork.Parse("10.89.0.0/16"), 24),
        new(IPNetwork.Parse("10.90.0.0/15"), 24),
        new(IPNetwork.Parse("10.92.0.0/14"), 24),
        new(IPNetwork.Parse("172.16.0.0/12"), 24),
        new(IPNetwork.Parse("192.168.0.0/16"), 24),
    ];

    /// <summary>The pools of networks that people make, as text.</summary>
    internal static IReadOnlyList<string> Usual { get; } = [.. s_usual.Select(static pool => pool.ToString())];

    /// <summary>The pools, in the order in which they are tried.</summary>
    internal static IReadOnlyList<PoolSetting> Of(EngineSettings settings, bool isDefaultNetwork)
    {
        if (settings.AddressPools is { Count: > 0 } pools) return [.. pools.Select(static text => Parse(text, "AddressPool"))];
        return isDefaultNetwork ? [s_default, .. s_usual] : s_usual;
    }

    /// <summary>Reads <c>10.89.0.0/16/24</c>, or without the size: subnets are then as large as usual, 24 or 64 bits.</summary>
    /// <exception cref="InvalidSettingException">It is no pool.</exception>
    internal static PoolSetting Parse(string text, string parameter)
    {
        var slash = text.IndexOf('/');
        var second = slash < 0 ? -1 : text.IndexOf('/', slash + 1);
        var all = Subnets.Parse(second < 0 ? text : text[..second], parameter);
        var bits = Subnets.Bits(all.BaseAddress);
        var size = Math.Max(all.PrefixLength, bits == 32 ? 24 : 64);
        if (second >= 0 && (!int.TryParse(text.AsSpan(second + 1), NumberStyles.None, CultureInfo.InvariantCulture, out size) || size < all.PrefixLength || size > bits - 2))
            throw new InvalidSettingException(parameter, text, $"-{parameter} '{text}' is refused. Behind the second slash stand the bits of each subnet: {all.PrefixLength} to {bits - 2}.");
        if (size - all.PrefixLength > 24)
            throw new InvalidSettingException(parameter, text, $"-{parameter} '{text}' is refused. It makes more than 16 million subnets: give a smaller pool or larger subnets.");
        return new PoolSetting(all, size);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Base}/{Size}");
}
