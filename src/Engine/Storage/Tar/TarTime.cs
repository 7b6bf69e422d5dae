namespace ContainerPS.Engine.Storage;

/// <summary>A time to the nanosecond: whole seconds since 1970, rounded down, and 0 to 999,999,999 nanoseconds after that.</summary>
internal readonly record struct TarTime(long Seconds, int Nanoseconds = 0)
{
    internal static TarTime From(DateTimeOffset time)
    {
        var seconds = time.ToUnixTimeSeconds();
        return new TarTime(seconds, (int)((time.UtcTicks - DateTimeOffset.FromUnixTimeSeconds(seconds).UtcTicks) * 100));
    }
}
