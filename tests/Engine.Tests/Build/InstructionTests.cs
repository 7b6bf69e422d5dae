using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

public class InstructionTests
{
    [Theory]
    [InlineData("FROM debian", "debian", null, null)]
    [InlineData("FROM debian:12 AS build", "debian:12", null, "build")]
    [InlineData("from debian as Build", "debian", null, "build")]
    [InlineData("FROM --platform=linux/arm64 debian", "debian", "linux/arm64", null)]
    [InlineData("FROM --platform=$BUILDPLATFORM ${BASE:-debian}:$TAG AS a-b_c.1", "${BASE:-debian}:$TAG", "$BUILDPLATFORM", "a-b_c.1")]
    [InlineData("FROM --platform=\"linux/amd64\" debian", "debian", "linux/amd64", null)]
    [InlineData("FROM --platform= debian", "debian", null, null)]
    [InlineData("FROM   debian   AS   x", "debian", null, "x")]
    public void Reads_FROM(string text, string image, string? platform, string? name)
    {
        var from = Written.Parse(text).Stages[0].From;
        Assert.Equal((image, platform, name), (from.Image, from.Platform, from.Name));
    }

    [Theory]
    [InlineData("FROM", "nothing after it")]
    [InlineData("FROM a b", "AS and a name")]
    [InlineData("FROM a AS", "AS and a name")]
    [InlineData("FROM a AS b c", "AS and a name")]
    [InlineData("FROM a ON b", "AS and a name")]
    [InlineData("FROM a AS 1b", "'1b'")]
    [InlineData("FROM a AS _b", "'_b'")]
    [InlineData("FROM a AS b/c", "'b/c'")]
    [InlineData("FROM a AS $b", "'$b'")]
    [InlineData("FROM --platfrom=x a", "Did you mean --platform?")]
    [InlineData("FROM --platform a", "needs a value")]
    [InlineData("FROM --platform=a --platform=b c", "twice")]
    public void Refuses_FROM(string text, string expected) => Assert.Contains(expected, Written.Refused(text).Message);

    [Fact]
    public void Makes_stages()
    {
        var dockerfile = Written.Parse("ARG A=1\nARG B\nFROM x AS one\nRUN a\nARG A\nFROM one\nFROM one AS two\nRUN b\nRUN c");
        Assert.Equal(["A", "B"], dockerfile.MetaArguments.Select(arg => arg.Arguments[0].Name));
        Assert.Equal([("one", 0, 2), (null, 1, 0), ("two", 2, 2)], dockerfile.Stages.Select(stage => (stage.Name, stage.Index, stage.Instructions.Count)));
        Assert.Equal([3, 6, 7], dockerfile.Stages.Select(stage => stage.Location.FirstLine));
    }

    [Theory]
    [InlineData("RUN echo  \"a  b\"", true, "echo  \"a  b\"")]
    [InlineData("RUN [\"echo\", \"a\\tb\", \"\"]", false, "echo|a\tb|")]
    [InlineData("RUN   [  \"a\"  ,\"b\" ]  ", false, "a|b")]
    [InlineData("RUN [\"a\", 'b']", true, "[\"a\", 'b']")]
    [InlineData("RUN [ -f x ] && y", true, "[ -f x ] && y")]
    [InlineData("RUN [\"a\"] x", true, "[\"a\"] x")]
    [InlineData("RUN [\"a\",]", true, "[\"a\",]")]
    [InlineData("RUN [\"a\"", true, "[\"a\"")]
    [InlineData("RUN ['a']", true, "['a']")]
    [InlineData("RUN [\"a\", \"\\ud800\"]", true, "[\"a\", \"\\ud800\"]")]
    [InlineData("RUN [\"a\" \\\n, \"b\"]", false, "a|b")]
    [InlineData("RUN -- echo", true, "-- echo")]
    [InlineData("RUN --network=none -- --echo", true, "--echo")]
    [InlineData("RUN --network=none --  echo", true, "echo")]
    [InlineData("RUN echo --network=host", true, "echo --network=host")]
    [InlineData("RUN - x", true, "- x")]
    [InlineData("RUN {\"a\": 1}", true, "{\"a\": 1}")]
    [InlineData("CMD [\"a\"]", false, "a")]
    [InlineData("CMD []", false, "")]
    [InlineData("CMD a b", true, "a b")]
    [InlineData("ENTRYPOINT []", false, "")]
    [InlineData("ENTRYPOINT exec a", true, "exec a")]
    [InlineData("ENTRYPOINT [\"/a\", \"--b=c\"]", false, "/a|--b=c")]
    public void Reads_commands(string text, bool isShell, string words)
    {
        var command = Written.Parse("FROM a\n" + text).Stages[0].Instructions[0] switch
        {
            RunInstruction run => run.Command,
            CmdInstruction cmd => cmd.Command,
            EntrypointInstruction entrypoint => entrypoint.Command,
            _ => throw new InvalidOperationException(),
        };
        if (text.StartsWith("RUN -- ", StringComparison.Ordinal))
            words = words[3..];
        Assert.Equal(isShell, command.IsShell);
        Assert.Equal(words, string.Join('|', command.Words));
    }

