using System.Diagnostics;
using System.Text.Json;

namespace ContainerPS.Engine.Tests.Build;

/// <summary>Debian's buildah with a store of its own, which has the image <c>busybox</c>.</summary>
internal sealed class Buildah : IDisposable
{
    private readonly string _folder;

    internal Buildah(string folder, string baseTar)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        File.WriteAllText(At("policy.json"), """{"default":[{"type":"insecureAcceptAnything"}]}""");
        File.WriteAllText(At("registries.conf"), "unqualified-search-registries = []\nshort-name-mode = \"permissive\"\n");
        File.WriteAllText(At("storage.conf"), $"[storage]\ndriver=\"overlay\"\nrunroot=\"{At("run")}\"\ngraphroot=\"{At("root")}\"\n");
        Directory.CreateDirectory(At("base"));
        File.Copy(baseTar, At("base/busybox.tar"));
        File.WriteAllText(At("base/Dockerfile"), "FROM scratch\nADD busybox.tar /\nCMD [\"sh\"]\n");
        var (exitCode, output) = Run("bud", "--isolation", "chroot", "--signature-policy", At("policy.json"), "--format", "docker", "-t", "busybox", At("base"));
        Assert.True(exitCode == 0, output);
    }

    /// <summary>Builds; null when it fails.</summary>
    internal (ImageFiles Files, JsonElement Config)? Build(BuildCase build, string context, out string output)
    {
        var dockerfile = At(build.Name + ".dockerfile");
        File.WriteAllLines(dockerfile, build.Dockerfile);
        var ignore = At(build.Name + ".ignore");
        File.WriteAllLines(ignore, build.Ignored);
        var tar = At(build.Name + ".tar");
        List<string> arguments =
        [
            "bud", "--isolation", "chroot", "--network", "host", "--signature-policy", At("policy.json"), "--pull-never", "--layers=false", "--format", "docker",
            "--ignorefile", ignore, "-t", build.Name, "-o", $"type=tar,dest={tar}", "-f", dockerfile,
        ];
        foreach (var (name, value) in build.Arguments) arguments.AddRange(["--build-arg", $"{name}={value}"]);
        if (build.Target is { } target) arguments.AddRange(["--target", target]);
        int exitCode;
        (exitCode, output) = Run([.. arguments, context]);
        if (exitCode != 0) return null;
        using var stream = File.OpenRead(tar);
        var files = ImageFiles.Read(stream);
        var (_, inspected) = Run("inspect", "--type", "image", build.Name);
        using var document = JsonDocument.Parse(inspected);
        return (files, document.RootElement.GetProperty("Docker").Clone());
    }

    public void Dispose()
    {
        Run("rm", "--all");
        Run("rmi", "--all", "--force");
    }

    private string At(string name) => Path.Combine(_folder, name);

    private (int ExitCode, string Output) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("buildah", ["--root", At("root"), "--runroot", At("run"), "--storage-driver", "overlay", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["CONTAINERS_STORAGE_CONF"] = At("storage.conf");
        start.Environment["CONTAINERS_REGISTRIES_CONF"] = At("registries.conf");
        start.Environment["TMPDIR"] = _folder;
        start.Environment["XDG_RUNTIME_DIR"] = _folder;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + errors.Result);
    }
}
