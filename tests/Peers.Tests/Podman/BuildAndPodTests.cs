namespace ContainerPS.Peers.Tests.Podman;

/// <summary><c>podman build</c>, and pods: containers that join the namespaces of one more.</summary>
[Collection(PodmanCollection.Name)]
public sealed class BuildAndPodTests(PodmanEngine podman)
{
    [Fact]
    public void InstructionsRunByIt()
    {
        Directory.CreateDirectory(podman.Sandbox.Outside("/run/build"));
        File.WriteAllText(podman.Sandbox.Outside("/run/build/Dockerfile"), """
            FROM localhost/box
            ENV A=1
            RUN mkdir -p /made && chmod 777 /made && echo built $A > /made/what
            RUN --mount=type=tmpfs,target=/m touch /m/x
            USER user
            WORKDIR /made
            RUN id -u > who; test ! -e /m/x
            CMD ["cat", "/made/what", "/made/who"]

            """);
        _ = podman.Run("build", "--network", "none", "--tag", "localhost/built", "/run/build").Text;
        Assert.Equal("built 1\n1000", podman.Run("run", "--rm", "--network", "none", "localhost/built").Text);

        File.WriteAllText(podman.Sandbox.Outside("/run/build/Failing"), "FROM localhost/box\nRUN exit 9\n");
        var result = podman.Run("build", "--network", "none", "--file", "/run/build/Failing", "/run/build");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("exit status 9", result.Errors);
    }

    [Fact]
    public void ContainersOfAPodShareNamespaces()
    {
        _ = podman.Run("pod", "create", "--name", "pod", "--network", "none", "--share", "net,ipc,uts,pid", "--hostname", "together", "--infra-command", "sleep 1000").Text;
        try
        {
            _ = podman.Run("run", "-d", "--pod", "pod", "--name", "first", "box", "sleep", "1000").Text;
            const string Script = "for name in net ipc uts pid; do readlink /proc/self/ns/$name; done; hostname";
            var first = podman.Run("exec", "first", "sh", "-c", Script).Lines;
            Assert.Equal("together", first[4]);
            Assert.Equal(first, podman.Run("run", "--rm", "--pod", "pod", "box", "sh", "-c", Script).Lines);

            _ = podman.Run("pod", "pause", "pod").Text;
            Assert.Equal("paused", podman.Run("inspect", "--format", "{{.State.Status}}", "first").Text);
            _ = podman.Run("pod", "unpause", "pod").Text;
            _ = podman.Run("pod", "stop", "--time", "0", "pod").Text;
            Assert.Equal("exited", podman.Run("inspect", "--format", "{{.State.Status}}", "first").Text);
        }
        finally
        {
            _ = podman.Run("pod", "rm", "--force", "--time", "0", "pod");
        }
    }
}
