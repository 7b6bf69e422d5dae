using System.Globalization;
using System.Text;
using ContainerPS.Engine.Linux;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Build;

/// <summary>Prepares what <c>RUN --mount</c> asks for. Partial by sort: this file is what they have in common, and which part of the step's key they are.</summary>
/// <param name="session">The build.</param>
/// <param name="run">The instruction, with variables put in.</param>
/// <param name="sources">Where each mount's files come from.</param>
/// <param name="workingDirectory">What relative targets are relative to.</param>
internal sealed partial class RunMountPreparer(BuildSession session, RunInstruction run, IReadOnlyList<FileSource> sources, string workingDirectory)
{
    /// <summary>Adds to a step's key what the mounts bring into it: contents of what is mounted to be read, never values of secrets, nor what is in folders that builds share.</summary>
    /// <param name="key">The key.</param>
    /// <param name="digests">Finds digests of files.</param>
    internal void AddTo(StepKey key, FileDigests digests)
    {
        for (var i = 0; i < run.Mounts.Count; i++)
        {
            var mount = run.Mounts[i];
            key.Add("mount", [
                mount.Type.ToString(), mount.Target ?? "", mount.Source ?? "", mount.Id ?? "", mount.Environment ?? "", mount.ReadOnly ? "ro" : "rw",
                mount.Sharing.ToString(), Text(mount.Mode), Text(mount.UserId), Text(mount.GroupId), Text(mount.Size),
            ]);
            if (mount.Type != RunMountType.Bind && (mount.Type != RunMountType.Cache || mount.From is null)) continue;
            if (sources[i].Context is null) key.Add("from", sources[i].Top?.ToString());
            else key.Add("content", ContentOf(sources[i], mount, digests));
        }
    }

    /// <summary>Prepares the mounts.</summary>
    /// <exception cref="ContainerEngineException">What is to be mounted is not there.</exception>
    internal PreparedMounts Prepare()
    {
        var prepared = new PreparedMounts();
        try
        {
            for (var i = 0; i < run.Mounts.Count; i++) Add(prepared, run.Mounts[i], sources[i], i);
            if (run.IsProgram) AddProgram(prepared);
            return prepared;
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }

    private void Add(PreparedMounts prepared, RunMount mount, FileSource source, int number)
    {
        switch (mount.Type)
        {
            case RunMountType.Bind:
                AddBind(prepared, mount, source);
                break;
            case RunMountType.Cache:
                AddCache(prepared, mount, source);
                break;
            case RunMountType.Tmpfs:
                var size = mount.Size is { } bytes ? (string[])[string.Create(CultureInfo.InvariantCulture, $"size={bytes}")] : [];
                prepared.Mounts.Add(new Mount { Destination = TargetOf(mount), Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "nodev", "mode=1777", .. size] });
                break;
            case RunMountType.Secret:
                AddSecret(prepared, mount);
                break;
            default:
                AddAgent(prepared, mount, number);
                break;
        }
    }

    // The here-document is a program of its own: it is not to be in the stage's files, nor has the stage to have a place for it.
    private void AddProgram(PreparedMounts prepared)
    {
        var folder = NewFolder();
        FolderMode.Set(folder, default, 0x1ed);
        var path = Path.Combine(folder, "program");
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(run.Script!));
        FolderMode.Set(path, default, 0x1ed);
        prepared.Mounts.Add(Bind(path, ProgramPath(run), isReadOnly: true));
    }

    /// <summary>Where the program is that a here-document is.</summary>
    internal static string ProgramPath(RunInstruction run) => $"/dev/pipes/{run.Heredocs[0].Name}";

    private string TargetOf(RunMount mount)
    {
        var target = CleanPath.Of(mount.Target!.StartsWith('/') ? mount.Target : $"{workingDirectory}/{mount.Target}");
        return target != "/" ? target : throw new DockerfileException(run.Location, $"'--mount={mount.Text}' of RUN has the target '{mount.Target}', and nothing can be mounted there.");
    }

    private static Mount Bind(string source, string target, bool isReadOnly, params ReadOnlySpan<string> options) => new()
    {
        Destination = target,
        Type = "bind",
        Source = source,
        Options = ["rbind", "rprivate", .. isReadOnly ? (string[])["ro", "rro"] : [], .. options],
    };

    private byte[] ContentOf(FileSource source, RunMount mount, FileDigests digests)
    {
        using var tree = source.Open(NewFolder);
        var items = new SourceFinder(tree, IgnoreFile.Nothing, session.Cancellation).FindPlain(mount.Source ?? ".");
        return new ContentDigest(tree, digests, session.Cancellation).Of([items]);
    }

    private string NewFolder()
    {
        var path = session.Scratch.NewPath();
        Directory.CreateDirectory(path, Storage.StagingFolder.PrivateMode);
        return path;
    }

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
