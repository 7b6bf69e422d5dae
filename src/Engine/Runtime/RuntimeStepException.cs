using ErrnoNames = ContainerPS.Engine.Linux.Errno;
using Tmds.Linux;

namespace ContainerPS;

/// <summary>A step of preparing a container's process failed in the kernel.</summary>
public sealed class RuntimeStepException : ContainerEngineException
{
    /// <summary>Makes the error.</summary>
    /// <param name="step">What was being done, such as <c>mount</c>.</param>
    /// <param name="subject">What it was done to: a path, a field of config.json.</param>
    /// <param name="errno">The kernel's error number.</param>
    /// <param name="advice">What to do, as a sentence; null when only the kernel's error is known.</param>
    /// <param name="field">The field of config.json that asks for it, when the subject does not say so.</param>
    public RuntimeStepException(string step, string subject, int errno, string? advice = null, string? field = null)
        : base(
            "RuntimeStepFailed",
            errno == LibC.EPERM || errno == LibC.EACCES ? ErrorKind.PermissionDenied : ErrorKind.Failed,
            $"{step} '{subject}'{(field is null || field == subject ? "" : $" ({field})")}: {ErrnoNames.Name(errno)}, {ErrnoNames.Describe(errno)}.{(advice is null ? "" : " " + advice)}",
            subject)
    {
        Step = step;
        Errno = errno;
    }

    /// <summary>What was being done.</summary>
    public string Step { get; }

    /// <summary>The kernel's error number.</summary>
    public int Errno { get; }
}

/// <summary>A field of config.json has a value that cannot be accepted.</summary>
/// <param name="field">The field, such as <c>process.user.uid</c>.</param>
/// <param name="problem">What is wrong with it and what it must be.</param>
/// <param name="document">The document, when it is not config.json.</param>
public sealed class InvalidSpecException(string field, string problem, string document = "config.json")
    : ContainerEngineException("InvalidSpec", ErrorKind.InvalidData, $"{document}: {field} {problem}.", field)
{
    /// <summary>The field, such as <c>process.user.uid</c>.</summary>
    public string Field { get; } = field;
}
