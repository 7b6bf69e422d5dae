using System.Text.Json.Nodes;

namespace ContainerPS.Conformance;

/// <summary>A bundle in a folder of its own and the container made from it; nothing of either is left when it is disposed.</summary>
public sealed class Container : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    /// <summary>A container of the minimal spec with a merge patch laid over it.</summary>
    public Container(string? patch = null)
    {
        Id = "conformance-" + Guid.NewGuid().ToString("n")[..12];
        Folder = Directory.CreateTempSubdirectory("conformance-").FullName;
        // Processes of user namespaces have to reach what is below.
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
        foreach (var name in (string[])["proc", "sys", "dev", "tmp"]) Directory.CreateDirectory(Path.Combine(Rootfs, name));
        File.Copy(Programs.Probe, Path.Combine(Rootfs, "probe"));
        Config = MinimalSpec.Create(Id);
        if (patch is not null) Patch(patch);
    }

    /// <summary>The container's name.</summary>
    public string Id { get; }

    /// <summary>The test's own folder.</summary>
    public string Folder { get; }

    /// <summary>The bundle.</summary>
    public string Bundle => Path.Combine(Folder, "bundle");

    /// <summary>The root file system.</summary>
    public string Rootfs => Path.Combine(Bundle, "rootfs");

    /// <summary>config.json.</summary>
    public JsonObject Config { get; }

    private string StateRoot => Path.Combine(Folder, "state");

    /// <summary>Lays a merge patch over config.json.</summary>
    public Container Patch(string json)
    {
        MinimalSpec.Merge(Config, JsonNode.Parse(json)!.AsObject());
        return this;
    }

    /// <summary>One more mount after those that are there.</summary>
    public Container Mount(string json)
    {
        Config["mounts"]!.AsArray().Add(JsonNode.Parse(json));
        return this;
    }

    /// <summary>The namespaces without that of a kind.</summary>
    public Container WithoutNamespace(string type)
    {
        var all = Config["linux"]!["namespaces"]!.AsArray();
        if (all.FirstOrDefault(n => (string?)n!["type"] == type) is { } found) all.Remove(found);
        return this;
    }

    /// <summary>One namespace more, or another one of its kind; joined when a path is given.</summary>
    public Container Namespace(string type, string? path = null)
    {
        WithoutNamespace(type);
        var entry = new JsonObject { ["type"] = type };
        if (path is not null) entry["path"] = path;
        Config["linux"]!["namespaces"]!.AsArray().Add((JsonNode)entry);
        return this;
    }

    /// <summary>Capabilities besides those of the minimal spec, in the three sets that matter to root.</summary>
    public Container Capable(params string[] names)
    {
        foreach (var set in (string[])["bounding", "effective", "permitted"])
        {
            foreach (var name in names) Config["process"]!["capabilities"]![set]!.AsArray().Add((JsonNode)name);
        }

        return this;
    }

    /// <summary>Gives the root file system to a user namespace's root.</summary>
    public Container OwnedBy(int id)
    {
        Programs.Run("chown", ["-R", $"{id}:{id}", Rootfs]).Succeeded();
        return this;
    }

    /// <summary>A file in the folder, or in the root file system when the name begins with "rootfs/"; returns its path.</summary>
    public string WriteFile(string name, string text = "")
    {
        var path = Path.Combine(name.StartsWith("rootfs/", StringComparison.Ordinal) ? Bundle : Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A folder likewise.</summary>
    public string MakeFolder(string name) =>
        Directory.CreateDirectory(Path.Combine(name.StartsWith("rootfs/", StringComparison.Ordinal) ? Bundle : Folder, name)).FullName;

    /// <summary>Something that goes with the container.</summary>
    public T Own<T>(T thing) where T : IDisposable
    {
        _owned.Add(thing);
        return thing;
    }

    /// <summary>Runs the container to its end; its process is asked what is given.</summary>
    public Answer Ask(params string[] questions) => Answer.Parse(Run(questions).Succeeded().Output);

    /// <summary>Runs the container to its end.</summary>
    public Ended Run(string[] questions, params string[] options) => RunWith(questions, options, input: null);

    /// <summary>Runs the container to its end with something on its standard input.</summary>
    public Ended RunWith(string[] questions, string[] options, string? input)
    {
        Write(questions);
        return TestedRuntime.Run(StateRoot, ["run", "--bundle", Bundle, .. options, Id], input);
    }

    /// <summary>Starts the container; it answers, and then waits for a signal.</summary>
    public Running Start(params string[] questions) => StartWith([], questions);

    /// <summary>Starts the container with options of <c>run</c>.</summary>
    public Running StartWith(string[] options, params string[] questions)
    {
        Write([.. questions, "wait"]);
        return Own(Running.Start(StateRoot, ["run", "--detach", "--bundle", Bundle, .. options, Id]));
    }

    /// <summary>Creates the container; what its process says comes after <c>start</c>.</summary>
    public Running Create(params string[] questions) => CreateWith([], [.. questions, "wait"]);

    /// <summary>Creates the container with options of <c>create</c>; its process need not wait.</summary>
    public Running CreateWith(string[] options, params string[] questions)
    {
        Write(questions);
        return Own(Running.Create(StateRoot, ["create", "--bundle", Bundle, .. options, Id]));
    }

    /// <summary>Runs a command of the runtime; the container's id is the caller's to give.</summary>
    public Ended Runtime(params string[] arguments) => TestedRuntime.Run(StateRoot, arguments);

    /// <summary>Runs a command of the runtime with something on its standard input.</summary>
    public Ended RuntimeWith(string input, params string[] arguments) => TestedRuntime.Run(StateRoot, arguments, input);

    /// <summary>The program and arguments of a command of the runtime, to be run by another program.</summary>
    public string[] CommandLine(params string[] arguments)
    {
        var (program, all) = TestedRuntime.CommandLine(StateRoot, arguments);
        return [program, .. all];
    }

    /// <summary>One more process in the container.</summary>
    public Ended Exec(string[] options, params string[] questions) => Runtime(["exec", .. options, Id, "/probe", .. questions]);

    /// <summary>What one more process in the container answers.</summary>
    public Answer AskExec(string[] options, params string[] questions) => Answer.Parse(Exec(options, questions).Succeeded().Output);

    /// <summary>What <c>state</c> says.</summary>
    public Answer State() => Answer.Parse(Runtime("state", Id).Succeeded().Output);

    /// <summary>Writes config.json with what the process is asked.</summary>
    public void Write(params string[] questions)
    {
        Config["process"]!["args"] = new JsonArray([.. ((string[])["/probe", .. questions]).Select(q => (JsonNode)q)]);
        WriteConfig();
    }

    /// <summary>Writes config.json as it is.</summary>
    public void WriteConfig() => File.WriteAllText(Path.Combine(Bundle, "config.json"), Config.ToJsonString());

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Path.Combine(StateRoot, Id))) _ = Runtime("delete", "--force", Id);
        foreach (var thing in Enumerable.Reverse(_owned)) thing.Dispose();
        HostMount.UnmountBelow(Folder);
        Directory.Delete(Folder, recursive: true);
        Cgroups.Remove(Id);
    }
}
