using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;
using Tmds.Linux;

namespace ContainerPS.Engine.Runtime;

/// <summary>A container's status (runtime-spec runtime.md#state).</summary>
internal enum ContainerStatus
{
    /// <summary>Being made.</summary>
    Creating,

    /// <summary>Made; its program does not run yet.</summary>
    Created,

    /// <summary>Its program runs.</summary>
    Running,

    /// <summary>Its processes are frozen.</summary>
    Paused,

    /// <summary>Its first process has ended.</summary>
    Stopped,
}

/// <summary>The state files of a runtime's containers: one directory each below its root, on a file system that is empty after a restart.</summary>
internal sealed class StateStore(string root)
{
    private const string FileName = "state.json";
    private const string BeginningName = "creating.json";
    private const string SpecName = "config.json";

    /// <summary>The directory of a container.</summary>
    internal string DirectoryOf(string id) => Path.Combine(root, CheckId(id));

    /// <summary>The socket at which a created container waits for its start.</summary>
    internal string StartSocketOf(string id) => Path.Combine(DirectoryOf(id), "start.sock");

    /// <summary>Takes an id for a new container.</summary>
    /// <exception cref="NameInUseException">There is a container with that id.</exception>
    internal unsafe string Reserve(string id)
    {
        var directory = DirectoryOf(id);
        Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        fixed (byte* name = System.Text.Encoding.UTF8.GetBytes(directory + '\0'))
        {
            if (LibC.mkdir(name, (mode_t)0x1C0 /* 0700 */) == 0) return directory;
        }

        if (LibC.errno == LibC.EEXIST) throw new NameInUseException("container", id, id);
        throw new RuntimeStepException("make directory", directory, LibC.errno);
    }

    /// <summary>Writes a container's state.</summary>
    internal void Save(StoredState state) => AtomicFile.Write(Path.Combine(DirectoryOf(state.Id), FileName), state.ToJson(), durable: false);

    /// <summary>Reads a container's state.</summary>
    internal StoredState Load(string id) =>
        TryLoad(id) ?? throw new ContainerEngineException("ContainerNotFound", ErrorKind.NotFound, $"container '{id}' does not exist in {root}.", id);

    /// <summary>Reads a container's state; null when there is none.</summary>
    internal StoredState? TryLoad(string id) => TryRead(Path.Combine(DirectoryOf(id), FileName)) ?? TryRead(Path.Combine(DirectoryOf(id), BeginningName));

    /// <summary>Reads config.json of a container's bundle.</summary>
    internal static RuntimeSpec LoadSpec(string bundle) => RuntimeSpecReader.Read(ReadSpec(bundle));

    /// <summary>
    /// Records a container that is about to be made: what has to be cleared away when its maker is killed, and its config.json, which
    /// may change in the bundle from now on without effect (runtime.md#lifecycle, step 2).
    /// </summary>
    internal void Begin(StoredState state, ReadOnlySpan<byte> spec)
    {
        Write(Path.Combine(DirectoryOf(state.Id), SpecName), spec);
        Write(Path.Combine(DirectoryOf(state.Id), BeginningName), state.ToJson());

        // The directory is the caller's own and new: there is nobody who could see half of a file.
        static void Write(string path, ReadOnlySpan<byte> content)
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            RandomAccess.Write(file, content, 0);
        }
    }

    /// <summary>The config.json that a container was made of.</summary>
    internal RuntimeSpec SpecOf(StoredState state) =>
        LoadSpec(File.Exists(Path.Combine(DirectoryOf(state.Id), SpecName)) ? DirectoryOf(state.Id) : state.Bundle);

    /// <summary>The config.json that a container was made of; null when it can no longer be read.</summary>
    internal RuntimeSpec? TrySpecOf(StoredState state)
    {
        try
        {
            return SpecOf(state);
        }
        catch (ContainerEngineException)
        {
            return null;
        }
    }

    /// <summary>False when a container surely has no <c>poststop</c> hooks: told without reading its config.json as a document.</summary>
    internal bool HasPoststop(StoredState state)
    {
        try
        {
            ReadOnlySpan<byte> text = ReadSpec(DirectoryOf(state.Id));
            return text.IndexOf("poststop"u8) >= 0 || text.IndexOf("\\u"u8) >= 0;
        }
        catch (ContainerEngineException)
        {
            return true;
        }
    }

    /// <summary>What a container's state says of it, whatever it does.</summary>
    internal StateDocument DocumentOf(StoredState state) => new(state.Id, state.Bundle, TrySpecOf(state)?.Annotations);

    /// <summary>The text of config.json in a directory.</summary>
    internal static byte[] ReadSpec(string bundle)
    {
        var path = Path.Combine(bundle, SpecName);
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ContainerEngineException("BundleNotFound", ErrorKind.NotFound, $"There is no '{path}'. Give the directory of a bundle with --bundle.", path);
        }
    }

    /// <summary>States of all containers, by id.</summary>
    internal IEnumerable<StoredState> List()
    {
        if (!Directory.Exists(root)) yield break;
        var directories = Directory.GetDirectories(root);
        Array.Sort(directories, StringComparer.Ordinal);
        foreach (var directory in directories)
        {
            if (TryLoad(Path.GetFileName(directory)) is { } state) yield return state;
        }
    }

    /// <summary>Asks the kernel what a container does.</summary>
    internal ContainerStatus StatusOf(StoredState state)
    {
        if (state.Pid == 0) return ContainerStatus.Creating;
        if (ProcessIdentity.StartTime(state.Pid) != state.StartTime) return ContainerStatus.Stopped;
        if (state.OpenCgroup().IsFrozen) return ContainerStatus.Paused;
        return File.Exists(StartSocketOf(state.Id)) ? ContainerStatus.Created : ContainerStatus.Running;
    }

    /// <summary>Forgets a container.</summary>
    internal void Remove(string id)
    {
        var directory = DirectoryOf(id);
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
    }

    private static StoredState? TryRead(string path)
    {
        try
        {
            return StoredState.FromJson(File.ReadAllBytes(path));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string CheckId(string id)
    {
        var valid = id.Length is > 0 and <= 1024 && id is not ("." or "..");
        foreach (var c in id) valid &= char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '-' or '.';
        return valid ? id : throw new InvalidSettingException("id", id, $"'{id}' cannot be a container id. Use letters, digits, '_', '+', '-' and '.'.");
    }
}
