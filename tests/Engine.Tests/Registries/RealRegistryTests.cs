using System.Diagnostics;
using ContainerPS.Engine.Images;
using ContainerPS.Engine.Tests.Images;
using ContainerPS.Engine.Tests.Storage;
using static ContainerPS.Engine.Tests.Images.TestArchives;

namespace ContainerPS.Engine.Tests.Registries;

/// <summary>Against docker-registry, with skopeo and podman on the other side.</summary>
[Collection("environment")]
public sealed class RealRegistryTests : IDisposable
{
    private readonly TestStore _store = new();
    private readonly CredentialScope _credentials;

    public RealRegistryTests() => _credentials = new CredentialScope(_store.Folder);

    public void Dispose()
    {
        _credentials.Dispose();
        _store.Dispose();
    }

    [FactIf(DebianRegistry.Program)]
    public void What_is_pushed_is_pulled_with_the_same_digest()
    {
        using var registry = new DebianRegistry(Path.Combine(_store.Folder, "registry"));
        var name = $"{registry.Authority}/it/app:1";
        var pushed = Import(name, Layer("a"), TestTransfers.Big(2 << 20));
        _store.Push(name);
        using var other = new TestStore();
        var pulled = other.Pull(name);
        Assert.Equal(pushed.Digest, pulled.Digest);
        Assert.Equal(pushed.ImageId, pulled.Image.ImageId);
        Assert.Equal(2, other.Images.Resolve(name).LayerPaths.Count);

        // Again, nothing is sent; and another repository takes the layers over.
        var requests = new List<string>();
        _store.Images.Push(new PushRequest { Image = name, Log = requests.Add }, null, CancellationToken.None);
        Assert.DoesNotContain(requests, request => request.StartsWith("POST", StringComparison.Ordinal));
    }

