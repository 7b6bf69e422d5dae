using ContainerPS.Engine.Build;

namespace ContainerPS;

/// <summary>A Dockerfile cannot be read, or says what cannot be done.</summary>
public sealed class DockerfileException : ContainerEngineException
{
    /// <summary>Makes an error.</summary>
    /// <param name="location">Where.</param>
    /// <param name="message">What is wrong, and what to do: sentences.</param>
    /// <param name="inner">What caused it.</param>
    internal DockerfileException(SourceLocation location, string message, Exception? inner = null)
        : base("InvalidDockerfile", ErrorKind.InvalidData, $"{location.File}:{location.FirstLine}: {message}", location.ToString(), inner) =>
        (File, Line, LastLine, Reason) = (location.File, location.FirstLine, location.LastLine, message);

    /// <summary>The Dockerfile's name.</summary>
    public string File { get; }

    /// <summary>First line of what is wrong, from 1.</summary>
    public int Line { get; }

    /// <summary>Last line of what is wrong.</summary>
    public int LastLine { get; }

    /// <summary>The message without file and line.</summary>
    public string Reason { get; }
}