    [Theory]
    [InlineData("RUN", "no command")]
    [InlineData("RUN []", "empty array")]
    [InlineData("RUN --network=none", "no command")]
    [InlineData("CMD", "CMD []")]
    [InlineData("ENTRYPOINT", "ENTRYPOINT []")]
    [InlineData("RUN [\"a\", 1]", "'1'")]
    [InlineData("CMD [null]", "'null'")]
    [InlineData("ENTRYPOINT [[\"a\"]]", "'[\"a\"]'")]
    [InlineData("CMD --x a", "no flags")]
    [InlineData("RUN --mout=type=bind,target=/a x", "Did you mean --mount?")]
    [InlineData("RUN --network=bridge x", "'--network=bridge'")]
    [InlineData("RUN --network x", "needs a value")]
    [InlineData("RUN --network=none --network=host x", "twice")]
    [InlineData("RUN --security=none x", "'--security=none'")]
    [InlineData("RUN --device=vendor.com/gpu x", "'--device=vendor.com/gpu'")]
    [InlineData("RUN --x=y z", "--mount, --network")]
    [InlineData("RUN -- ", "no command")]
    public void Refuses_commands(string text, string expected) => Assert.Contains(expected, Written.RefusedInstruction(text).Message);

    [Fact]
    public void Reads_flags_of_RUN()
    {
        var run = Written.Instruction<RunInstruction>("RUN --mount=type=cache,target=/c --network=host \\\n  --mount=target=/s,source=src --security=insecure make");
        Assert.Equal((RunNetwork.Host, RunSecurity.Insecure, "make"), (run.Network, run.Security, run.Command.ToString()));
        Assert.Equal([RunMountType.Cache, RunMountType.Bind], run.Mounts.Select(mount => mount.Type));
        Assert.Equal((RunNetwork.None, RunSecurity.Sandbox), (Written.Instruction<RunInstruction>("RUN --network=none --security=sandbox a").Network, RunSecurity.Sandbox));
    }

    [Theory]
    [InlineData("ENV a=b", "a=b")]
    [InlineData("ENV a=b c=d", "a=b|c=d")]
    [InlineData("ENV a=\"b c\" d='e f'", "a=\"b c\"|d='e f'")]
    [InlineData("ENV a=b\\ c", "a=b\\ c")]
    [InlineData("ENV a=", "a=")]
    [InlineData("ENV a=\"\"", "a=\"\"")]
    [InlineData("ENV a=b=c", "a=b=c")]
    [InlineData("ENV a=b \\\n    c=d", "a=b|c=d")]
    [InlineData("ENV a b c", "a=b c legacy")]
    [InlineData("ENV a \"b c\"", "a=\"b c\" legacy")]
    [InlineData("ENV a   b=c", "a=b=c legacy")]
    [InlineData("ENV a=it's", "a=it's")]
    [InlineData("ENV \"a b\"=c", "\"a b\"=c")]
    [InlineData("LABEL a.b-c/d=\"1\" e=2", "a.b-c/d=\"1\"|e=2")]
    [InlineData("LABEL a b", "a=b legacy")]
    [InlineData("LABEL \"a\"=\"b \\\"c\\\"\"", "\"a\"=\"b \\\"c\\\"\"")]
    [InlineData("LABEL a=\"b \\\n c\"", "a=\"b  c\"")]
    public void Reads_pairs(string text, string expected)
    {
        var pairs = Written.Parse("FROM a\n" + text).Stages[0].Instructions[0] switch
        {
            EnvInstruction env => env.Variables,
            LabelInstruction label => label.Labels,
            _ => throw new InvalidOperationException(),
        };
        Assert.Equal(expected, string.Join('|', pairs.Select(pair => $"{pair.Key}={pair.Value}{(pair.IsLegacy ? " legacy" : "")}")));
    }

