using Microsoft.Win32.SafeHandles;

namespace ContainerPS.Engine.Runtime;

/// <summary>The list of a child's operations while the parent writes it, with what errors say about each, and the descriptors they use.</summary>
internal sealed unsafe class ChildPlan : IDisposable
{
    private const int Capacity = 1024;
    private readonly List<(string Subject, string? Field)> _subjects = [];
    private readonly List<SafeFileHandle> _open = [];
    private readonly ChildOperation* _operations;

    internal ChildPlan()
    {
        Arena = new NativeArena();
        _operations = (ChildOperation*)Arena.Allocate(Capacity * sizeof(ChildOperation));
    }

    /// <summary>Where the operations' data lives.</summary>
    internal NativeArena Arena { get; }

    /// <summary>The operations.</summary>
    internal ChildOperation* Operations => _operations;

    /// <summary>How many there are.</summary>
    internal int Count => _subjects.Count;

    /// <summary>What was asked and is not done.</summary>
    internal List<string> Warnings { get; } = [];

    /// <summary>The field of config.json that asks for what is added next; null when none does.</summary>
    internal string? Field { get; set; }

    /// <summary>Appends an operation.</summary>
    /// <param name="step">What it does.</param>
    /// <param name="subject">What an error says it was done to.</param>
    /// <param name="operation">Its parameters.</param>
    internal void Add(ChildStep step, string subject, ChildOperation operation = default)
    {
        if (Count == Capacity) throw new InvalidSpecException(Field ?? "mounts", $"is too many: all that is mounted, made and masked may take {Capacity} steps together");
        operation.Step = step;
        _operations[Count] = operation;
        _subjects.Add((subject, Field));
    }

    /// <summary>Keeps a descriptor open until the child has been made.</summary>
    internal int Own(SafeFileHandle file)
    {
        _open.Add(file);
        return (int)file.DangerousGetHandle();
    }

    /// <summary>Text for an operation, in the arena.</summary>
    internal byte* Text(string text) => Arena.Text(text);

    /// <summary>What the operation was done to, and the field that asks for it.</summary>
    internal (string Subject, string? Field) Subject(int operation) => _subjects[operation];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _open) file.Dispose();
        Arena.Dispose();
    }
}
