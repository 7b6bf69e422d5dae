using System.Collections.Concurrent;
using System.Text.Json;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Tests.Build;

/// <summary>The corpus of small Dockerfiles: each is built by the engine and by buildah, and files and configs are compared. docs/dockerfile.md explains what may differ.</summary>
public sealed class BuildCorpusTests : IDisposable
{
    // What buildah leaves in an image of what it has mounted for commands.
    private static readonly string[] s_places = ["/dev", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/proc", "/run", "/run/.containerenv", "/run/secrets", "/sys", "/etc"];

    private readonly BuildStore _store = new();
    private readonly string _context;

    public BuildCorpusTests() => _context = MakeContext(_store.NewFolder());

    [Fact]
    public void Has_enough_of_them() => Assert.InRange(BuildCase.ReadAll().Count, 200, 10_000);

    [Fact]
    public void Comes_out_as_with_buildah()
    {
        Assert.True(File.Exists("/usr/bin/buildah"), "buildah is not installed");
        var failures = new ConcurrentBag<string>();
        using (var buildah = new Buildah(Path.Combine(_store.Folder, "buildah"), _store.BaseTar))
        {
            Parallel.ForEach(BuildCase.ReadAll(), new ParallelOptions { MaxDegreeOfParallelism = 3 }, build =>
            {
                foreach (var failure in Check(build, buildah)) failures.Add($"{build.Name}: {failure}");
            });
        }

        Assert.True(failures.IsEmpty, $"{failures.Count} differences\n{string.Join('\n', failures.Order(StringComparer.Ordinal))}");
        _store.AssertClean();
        Assert.DoesNotContain(_store.Engine.Store.Check(repair: false, null, CancellationToken.None), static problem => problem.Kind != StoreProblemKind.Unreferenced);
    }

    public void Dispose() => _store.Dispose();

    private IEnumerable<string> Check(BuildCase build, Buildah buildah)
    {
        var ours = Build(build, out var error);
        if (build.Failure is { } failure)
        {
            if (ours is not null) yield return "it should have failed";
            else if (!error!.Contains(failure, StringComparison.Ordinal)) yield return $"the error is: {error}";
            if (build.Alone is null && buildah.Build(build, _context, out _) is not null) yield return "buildah builds it";
            yield break;
        }

        if (ours is not { } result)
        {
            yield return $"it failed: {error}";
            yield break;
        }

        foreach (var expected in build.Expected.Where(expected => !IsThere(expected, result.Files))) yield return $"expected '{expected}', and there is '{result.Files.All.GetValueOrDefault(expected.Split(' ')[0])}'";
        foreach (var unexpected in build.Unexpected.Where(result.Files.All.ContainsKey)) yield return $"'{unexpected}' should not be there";
        if (build.Alone is not null) yield break;
        if (buildah.Build(build, _context, out var output) is not { } peer)
        {
            yield return $"buildah failed: {output.Trim()}";
            yield break;
        }

        foreach (var path in result.Files.All.Keys.Union(peer.Files.All.Keys).Order(StringComparer.Ordinal))
        {
            var (own, other) = (result.Files.All.GetValueOrDefault(path), peer.Files.All.GetValueOrDefault(path));
            if (own != other && !build.MayDiffer(path) && !(own is null && s_places.Contains(path))) yield return $"{path}: '{own}', and with buildah '{other}'";
        }

        foreach (var (field, own, other) in Configs(result.Config, peer.Config))
            if (own != other && !build.ConfigDifferences.Contains(field)) yield return $"{field}: {own}, and with buildah {other}";
    }

    private (ImageFiles Files, ImageConfig Config)? Build(BuildCase build, out string? error)
    {
        error = null;
        var folder = _store.NewFolder();
        var dockerfile = Path.Combine(folder, "Dockerfile");
        File.WriteAllLines(dockerfile, build.Dockerfile);
        if (build.Ignored.Count > 0) File.WriteAllLines(dockerfile + ".dockerignore", build.Ignored);
        try
        {
            _store.Build(_context, "corpus-" + build.Name, settings => settings with { File = dockerfile, Arguments = build.Arguments, Target = build.Target });
            return (_store.FilesOf("corpus-" + build.Name), _store.Engine.Images.Resolve("corpus-" + build.Name).Config);
        }
        catch (ContainerEngineException e)
        {
            error = e.Message;
            return null;
        }
    }

    // "/path f 644 0:0 text", "/path d 755 0:0", "/path l target"
    private static bool IsThere(string expected, ImageFiles files)
    {
        var parts = expected.Split(' ', 5);
        if (!files.All.TryGetValue(parts[0], out var there)) return false;
        if (parts[1] == "l") return there.EndsWith($" -> {parts[2]}", StringComparison.Ordinal);
        return there.StartsWith(string.Join(' ', parts[1..4]), StringComparison.Ordinal) && (parts.Length < 5 || files.Text(parts[0]).StartsWith(parts[4], StringComparison.Ordinal));
    }

    private static IEnumerable<(string Field, string Own, string Other)> Configs(ImageConfig own, JsonElement other)
    {
        var config = own.Config!;
        var peer = other.GetProperty("config");
        yield return ("Author", own.Author ?? "", Text(other, "author"));
        yield return ("User", config.User ?? "", Text(peer, "User"));
        yield return ("ExposedPorts", Sorted(config.ExposedPorts?.Keys), Sorted(Keys(peer, "ExposedPorts")));
        yield return ("Env", Sorted(config.Env), Sorted(Items(peer, "Env")));
        yield return ("Entrypoint", List(config.Entrypoint), List(Items(peer, "Entrypoint")));
        yield return ("Cmd", List(config.Cmd), List(Items(peer, "Cmd")));
        yield return ("Volumes", Sorted(config.Volumes?.Keys), Sorted(Keys(peer, "Volumes")));
        yield return ("WorkingDir", config.WorkingDir is null or "/" ? "" : config.WorkingDir, Text(peer, "WorkingDir") is var directory && directory == "/" ? "" : directory);
        yield return ("Labels", Sorted(config.Labels?.Select(static label => $"{label.Key}={label.Value}")), Sorted(Pairs(peer, "Labels").Where(static label => !label.StartsWith("io.buildah.", StringComparison.Ordinal))));
        yield return ("StopSignal", config.StopSignal ?? "", Text(peer, "StopSignal"));
        yield return ("OnBuild", List(config.OnBuild), List(Items(peer, "OnBuild")));
        yield return ("Shell", List(config.Shell), List(Items(peer, "Shell")));
        var check = peer.TryGetProperty("Healthcheck", out var found) ? found : default;
        yield return ("Healthcheck", List(config.Healthcheck?.Test), check.ValueKind == JsonValueKind.Object ? List(Items(check, "Test")) : "");
        foreach (var (field, value) in ((string, long?)[])[("Interval", config.Healthcheck?.Interval), ("Timeout", config.Healthcheck?.Timeout), ("StartPeriod", config.Healthcheck?.StartPeriod), ("Retries", config.Healthcheck?.Retries)])
            yield return ("Healthcheck", $"{field} {value ?? 0}", $"{field} {(check.ValueKind == JsonValueKind.Object && check.TryGetProperty(field, out var number) ? number.GetInt64() : 0)}");
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static IEnumerable<string> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(static item => item.GetString()!)] : [];

    private static IEnumerable<string> Keys(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? [.. value.EnumerateObject().Select(static item => item.Name)] : [];

    private static IEnumerable<string> Pairs(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? [.. value.EnumerateObject().Select(static item => $"{item.Name}={item.Value.GetString()}")] : [];

    private static string List(IEnumerable<string>? items) => string.Join('|', items ?? []);

    private static string Sorted(IEnumerable<string>? items) => List((items ?? []).Order(StringComparer.Ordinal));

    private static string MakeContext(string folder)
    {
        BuildStore.Bash($"""
            cd '{folder}'; umask 022
            echo a > a.txt; echo b > b.txt; chmod 600 b.txt; echo c > c.md; printf '#!/bin/sh\necho ran\n' > exe.sh; chmod 755 exe.sh; echo s > setuid; chmod 4755 setuid
            echo 'sp ace' > 'sp ace.txt'; echo h > .hidden; touch -d '2020-01-02 03:04:05' a.txt
            mkdir -p dir/sub/deep dir/empty; chmod 700 dir/empty; echo x > dir/x; echo y > dir/y.txt; echo z > dir/sub/z; echo w > dir/sub/deep/w
            mkdir links; ln -s ../a.txt links/to-file; ln -s ../dir links/to-dir; ln -s nowhere links/broken; ln -s ../../../../../../../../no/such/file links/out; ln -s /etc/passwd links/absolute
            mkdir hard; echo one > hard/one; ln hard/one hard/two
            mkdir -p modes/t modes/g; for m in 400 444 600 666 755 777 2755 4711 1644; do echo $m > modes/f$m; chmod $m modes/f$m; done; chmod 1777 modes/t; chmod 2775 modes/g
            mkdir attributes; echo u > attributes/user; setfattr -n user.note -v hello attributes/user; cp /bin/busybox attributes/capable; setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 attributes/capable
            mkdir odd; touch 'odd/with space' 'odd/back\slash' odd/ünïcödé odd/-dash 'odd/*' 'odd/[x]'
            mkdir many; for i in $(seq 1 20); do echo $i > many/$i; done; mkdir many/1d; echo d > many/1d/d
            mkdir -p archives/content/inside; cd archives/content; echo inner > inner; chmod 640 inner; echo deep > inside/deep; ln -s inner link; ln inner hard; mkdir -m 1777 sticky; echo u > u
            tar --owner=21 --group=22 -cf ../t.tar inner inside link hard sticky; tar -cf ../u.tar --owner=0 --group=0 u; cd ..
            gzip -k t.tar; bzip2 -k t.tar; xz -k t.tar; zstd -q t.tar; gzip u.tar; echo no archive > notar.tar.gz; rm -r content
            """);
        return folder;
    }
}
