namespace ContainerPS.Engine.Runtime;

/// <summary>One operation of a child; its members mean what the case in <c>ChildProgram</c> says. All pointers are into the plan's arena.</summary>
internal unsafe struct ChildOperation
{
    internal ChildStep Step;
    internal int Fd;
    internal byte* Path;
    internal byte* Text;
    internal void* Data;
    internal nint Length;
    internal ulong Flags;
    internal ulong Set;
    internal ulong Clear;
    internal ulong Propagation;
}

/// <summary>A parameter of a new file system; without a value it is a flag.</summary>
internal unsafe struct MountParameter
{
    internal byte* Key;
    internal byte* Value;
}

/// <summary>Descriptors that later operations of the child need.</summary>
internal struct ChildDescriptors
{
    /// <summary>The parent; after <see cref="ChildStep.AwaitStart"/>, whoever started the container.</summary>
    internal int Socket;

    /// <summary>Namespaces that were joined, as CLONE_NEW… flags.</summary>
    internal ulong Joined;

    /// <summary>The container's root.</summary>
    internal int Root;

    /// <summary>A procfs of the container's pid namespace, known to be one.</summary>
    internal int Proc;

    /// <summary>The null device, known to be it.</summary>
    internal int Null;

    /// <summary>The empty read-only tmpfs that covers masked directories.</summary>
    internal int Mask;

    /// <summary>The process's end of its terminal.</summary>
    internal int Terminal;

    /// <summary>What a failed hook has written.</summary>
    internal int Output;
}

/// <summary>How an operation on a path inside the container treats it.</summary>
[Flags]
internal enum ChildPath : ulong
{
    /// <summary>When it is missing, make a file, not a directory.</summary>
    File = 1,

    /// <summary>It may be inside a procfs.</summary>
    InsideProc = 2,

    /// <summary>No part of it may be a symbolic link.</summary>
    NoLinks = 4,

    /// <summary>Attributes and propagation are for the mounts below it, too.</summary>
    Recursive = 8,

    /// <summary>The new file system's root gets the permissions of the directory it covers.</summary>
    KeepMode = 16,

    /// <summary>Replace what is there.</summary>
    Replace = 32,
}
