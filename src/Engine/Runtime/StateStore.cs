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
    internal StoredState Load(string id)
    {
        try
        {
            return StoredState.FromJson(File.ReadAllBytes(Path.Combine(DirectoryOf(id), FileName)));
        }
        catch (IOException)
        {
            throw new ContainerEngineException("ContainerNotFound", ErrorKind.NotFound, $"container '{id}' does not exist in {root}.", id);
        }
    }

    /// <summary>Reads config.json of a container's bundle.</summary>
    internal static RuntimeSpec LoadSpec(string bundle)
    {
        var path = Path.Combine(bundle, "config.json");
        try
        {
            return RuntimeSpecReader.Read(File.ReadAllBytes(path));
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
            if (File.Exists(Path.Combine(directory, FileName))) yield return Load(Path.GetFileName(directory));
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

    private static string CheckId(string id)
    {
        var valid = id.Length is > 0 and <= 1024 && id is not ("." or "..");
        foreach (var c in id) valid &= char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '-' or '.';
        return valid ? id : throw new InvalidSettingException("id", id, $"'{id}' cannot be a container id. Use letters, digits, '_', '+', '-' and '.'.");
    }
}
