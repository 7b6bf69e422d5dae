using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Turns the engine's errors into PowerShell's.</summary>
internal static class ErrorRecords
{
    /// <summary>An error record with the error's own id, its category and the object concerned.</summary>
    internal static ErrorRecord From(ContainerEngineException error) => new(error, error.ErrorId, CategoryOf(error.Kind), error.Target);

    private static ErrorCategory CategoryOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => ErrorCategory.InvalidArgument,
        ErrorKind.NotFound => ErrorCategory.ObjectNotFound,
        ErrorKind.AlreadyExists => ErrorCategory.ResourceExists,
        ErrorKind.InUse => ErrorCategory.ResourceBusy,
        ErrorKind.InvalidState => ErrorCategory.InvalidOperation,
        ErrorKind.PermissionDenied => ErrorCategory.PermissionDenied,
        ErrorKind.NotSupported => ErrorCategory.NotImplemented,
        ErrorKind.InvalidData => ErrorCategory.InvalidData,
        ErrorKind.ResourceExhausted => ErrorCategory.ResourceUnavailable,
        ErrorKind.Unreachable => ErrorCategory.ConnectionError,
        ErrorKind.Timeout => ErrorCategory.OperationTimeout,
        _ => ErrorCategory.NotSpecified,
    };
}
