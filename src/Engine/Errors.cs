namespace ContainerPS;

/// <summary>What sort of thing went wrong; the module maps it to PowerShell's ErrorCategory.</summary>
public enum ErrorKind
{
    /// <summary>A value that cannot be accepted.</summary>
    InvalidArgument,

    /// <summary>Something that does not exist.</summary>
    NotFound,

    /// <summary>Something that exists already.</summary>
    AlreadyExists,

    /// <summary>Something that others use.</summary>
    InUse,

    /// <summary>An operation that the object's state does not allow.</summary>
    InvalidState,

    /// <summary>Not permitted.</summary>
    PermissionDenied,

    /// <summary>This machine cannot do it.</summary>
    NotSupported,

    /// <summary>Damaged or hostile input.</summary>
    InvalidData,

    /// <summary>Disk, memory or another resource is exhausted.</summary>
    ResourceExhausted,

    /// <summary>It took too long.</summary>
    Timeout,

    /// <summary>Something on the network that does not answer.</summary>
    Unreachable,

    /// <summary>A system call or a program failed.</summary>
    Failed,
}

/// <summary>Base of all errors the engine reports. The message says what was wrong, with which value, and what to do.</summary>
public class ContainerEngineException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="errorId">Stable identifier, such as <c>ImageNotFound</c>.</param>
    /// <param name="kind">What sort of error.</param>
    /// <param name="message">One clear sentence.</param>
    /// <param name="target">The object concerned, by name or value.</param>
    /// <param name="inner">What caused it.</param>
    public ContainerEngineException(string errorId, ErrorKind kind, string message, object? target = null, Exception? inner = null)
        : base(message, inner)
    {
        ErrorId = errorId;
        Kind = kind;
        Target = target;
    }

    /// <summary>Stable identifier, such as <c>ImageNotFound</c>; PowerShell's FullyQualifiedErrorId begins with it.</summary>
    public string ErrorId { get; }

    /// <summary>What sort of error.</summary>
    public ErrorKind Kind { get; }

    /// <summary>The object concerned, by name or value.</summary>
    public object? Target { get; }
}

/// <summary>A value was refused before anything was created.</summary>
public sealed class InvalidSettingException(string parameter, object? value, string message)
    : ContainerEngineException("InvalidSetting", ErrorKind.InvalidArgument, message, value)
{
    /// <summary>Name of the parameter or setting.</summary>
    public string Parameter { get; } = parameter;
}

/// <summary>No image has that name or id.</summary>
public sealed class ImageNotFoundException(string image)
    : ContainerEngineException("ImageNotFound", ErrorKind.NotFound, $"There is no image '{image}' in the store. Get-Image lists those there are; Import-Image adds one.", image);

/// <summary>No container has that name or id.</summary>
public sealed class ContainerNotFoundException(string container)
    : ContainerEngineException("ContainerNotFound", ErrorKind.NotFound, $"There is no container '{container}'. Get-Container lists those there are.", container);

/// <summary>An id prefix fits several objects.</summary>
public sealed class AmbiguousIdException(string prefix, string noun, IReadOnlyList<string> candidates)
    : ContainerEngineException("AmbiguousId", ErrorKind.InvalidArgument, $"'{prefix}' fits {candidates.Count} {noun}s: {string.Join(", ", candidates)}. Give more characters of the id, or the name.", prefix);

/// <summary>The name belongs to another object.</summary>
public sealed class NameInUseException(string noun, string name, string ownerId)
    : ContainerEngineException("NameInUse", ErrorKind.AlreadyExists, $"The name '{name}' is taken by {noun} {ownerId}. Choose another, or remove or rename that {noun}.", name);

/// <summary>The object's state does not allow the operation.</summary>
public sealed class InvalidContainerStateException(string container, string message)
    : ContainerEngineException("InvalidContainerState", ErrorKind.InvalidState, message, container);

/// <summary>An image is used by containers or other images.</summary>
public sealed class ImageInUseException(string image, string message)
    : ContainerEngineException("ImageInUse", ErrorKind.InUse, message, image);

/// <summary>An archive, document or layer is damaged, hostile or of an unknown kind.</summary>
public sealed class InvalidContentException(string message, object? target = null, Exception? inner = null)
    : ContainerEngineException("InvalidContent", ErrorKind.InvalidData, message, target, inner);

/// <summary>The disk holding the store is full.</summary>
public sealed class NoSpaceException(string path, Exception? inner = null)
    : ContainerEngineException("NoSpace", ErrorKind.ResourceExhausted, $"No space is left on the device of '{path}'. Free some, or set CONTAINERPS_ROOT to another disk.", path, inner);

/// <summary>The program cannot be run in the container; <see cref="ExitCode"/> is what a shell would give.</summary>
public sealed class ProgramStartException(string program, string message, int exitCode)
    : ContainerEngineException(exitCode == 127 ? "ProgramNotFound" : "ProgramNotExecutable", exitCode == 127 ? ErrorKind.NotFound : ErrorKind.PermissionDenied, message, program)
{
    /// <summary>127 when the program is not found, 126 when it cannot be executed.</summary>
    public int ExitCode { get; } = exitCode;
}
