namespace ContainerPS;

/// <summary>What is new of a step.</summary>
public enum BuildEvent
{
    /// <summary>It has begun.</summary>
    Started,

    /// <summary>Its program has written a line.</summary>
    Output,

    /// <summary>Something to be known while it goes on, such as an image that is pulled.</summary>
    Message,

    /// <summary>It was taken from an earlier build.</summary>
    Cached,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>It has failed.</summary>
    Failed,
}
