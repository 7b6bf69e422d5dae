namespace ContainerPS.Engine.Linux;

// Advisory locks (man 2 flock).
internal static unsafe partial class Syscall
{
    internal const int LOCK_SH = 1;
    internal const int LOCK_EX = 2;
    internal const int LOCK_NB = 4;
    internal const int LOCK_UN = 8;

    /// <summary>Applies a lock operation to an open file: 0 or <c>-errno</c>.</summary>
    internal static nint flock(int fd, int operation) => Raw(Number(73, 32), fd, operation);
}
