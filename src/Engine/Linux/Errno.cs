using Tmds.Linux;

namespace ContainerPS.Engine.Linux;

/// <summary>Names and meanings of the kernel's error numbers (man 3 errno).</summary>
internal static class Errno
{
    /// <summary>The number's name, such as <c>ENOENT</c>.</summary>
    internal static string Name(int errno) => Find(errno).Name;

    /// <summary>The number's meaning in a few words, such as <c>no such file or directory</c>.</summary>
    internal static string Describe(int errno) => Find(errno).Text;

    private static (string Name, string Text) Find(int errno)
    {
        if (errno == LibC.EPERM) return ("EPERM", "operation not permitted");
        if (errno == LibC.ENOENT) return ("ENOENT", "no such file or directory");
        if (errno == LibC.ESRCH) return ("ESRCH", "no such process");
        if (errno == LibC.EINTR) return ("EINTR", "interrupted");
        if (errno == LibC.EIO) return ("EIO", "input/output error");
        if (errno == LibC.ENXIO) return ("ENXIO", "no such device or address");
        if (errno == LibC.E2BIG) return ("E2BIG", "argument list too long");
        if (errno == LibC.ENOEXEC) return ("ENOEXEC", "not an executable format");
        if (errno == LibC.EBADF) return ("EBADF", "bad file descriptor");
        if (errno == LibC.ECHILD) return ("ECHILD", "no child process");
        if (errno == LibC.EAGAIN) return ("EAGAIN", "resource temporarily unavailable");
        if (errno == LibC.ENOMEM) return ("ENOMEM", "out of memory");
        if (errno == LibC.EACCES) return ("EACCES", "permission denied");
        if (errno == LibC.EFAULT) return ("EFAULT", "bad address");
        if (errno == LibC.EBUSY) return ("EBUSY", "device or resource busy");
        if (errno == LibC.EEXIST) return ("EEXIST", "file exists");
        if (errno == LibC.EXDEV) return ("EXDEV", "crosses file systems or leaves the root");
        if (errno == LibC.ENODEV) return ("ENODEV", "no such device");
        if (errno == LibC.ENOTDIR) return ("ENOTDIR", "not a directory");
        if (errno == LibC.EISDIR) return ("EISDIR", "is a directory");
        if (errno == LibC.EINVAL) return ("EINVAL", "invalid argument");
        if (errno == LibC.ENFILE) return ("ENFILE", "too many open files in the system");
        if (errno == LibC.EMFILE) return ("EMFILE", "too many open files");
        if (errno == LibC.ENOTTY) return ("ENOTTY", "not a terminal");
        if (errno == LibC.ETXTBSY) return ("ETXTBSY", "program file busy");
        if (errno == LibC.EFBIG) return ("EFBIG", "file too large");
        if (errno == LibC.ENOSPC) return ("ENOSPC", "no space left on device");
        if (errno == LibC.EROFS) return ("EROFS", "read-only file system");
        if (errno == LibC.EMLINK) return ("EMLINK", "too many links");
        if (errno == LibC.EPIPE) return ("EPIPE", "broken pipe");
        if (errno == LibC.ERANGE) return ("ERANGE", "out of range");
        if (errno == LibC.EDEADLK) return ("EDEADLK", "would deadlock");
        if (errno == LibC.ENAMETOOLONG) return ("ENAMETOOLONG", "name too long");
        if (errno == LibC.ENOSYS) return ("ENOSYS", "this kernel has no such call");
        if (errno == LibC.ENOTEMPTY) return ("ENOTEMPTY", "directory not empty");
        if (errno == LibC.ELOOP) return ("ELOOP", "too many symbolic links");
        if (errno == LibC.ENODATA) return ("ENODATA", "no such attribute");
        if (errno == LibC.EOVERFLOW) return ("EOVERFLOW", "value too large");
        if (errno == LibC.EOPNOTSUPP) return ("EOPNOTSUPP", "not supported");
        if (errno == LibC.EDQUOT) return ("EDQUOT", "disk quota exceeded");
        if (errno == LibC.ETIMEDOUT) return ("ETIMEDOUT", "timed out");
        if (errno == LibC.ECONNREFUSED) return ("ECONNREFUSED", "connection refused");
        if (errno == LibC.EADDRINUSE) return ("EADDRINUSE", "address in use");
        if (errno == LibC.EADDRNOTAVAIL) return ("EADDRNOTAVAIL", "address not available");
        if (errno == LibC.ENETUNREACH) return ("ENETUNREACH", "network is unreachable");
        return ($"E{errno}", $"error {errno}");
    }
}

/// <summary>A system call failed where no more exact error is known.</summary>
public sealed class KernelException : ContainerEngineException
{
    /// <summary>Makes the error.</summary>
    /// <param name="call">The system call, or what was being done.</param>
    /// <param name="subject">File, process or other object it was done to.</param>
    /// <param name="errno">The kernel's error number.</param>
    /// <param name="detail">What the kernel says of it in its own words, where it does.</param>
    public KernelException(string call, string subject, int errno, string? detail = null)
        : base(
            "KernelError",
            errno == LibC.EPERM || errno == LibC.EACCES ? ErrorKind.PermissionDenied : ErrorKind.Failed,
            $"{call} '{subject}': {Linux.Errno.Name(errno)}, {Linux.Errno.Describe(errno)}{(detail is null ? "" : $" ({detail})")}.",
            subject)
    {
        Call = call;
        Errno = errno;
    }

    /// <summary>The system call, or what was being done.</summary>
    public string Call { get; }

    /// <summary>The kernel's error number.</summary>
    public int Errno { get; }
}
