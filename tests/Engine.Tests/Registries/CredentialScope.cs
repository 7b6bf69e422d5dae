namespace ContainerPS.Engine.Tests.Registries;

/// <summary>Files of credentials of their own for one test; tests with them run one after the other.</summary>
internal sealed class CredentialScope : IDisposable
{
    private static readonly string[] s_names = ["CONTAINERPS_AUTH", "DOCKER_CONFIG", "PATH"];
    private readonly string?[] _old = [.. s_names.Select(Environment.GetEnvironmentVariable)];

    internal CredentialScope(string folder)
    {
        OwnFile = Path.Combine(folder, "auth", "auth.json");
        DockerFile = Path.Combine(folder, "docker", "config.json");
        Directory.CreateDirectory(Path.Combine(folder, "docker"));
        // podman wants the file to be there when DOCKER_CONFIG is set.
        File.WriteAllText(DockerFile, "{}");
        Environment.SetEnvironmentVariable("CONTAINERPS_AUTH", OwnFile);
        Environment.SetEnvironmentVariable("DOCKER_CONFIG", Path.Combine(folder, "docker"));
        Environment.SetEnvironmentVariable("PATH", $"{folder}:{_old[2]}");
    }

    internal string OwnFile { get; }

    internal string DockerFile { get; }

    public void Dispose()
    {
        for (var i = 0; i < s_names.Length; i++) Environment.SetEnvironmentVariable(s_names[i], _old[i]);
    }
}

/// <summary>Tests that change the environment of this process.</summary>
[CollectionDefinition("environment", DisableParallelization = true)]
public sealed class EnvironmentGroup;