    [Theory]
    [InlineData("ENV", "nothing after it")]
    [InlineData("ENV a", "no value")]
    [InlineData("ENV =a", "no name")]
    [InlineData("ENV a=b c", "no '=' in 'c'")]
    [InlineData("ENV a=b =c", "no name before '=c'")]
    [InlineData("LABEL a", "no value")]
    [InlineData("LABEL a=b c d", "no '=' in 'c'")]
    [InlineData("LABEL --x a=b", "no flags")]
    [InlineData("ARG", "nothing after it")]
    [InlineData("ARG =a", "no name")]
    [InlineData("ARG a =b", "no name")]
    public void Refuses_pairs(string text, string expected) => Assert.Contains(expected, Written.RefusedInstruction(text).Message);

    [Theory]
    [InlineData("ARG a", "a:-")]
    [InlineData("ARG a=b", "a:b")]
    [InlineData("ARG a b=c d= e=\"\"", "a:-|b:c|d:|e:\"\"")]
    [InlineData("ARG a=\"b c\" d=e\\ f", "a:\"b c\"|d:e\\ f")]
    [InlineData("ARG a=b=c", "a:b=c")]
    public void Reads_ARG(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', Written.Instruction<ArgInstruction>(text).Arguments.Select(argument => $"{argument.Name}:{argument.Default ?? "-"}")));

    [Theory]
    [InlineData("COPY a /b", "a", "/b")]
    [InlineData("COPY a b c/ /d/", "a|b|c/", "/d/")]
    [InlineData("COPY [\"a b\", \"c\", \"/d e\"]", "a b|c", "/d e")]
    [InlineData("ADD https://example.com/a.tar.gz /b", "https://example.com/a.tar.gz", "/b")]
    [InlineData("ADD [\"a\", \"b\"]", "a", "b")]
    [InlineData("COPY a 'b c' d", "a|'b|c'", "d")]
    [InlineData("COPY   a\t b", "a", "b")]
    [InlineData("COPY [a b] c", "[a|b]", "c")]
    [InlineData("COPY *.c src/**/x[0-9] /b", "*.c|src/**/x[0-9]", "/b")]
    public void Reads_sources_and_destination(string text, string sources, string destination)
    {
        var files = (FileInstruction)Written.Parse("FROM a\n" + text).Stages[0].Instructions[0];
        Assert.Equal(sources, string.Join('|', files.Sources));
        Assert.Equal(destination, files.Destination);
    }

    [Fact]
    public void Reads_flags_of_COPY()
    {
        var copy = Written.Instruction<CopyInstruction>("COPY --from=build --chown=$U:1000 --chmod=u=rw,go=r --link --parents=false --exclude=*.md --exclude=\"a b/**\" x y");
        Assert.Equal(("build", "$U:1000", "u=rw,go=r", true, false), (copy.From, copy.Owner, copy.Mode, copy.Link, copy.Parents));
        Assert.Equal(["*.md", "a b/**"], copy.Exclude);
        Assert.True(Written.Instruction<CopyInstruction>("COPY --parents a b").Parents);
        Assert.False(Written.Instruction<CopyInstruction>("COPY --link=false a b").Link);
        Assert.True(Written.Instruction<CopyInstruction>("COPY --link=TRUE a b").Link);
        Assert.Equal("a$", Written.Instruction<CopyInstruction>("COPY --from=a$ a b").From);
    }

    [Fact]
    public void Reads_flags_of_ADD()
    {
        var add = Written.Instruction<AddInstruction>("ADD --checksum=sha256:24454f83 --keep-git-dir --unpack=false --chown=1 --chmod=755 --link --exclude=x a b");
        Assert.Equal(("sha256:24454f83", true, false, "1", "755", true), (add.Checksum, add.KeepGitDirectory, add.Unpack, add.Owner, add.Mode, add.Link));
        Assert.Equal(["x"], add.Exclude);
        Assert.Equal((null, null), (Written.Instruction<AddInstruction>("ADD a b").KeepGitDirectory, Written.Instruction<AddInstruction>("ADD a b").Unpack));
    }

    [Theory]
    [InlineData("COPY", "nothing after it")]
    [InlineData("COPY a", "one path, 'a'")]
    [InlineData("ADD", "nothing after it")]
    [InlineData("ADD [\"a\"]", "one path, 'a'")]
    [InlineData("COPY []", "nothing after it")]
    [InlineData("COPY --form=a b c", "Did you mean --from?")]
    [InlineData("COPY --checksum=a b c", "no flag '--checksum'")]
    [InlineData("ADD --from=a b c", "no flag '--from'")]
    [InlineData("ADD --parents b c", "no flag '--parents'")]
    [InlineData("COPY --from=$STAGE b c", "cannot have variables")]
    [InlineData("COPY --from=${STAGE} b c", "FROM … AS name")]
    [InlineData("COPY --link=yes b c", "neither true nor false")]
    [InlineData("COPY --link= b c", "neither true nor false")]
    [InlineData("COPY --chown b c", "needs a value")]
    [InlineData("COPY --chown=a --chown=b c d", "twice")]
    [InlineData("COPY [\"a\", 2]", "'2'")]
    public void Refuses_files(string text, string expected) => Assert.Contains(expected, Written.RefusedInstruction(text).Message);

    [Theory]
    [InlineData("HEALTHCHECK NONE", "NONE", 0, 0, 0, 0, 0)]
    [InlineData("healthcheck none", "NONE", 0, 0, 0, 0, 0)]
    [InlineData("HEALTHCHECK --interval=5s NONE", "NONE", 0, 0, 0, 0, 0)]
    [InlineData("HEALTHCHECK CMD curl -f http://localhost/ || exit 1", "CMD-SHELL|curl -f http://localhost/ || exit 1", 0, 0, 0, 0, 0)]
    [InlineData("HEALTHCHECK CMD [\"a\", \"b c\"]", "CMD|a|b c", 0, 0, 0, 0, 0)]
    [InlineData("HEALTHCHECK --interval=1m30s --timeout=2s --start-period=1h --start-interval=1ms --retries=3 CMD a", "CMD-SHELL|a", 90_000, 2000, 3_600_000, 1, 3)]
    [InlineData("HEALTHCHECK --interval=0 --retries=0 cmd a", "CMD-SHELL|a", 0, 0, 0, 0, 0)]
    [InlineData("HEALTHCHECK --interval= CMD a", "CMD-SHELL|a", 0, 0, 0, 0, 0)]
    public void Reads_HEALTHCHECK(string text, string test, int interval, int timeout, int startPeriod, int startInterval, int retries)
    {
        var check = Written.Instruction<HealthCheckInstruction>(text);
        Assert.Equal(test, string.Join('|', check.Test));
        Assert.Equal(
            (interval, timeout, startPeriod, startInterval, retries),
            (check.Interval.TotalMilliseconds, check.Timeout.TotalMilliseconds, check.StartPeriod.TotalMilliseconds, check.StartInterval.TotalMilliseconds, check.Retries));
    }

    [Theory]
    [InlineData("HEALTHCHECK", "nothing after it")]
    [InlineData("HEALTHCHECK NONE x", "'x'")]
    [InlineData("HEALTHCHECK CMD", "no command")]
    [InlineData("HEALTHCHECK CMD []", "no command")]
    [InlineData("HEALTHCHECK CMD [1]", "'1'")]
    [InlineData("HEALTHCHECK curl x", "'curl'")]
    [InlineData("HEALTHCHECK --interval=5 CMD a", "HEALTHCHECK --interval: '5'")]
    [InlineData("HEALTHCHECK --interval=1us CMD a", "less than 1ms")]
    [InlineData("HEALTHCHECK --timeout=-1s CMD a", "less than 1ms")]
    [InlineData("HEALTHCHECK --retries=-1 CMD a", "'--retries=-1'")]
    [InlineData("HEALTHCHECK --retries=many CMD a", "'--retries=many'")]
    [InlineData("HEALTHCHECK --retries=99999999999 CMD a", "'--retries=99999999999'")]
    [InlineData("HEALTHCHECK --retry=1 CMD a", "no flag '--retry'")]
    public void Refuses_HEALTHCHECK(string text, string expected) => Assert.Contains(expected, Written.RefusedInstruction(text).Message);

    [Theory]
    [InlineData("VOLUME /a", "/a")]
    [InlineData("VOLUME /a /b", "/a|/b")]
    [InlineData("VOLUME [\"/a b\", \" /c \"]", "/a b|/c")]
    [InlineData("VOLUME [/a]", "[/a]")]
    public void Reads_VOLUME(string text, string paths) => Assert.Equal(paths, string.Join('|', Written.Instruction<VolumeInstruction>(text).Paths));

    [Theory]
    [InlineData("EXPOSE 80", "80")]
    [InlineData("EXPOSE 80 443/tcp 53/udp 8000-8010", "443/tcp|53/udp|80|8000-8010")]
    [InlineData("EXPOSE $PORT", "$PORT")]
    public void Reads_EXPOSE(string text, string ports) => Assert.Equal(ports, string.Join('|', Written.Instruction<ExposeInstruction>(text).Ports));

    [Theory]
    [InlineData("SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]", "/bin/bash|-o|pipefail|-c")]
    [InlineData("shell [\"a\"]", "a")]
    public void Reads_SHELL(string text, string words) => Assert.Equal(words, string.Join('|', Written.Instruction<ShellInstruction>(text).Shell));

    [Fact]
    public void Reads_what_takes_one_text()
    {
        Assert.Equal("/a b/$C", Written.Instruction<WorkdirInstruction>("WORKDIR /a b/$C").Path);
        Assert.Equal("www-data:\"x\"", Written.Instruction<UserInstruction>("USER www-data:\"x\"").User);
        Assert.Equal("SIGRTMIN+3", Written.Instruction<StopSignalInstruction>("STOPSIGNAL SIGRTMIN+3").Signal);
        Assert.Equal("Jo Doe <jo@example.com>", Written.Instruction<MaintainerInstruction>("MAINTAINER Jo Doe <jo@example.com>").Name);
    }

    [Theory]
    [InlineData("VOLUME", "nothing after it")]
    [InlineData("VOLUME []", "nothing after it")]
    [InlineData("VOLUME [\"\"]", "empty path")]
    [InlineData("VOLUME [\"/a\", \" \"]", "empty path")]
    [InlineData("VOLUME [1]", "'1'")]
    [InlineData("EXPOSE", "nothing after it")]
    [InlineData("EXPOSE --x 80", "no flags")]
    [InlineData("SHELL", "JSON array")]
    [InlineData("SHELL /bin/bash -c", "JSON array")]
    [InlineData("SHELL []", "JSON array")]
    [InlineData("WORKDIR", "nothing after it")]
    [InlineData("USER", "nothing after it")]
    [InlineData("STOPSIGNAL", "nothing after it")]
    [InlineData("MAINTAINER", "nothing after it")]
    [InlineData("USER --x y", "no flags")]
    [InlineData("ONBUILD", "nothing after it")]
    [InlineData("ONBUILD ONBUILD RUN x", "cannot have ONBUILD")]
    [InlineData("ONBUILD FROM x", "cannot have FROM")]
    [InlineData("onbuild maintainer x", "cannot have MAINTAINER")]
    [InlineData("ONBUILD RUM x", "Did you mean RUN?")]
    [InlineData("ONBUILD RUN", "no command")]
    [InlineData("ONBUILD --x RUN y", "no flags")]
    public void Refuses_others(string text, string expected) => Assert.Contains(expected, Written.RefusedInstruction(text).Message);

    [Fact]
    public void Reads_ONBUILD()
    {
        var trigger = Written.Instruction<OnBuildInstruction>("ONBUILD   RUN --network=none \\\n  make   all");
        Assert.Equal("RUN --network=none   make   all", trigger.Trigger);
        Assert.Equal("make   all", Assert.IsType<RunInstruction>(trigger.Inner).Command.ToString());
        Assert.Equal(new SourceLocation("Dockerfile", 2, 3), trigger.Inner.Location);
    }

    [Theory]
    [InlineData("", "no instruction")]
    [InlineData("RUN a\nRUN b", "2 instructions")]
    [InlineData("FROM a", "FROM cannot be here")]
    [InlineData("RUM a", "Did you mean RUN?")]
    [InlineData("RUN <<EOF", "has no end")]
    public void Refuses_triggers(string text, string expected)
    {
        var error = Assert.Throws<DockerfileException>(() => Dockerfile.ParseInstruction(text, new("x/Dockerfile", 5, 6)));
        Written.Check(error, "x/Dockerfile");
        Assert.Equal((5, 6), (error.Line, error.LastLine));
        Assert.Contains(expected, error.Message);
    }
}