    [FactIf(DebianRegistry.Program)]
    public void Long_layers_go_up_in_pieces_and_others_are_mounted()
    {
        using var registry = new DebianRegistry(Path.Combine(_store.Folder, "registry"));
        var layers = new[] { Layer("a"), TestTransfers.Big(3 << 20) };
        var name = $"{registry.Authority}/one:1";
        var archive = _store.File(OciOf(layers, [.. layers.Select(Gzip)]).Tar());
        _store.Import(archive, name);
        _store.Import(archive, $"{registry.Authority}/two:1");
        _store.Import(archive, $"{registry.Authority}/two:2");
        var requests = new List<string>();
        var limits = TestTransfers.Limits with { Monolithic = 100_000, UploadChunk = 1 << 20 };
        _store.Images.Push(new PushRequest { Image = name, Log = requests.Add, Limits = limits }, null, CancellationToken.None);
        Assert.InRange(requests.Count(request => request.StartsWith("PATCH", StringComparison.Ordinal)), 3, 5);
        requests.Clear();
        Assert.Equal(2, _store.Images.Push(new PushRequest { Image = $"{registry.Authority}/two", AllTags = true, Log = requests.Add }, null, CancellationToken.None).Count);
        // One question for each blob, and no bytes.
        Assert.Equal(3, requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)));
        Assert.All(requests.Where(request => request.StartsWith("PUT", StringComparison.Ordinal)), request => Assert.Contains("/manifests/", request));
        Assert.DoesNotContain(requests, request => request.StartsWith("PATCH", StringComparison.Ordinal));
        var found = new ImageRegistries(_store.Paths).Find(registry.Authority, null, tags: true, null, CancellationToken.None).ToList();
        Assert.Equal(["one", "two"], found.Select(result => result.Name).Order());
        Assert.Equal(["1", "2"], found.Single(result => result.Name == "two").Tags.Order());
        Assert.Equal(["1"], new ImageRegistries(_store.Paths).Find(registry.Authority, "on*", tags: true, null, CancellationToken.None).Single().Tags);
        Assert.Equal(["1"], new ImageRegistries(_store.Paths).Find(registry.Authority, "one", tags: false, null, CancellationToken.None).Single().Tags);
    }

    [FactIf("skopeo")]
    public void Skopeo_pulls_what_is_pushed_and_pushes_what_is_pulled()
    {
        using var registry = new DebianRegistry(Path.Combine(_store.Folder, "registry"));
        var name = $"{registry.Authority}/it/app:1";
        var pushed = Import(name, Layer("a"), Layer("b"));
        _store.Push(name);
        Assert.Equal(pushed.Digest, TestStore.Run("skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"docker://{name}").Trim());
        var folder = Path.Combine(_store.Folder, "copy");
        TestStore.Run("skopeo", "copy", "--src-tls-verify=false", $"docker://{name}", $"oci:{folder}:x");
        TestStore.Run("skopeo", "copy", "--dest-tls-verify=false", $"oci:{folder}:x", $"docker://{registry.Authority}/back:oci");
        Assert.Equal(pushed.Digest, _store.Pull($"{registry.Authority}/back:oci").Digest);

        // The same as Docker's schema 2, and with zstd.
        TestStore.Run("skopeo", "copy", "--format", "v2s2", "--dest-tls-verify=false", $"oci:{folder}:x", $"docker://{registry.Authority}/back:v2s2");
        TestStore.Run("skopeo", "copy", "--dest-compress-format", "zstd", "--dest-compress", "--dest-tls-verify=false", $"oci:{folder}:x", $"docker://{registry.Authority}/back:zstd");
        using var other = new TestStore();
        foreach (var tag in new[] { "v2s2", "zstd" })
        {
            var digest = TestStore.Run("skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"docker://{registry.Authority}/back:{tag}").Trim();
            var image = $"{registry.Authority}/back:{tag}";
            Assert.Equal(digest, other.Pull(image).Digest);
            Assert.Equal(2, other.Images.Resolve(image).LayerPaths.Count);
            other.Push(image);
            Assert.Equal(digest, TestStore.Run("skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"docker://{image}").Trim());
        }
    }

    [FactIf("podman")]
    public void Podman_pulls_what_is_pushed_and_pushes_what_is_pulled()
    {
        using var registry = new DebianRegistry(Path.Combine(_store.Folder, "registry"));
        var name = $"{registry.Authority}/it/app:1";
        var pushed = Import(name, Layer("a"), Layer("b"));
        _store.Push(name);
        string[] podman = ["--root", Path.Combine(_store.Folder, "podman"), "--runroot", Path.Combine(_store.Folder, "podman-run"), "--storage-driver", "vfs"];
        TestStore.Run("podman", [.. podman, "pull", "-q", "--tls-verify=false", name]);
        Assert.Equal(pushed.Digest, TestStore.Run("podman", [.. podman, "image", "inspect", "--format", "{{.Digest}}", name]).Trim());
        var back = $"{registry.Authority}/back:1";
        TestStore.Run("podman", [.. podman, "push", "-q", "--tls-verify=false", name, back]);
        Assert.Equal(pushed.ImageId, _store.Pull(back).Image.ImageId);
        TestStore.Run("podman", [.. podman, "rmi", "-af"]);
    }

    [FactIf(DebianRegistry.Program)]
    public void Tls_is_verified_with_the_hosts_own_authority()
    {
        using var authority = new TestAuthority();
        using var stranger = new TestAuthority();
        using var certificate = authority.Issue();
        using var registry = new DebianRegistry(Path.Combine(_store.Folder, "registry"), certificate);
        var name = $"{registry.Authority}/app:1";
        Import(name, Layer("a"));
        var folder = Path.Combine(_store.Folder, "certs.d", registry.Authority);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "ca.crt"), stranger.Certificate.ExportCertificatePem());
        var error = Assert.Throws<RegistryUnreachableException>(() => _store.Push(name));
        Assert.Contains("-InsecureRegistry", error.Message);
        File.WriteAllText(Path.Combine(folder, "ca.crt"), authority.Certificate.ExportCertificatePem());
        _store.Push(name);
        using var wrongName = authority.Issue("other.example");
        using var other = new TestRegistry(wrongName);
        other.Add("1", Layer("b"));
        Directory.Move(folder, Path.Combine(_store.Folder, "certs.d", other.Server.Authority));
        Assert.Throws<RegistryUnreachableException>(() => _store.Pull(other.NameOf()));
        _store.Configure($$"""{"insecureRegistries":["{{other.Server.Authority}}"]}""");
        _store.Pull(other.NameOf());
    }

    [FactIf(DebianRegistry.Program)]
    public void A_password_is_verified_before_it_is_kept()
    {
        var folder = Path.Combine(_store.Folder, "registry");
        Directory.CreateDirectory(folder);
        // bcrypt, as docker-registry wants it: user:word.
        File.WriteAllText(Path.Combine(folder, "htpasswd"), TestStore.Run("htpasswd", "-nbB", "user", "word"));
        using var registry = new DebianRegistry(folder, auth: $"auth:\n  htpasswd:\n    realm: here\n    path: {folder}/htpasswd\n");
        CheckAccount(registry.Authority, "user", "word");
    }

    [FactIf(DebianRegistry.Program)]
    public void Tokens_are_fetched_with_the_password()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("tokens.example");
        var bundle = Path.Combine(_store.Folder, "bundle.pem");
        File.WriteAllText(bundle, authority.Certificate.ExportCertificatePem());
        using var tokens = new TokenServer(certificate, "user:word");
        using var registry = new DebianRegistry(Path.Combine(_store.Folder, "registry"), auth: tokens.Auth(bundle));
        CheckAccount(registry.Authority, "user", "word");
        Assert.Contains(new ImageRegistries(_store.Paths).Find(registry.Authority, null, tags: false, null, CancellationToken.None), result => result.Name == "it/app");
    }

    [FactIf(DebianRegistry.Program)]
    public void A_killed_pull_is_gone_on_with()
    {
        using var registry = new DebianRegistry(Path.Combine(_store.Folder, "registry"));
        var name = $"{registry.Authority}/it/app:1";
        var pushed = Import(name, Layer("a"), TestTransfers.Big(8 << 20), TestTransfers.Big(8 << 20, 2), Layer("b"));
        _store.Push(name);
        using var other = new TestStore();
        for (var i = 0; i < 12; i++)
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(RealRegistryTests).Assembly.Location, "pull", other.Paths.Root, other.Paths.Run, other.Paths.ConfigFile, name]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit(TimeSpan.FromMilliseconds(150 + (i * 40)));
            process.Kill();
            process.WaitForExit();
            // Either not there, or whole.
            foreach (var image in other.Images.List()) Assert.All(other.Images.Resolve(image.Name).LayerPaths, path => Assert.NotEmpty(Directory.GetFileSystemEntries(path)));
        }

        Assert.Equal(pushed.Digest, other.Pull(name).Digest);
        Assert.Equal(4, other.Images.Resolve(name).LayerPaths.Count);
        Assert.Empty(other.Partials());
        other.AssertClean();
    }

    private void CheckAccount(string registry, string user, string password)
    {
        var registries = new ImageRegistries(_store.Paths);
        var name = $"{registry}/it/app:1";
        Import(name, Layer("a"), Layer("b"));
        Assert.Throws<RegistryAccessException>(() => _store.Push(name));
        var error = Assert.Throws<RegistryAccessException>(() => registries.Connect(registry, user, "wrong", null, CancellationToken.None));
        Assert.DoesNotContain("wrong", error.Message);
        Assert.False(File.Exists(_credentials.OwnFile));
        var connected = registries.Connect(registry, user, password, null, CancellationToken.None);
        Assert.Equal(_credentials.OwnFile, connected.KeptBy);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_credentials.OwnFile));
        _store.Push(name);
        using var other = new TestStore();
        other.Pull(name);
        Assert.True(registries.Disconnect(registry));
        Assert.False(registries.Disconnect(registry));
        Assert.DoesNotContain(registry, File.ReadAllText(_credentials.OwnFile));
        Assert.Throws<RegistryAccessException>(() => other.Pull(name));

        // What docker login has kept is used; so is a program that keeps it.
        File.WriteAllText(_credentials.DockerFile, $$"""{"auths":{"https://{{registry}}/v1/":{"auth":"{{Convert.ToBase64String(Text($"{user}:{password}"))}}"} },"HttpHeaders":{"a":"b"} }""");
        other.Pull(name);
        var program = Path.Combine(_store.Folder, "docker-credential-test");
        File.WriteAllText(program, $$"""
            #!/bin/sh
            read -r line
            echo "$1 $line" >>'{{_store.Folder}}/helper.log'
            if [ "$1" = get ]; then echo '{"ServerURL":"x","Username":"{{user}}","Secret":"{{password}}"}'; fi
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.WriteAllText(_credentials.DockerFile, $$"""{"credHelpers":{"{{registry}}":"test"} }""");
        other.Pull(name);
        Assert.Equal("docker-credential-test", registries.Connect(registry, user, password, null, CancellationToken.None).KeptBy);
        Assert.Contains("store {", File.ReadAllText(Path.Combine(_store.Folder, "helper.log")));
        Assert.DoesNotContain(password, File.ReadAllText(_credentials.OwnFile));
    }

    private Image Import(string name, params byte[][] layers) => _store.Import(_store.File(OciOf(layers, [.. layers.Select(Gzip)]).Tar()), name)[0];
}
