namespace ContainerPS.Engine.Build;

/// <summary>What checks have found.</summary>
/// <param name="Warnings">Warnings, by line.</param>
/// <param name="Error">Why a build would fail, or null: what comes after it has not been checked.</param>
/// <param name="FailsBuild">True when the Dockerfile says that a warning is an error, and there is one.</param>
internal sealed record CheckResult(IReadOnlyList<DockerfileWarning> Warnings, DockerfileException? Error, bool FailsBuild);
