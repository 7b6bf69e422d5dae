using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Tests.Runtime;

namespace ContainerPS.Engine.Tests.Containers.Life;

/// <summary>A store of its own with a busybox image, and an engine over it; its containers are gone with it.</summary>
internal sealed class LifeStore : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("containerps-life-").FullName;

    internal LifeStore()
    {
        Engine = LocalEngine.Open(new StorePaths(Path.Combine(_folder, "root"), Path.Combine(_folder, "run"), Path.Combine(_folder, "engine.json")), RuncsProgram.Path);
        Engine.Images.Import(new ImportRequest { Source = new MemoryStream(Busybox()), Name = "busybox", Command = ["sh"] }, null, CancellationToken.None);
    }

    internal LocalEngine Engine { get; }

    internal StorePaths Paths => Engine.Paths;

    internal string RunOf(Container container) => Paths.RunOf(container.Id);

    /// <summary>Creates a container that runs a shell script.</summary>
    internal Container Create(string script, Func<ContainerSettings, ContainerSettings>? change = null)
    {
        var settings = new ContainerSettings { Image = "busybox", Command = ["sh", "-c", script], Network = "none", StopTimeout = TimeSpan.FromSeconds(10) };
        return Engine.Containers.Create(change is null ? settings : change(settings));
    }

    /// <summary>Creates and starts a container that runs a shell script.</summary>
    internal Container Start(string script, Func<ContainerSettings, ContainerSettings>? change = null) => Engine.Containers.Start(Create(script, change).Id, CancellationToken.None);

    /// <summary>Waits until something is so, looking often; fails after a while.</summary>
    internal static void Await(Func<bool> condition, string what, int seconds = 60)
    {
        for (var watch = Stopwatch.StartNew(); !condition(); Thread.Sleep(5))
            Assert.True(watch.Elapsed.TotalSeconds < seconds, $"Not so after {seconds} s: {what}");
    }

    /// <summary>Reads a process's output until it holds the text; gives all of it.</summary>
    internal static string ReadUntil(AttachedProcess process, string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = new StringBuilder();
        while (!output.ToString().Contains(text))
        {
            Assert.True(process.ReadOutput(patience.Token, out _, out var data), $"The output has ended without '{text}': {output}");
            output.Append(Encoding.UTF8.GetString(data.Span));
        }

        return output.ToString();
    }

    public void Dispose()
    {
        foreach (var container in Engine.Containers.List()) Engine.Containers.Remove(container.Id, force: true, CancellationToken.None);
        var left = Directory.Exists(Paths.Run) ? Directory.GetDirectories(Paths.Run).Where(folder => Path.GetFileName(folder).Length == 64).ToList() : [];
        Directory.Delete(_folder, recursive: true);
        Assert.Empty(left);
    }

    private static byte[] Busybox()
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            const UnixFileMode executable = (UnixFileMode)0b111_101_101;
            foreach (var folder in (string[])["./", "./bin/", "./etc/", "./tmp/"]) writer.WriteEntry(new PaxTarEntry(System.Formats.Tar.TarEntryType.Directory, folder) { Mode = executable });
            using var file = File.OpenRead("/bin/busybox");
            writer.WriteEntry(new PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "./bin/busybox") { Mode = executable, DataStream = file });
            foreach (var applet in RuncsProgram.Run("/bin/busybox", ["--list"]).Lines.Where(applet => applet != "busybox"))
                writer.WriteEntry(new PaxTarEntry(System.Formats.Tar.TarEntryType.SymbolicLink, $"./bin/{applet}") { LinkName = "busybox" });
        }

        return stream.ToArray();
    }
}
