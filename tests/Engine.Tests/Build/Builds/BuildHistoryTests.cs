namespace ContainerPS.Engine.Tests.Build;

/// <summary>What an image says of how it was made, held against what BuildKit writes for the same instructions (dockerfile2llb/convert.go).</summary>
public sealed class BuildHistoryTests(BuildStore store) : IClassFixture<BuildStore>
{
    private const string Dockerfile = """
        ARG GLOBAL=outside
        FROM busybox
        ARG GLOBAL
        ARG A=1 B
        ARG GIVEN=default
        ENV X=1 Y="two words" Z=$A
        LABEL l="a b" m=$X
        MAINTAINER me <me@example>
        EXPOSE 80 53/udp
        USER 0
        WORKDIR /w
        WORKDIR sub
        VOLUME /v /x
        VOLUME ["/with space"]
        SHELL ["/bin/sh", "-ec"]
        STOPSIGNAL SIGINT
        HEALTHCHECK --interval=90s --timeout=1500ms --retries=2 CMD wget -q localhost
        HEALTHCHECK NONE
        RUN echo $X \
          && true
        RUN ["echo", "x y"]
        RUN --mount=type=tmpfs,target=/t --network=none true
        RUN <<E
        echo one
        echo two
        E
        COPY f g /d/
        COPY --chown=1:2 --chmod=600 --link f /e
        COPY <<E /h
        text
        E
        ADD f /add
        ARG A=2
        RUN true
        ENTRYPOINT ["a", "b\"c"]
        ENTRYPOINT exec top
        CMD x y
        CMD []
        ONBUILD RUN true
        WORKDIR /
        """;

    private static readonly (string CreatedBy, bool IsEmpty)[] s_expected =
    [
        ("ARG GLOBAL=outside", true),
        ("ARG A=1 B", true),
        ("ARG GIVEN=given", true),
        ("ENV X=1 Y=two words Z=1", true),
        ("LABEL l=a b m=1", true),
        ("MAINTAINER me <me@example>", true),
        ("EXPOSE [53/udp 80/tcp]", true),
        ("USER 0", true),
        ("WORKDIR /w", false),
        ("WORKDIR /w/sub", false),
        ("VOLUME [/v /x]", true),
        ("VOLUME [/with space]", true),
        ("SHELL [/bin/sh -ec]", true),
        ("STOPSIGNAL SIGINT", true),
        ("HEALTHCHECK {Test:[CMD-SHELL wget -q localhost] Interval:1m30s Timeout:1.5s StartPeriod:0s StartInterval:0s Retries:2}", true),
        ("HEALTHCHECK {Test:[NONE] Interval:0s Timeout:0s StartPeriod:0s StartInterval:0s Retries:0}", true),
        ("RUN |4 GLOBAL=outside A=1 B= GIVEN=given /bin/sh -ec echo $X   && true # buildkit", false),
        ("RUN |4 GLOBAL=outside A=1 B= GIVEN=given echo x y # buildkit", false),
        ("RUN |4 GLOBAL=outside A=1 B= GIVEN=given /bin/sh -ec true # buildkit", false),
        ("RUN |4 GLOBAL=outside A=1 B= GIVEN=given /bin/sh -ec echo one\necho two\n # buildkit", false),
        ("COPY f g /d/ # buildkit", false),
        ("COPY --chown=1:2 --chmod=600 f /e # buildkit", false),
        ("COPY <<E /h # buildkit", false),
        ("ADD f /add # buildkit", false),
        ("ARG A=2", true),
        ("RUN |4 GLOBAL=outside A=2 B= GIVEN=given /bin/sh -ec true # buildkit", false),
        ("ENTRYPOINT [\"a\" \"b\\\"c\"]", true),
        ("ENTRYPOINT [\"/bin/sh\" \"-ec\" \"exec top\"]", true),
        ("CMD [\"/bin/sh\" \"-ec\" \"x y\"]", true),
        ("CMD []", true),
        ("WORKDIR /", true),
    ];

    [Fact]
    public void It_is_what_BuildKit_writes()
    {
        var context = store.NewContext(Dockerfile, "echo f > f; echo g > g");
        var image = store.Build(context, "history", settings => settings with { Arguments = new Dictionary<string, string> { ["GIVEN"] = "given" } }).Image!;
        var history = store.Engine.Images.History("history").Reverse().Skip(store.Engine.Images.History("busybox").Count).ToList();
        Assert.Equal(s_expected, history.Select(static entry => (entry.CreatedBy!, entry.Layer is null)));
        Assert.All(history, static entry => Assert.Equal("buildkit.dockerfile.v0", entry.Comment));
        Assert.Equal(s_expected.Count(static entry => !entry.IsEmpty) + 1, image.Layers.Count);
    }
}
