using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

public class CheckTests
{
    [Theory]
    [InlineData("StageNameCasing", "FROM a AS Build", 1)]
    [InlineData("StageNameCasing", "FROM a AS build", 0)]
    [InlineData("StageNameCasing", "FROM a\nFROM b AS BUILD", 2)]
    [InlineData("FromAsCasing", "FROM a as b", 1)]
    [InlineData("FromAsCasing", "from a AS b", 1)]
    [InlineData("FromAsCasing", "FROM a aS b", 1)]
    [InlineData("FromAsCasing", "FROM a AS b", 0)]
    [InlineData("FromAsCasing", "from a as b", 0)]
    [InlineData("FromAsCasing", "From a as b", 0)]
    [InlineData("NoEmptyContinuation", "FROM a\nRUN b \\\n\n  c", 3)]
    [InlineData("NoEmptyContinuation", "FROM a\nRUN b \\\n#\n  c", 0)]
    [InlineData("NoEmptyContinuation", "FROM a\n\nRUN b", 0)]
    [InlineData("ConsistentInstructionCasing", "FROM a\nRun b\nRUN c", 2)]
    [InlineData("ConsistentInstructionCasing", "FROM a\nrun b\nRUN c", 2)]
    [InlineData("ConsistentInstructionCasing", "from a\nrun b\nRUN c", 3)]
    [InlineData("ConsistentInstructionCasing", "from a\nrun b", 0)]
    [InlineData("ConsistentInstructionCasing", "FROM a\nRUN b", 0)]
    [InlineData("ConsistentInstructionCasing", "arg X\nFROM a\nRUN b", 0)]
    [InlineData("DuplicateStageName", "FROM a AS b\nFROM c AS B", 2)]
    [InlineData("DuplicateStageName", "FROM a AS b\nFROM a AS c", 0)]
    [InlineData("ReservedStageName", "FROM a AS scratch", 1)]
    [InlineData("ReservedStageName", "FROM a AS Context", 1)]
    [InlineData("ReservedStageName", "FROM scratch AS a", 0)]
    [InlineData("JSONArgsRecommended", "FROM a\nCMD b c", 2)]
    [InlineData("JSONArgsRecommended", "FROM a\nENTRYPOINT b", 2)]
    [InlineData("JSONArgsRecommended", "FROM a\nCMD [\"b\", 'c']", 2)]
    [InlineData("JSONArgsRecommended", "FROM a\nCMD [\"b\", \"c\"]", 0)]
    [InlineData("JSONArgsRecommended", "FROM a\nSHELL [\"bash\", \"-c\"]\nCMD b", 0)]
    [InlineData("JSONArgsRecommended", "FROM a AS x\nSHELL [\"bash\", \"-c\"]\nFROM x\nCMD b", 0)]
    [InlineData("JSONArgsRecommended", "FROM known\nCMD b", 0)]
    [InlineData("JSONArgsRecommended", "FROM a\nHEALTHCHECK CMD b", 0)]
    [InlineData("JSONArgsRecommended", "FROM a\nRUN b", 0)]
    [InlineData("MaintainerDeprecated", "FROM a\nMAINTAINER me", 2)]
    [InlineData("MaintainerDeprecated", "FROM a\nLABEL maintainer=me", 0)]
    [InlineData("UndefinedArgInFrom", "FROM a:$TAG", 1)]
    [InlineData("UndefinedArgInFrom", "FROM a\nARG TAG=1\nFROM b:$TAG", 3)]
    [InlineData("UndefinedArgInFrom", "FROM --platform=$MINE/amd64 a", 1)]
    [InlineData("UndefinedArgInFrom", "ARG TAG\nFROM a:$TAG", 0)]
    [InlineData("UndefinedArgInFrom", "ARG TAG=1\nFROM a:$TAG", 0)]
    [InlineData("UndefinedArgInFrom", "FROM --platform=$BUILDPLATFORM a-$TARGETARCH", 0)]
    [InlineData("WorkdirRelativePath", "FROM a\nWORKDIR b", 2)]
    [InlineData("WorkdirRelativePath", "FROM a\nWORKDIR b\nWORKDIR c", 2)]
    [InlineData("WorkdirRelativePath", "FROM a\nWORKDIR /b\nWORKDIR c", 0)]
    [InlineData("WorkdirRelativePath", "FROM a AS x\nWORKDIR /b\nFROM x\nWORKDIR c", 0)]
    [InlineData("WorkdirRelativePath", "FROM a\nENV D=/d\nWORKDIR $D", 0)]
    [InlineData("UndefinedVar", "FROM a\nWORKDIR /$D", 2)]
    [InlineData("UndefinedVar", "FROM a\nCOPY $A /b", 2)]
    [InlineData("UndefinedVar", "FROM a\nENV A=$B", 2)]
    [InlineData("UndefinedVar", "FROM a\nENV A=1 B=$A", 2)]
    [InlineData("UndefinedVar", "FROM a\nENV A=${B:-c}", 2)]
    [InlineData("UndefinedVar", "FROM a\nENV A=${B-c}", 2)]
    [InlineData("UndefinedVar", "FROM a\nENV A=${B:+c}", 2)]
    [InlineData("UndefinedVar", "FROM a\nENV A=${B+c}", 2)]
    [InlineData("UndefinedVar", "FROM a\nENV A=${B#c}", 2)]
    [InlineData("UndefinedVar", "FROM a\nENV A=${B/c/d}", 2)]
    [InlineData("UndefinedVar", "FROM a\nENV B=\nENV A=${B:-c}", 0)]
    [InlineData("UndefinedVar", "FROM a\nARG B\nENV A=${B:-c}${B-c}${B:+c}${B+c}", 0)]
    [InlineData("UndefinedVar", "FROM a\nARG A=$B", 2)]
    [InlineData("UndefinedVar", "ARG A=1\nFROM a\nLABEL l=$A", 3)]
    [InlineData("UndefinedVar", "FROM a\nCOPY <<E /f\n$A\nE", 2)]
    [InlineData("UndefinedVar", "FROM a\nRUN --mount=type=cache,target=/c$A b", 2)]
    [InlineData("UndefinedVar", "FROM a AS x\nARG A=1\nFROM a\nENV B=$A", 4)]
    [InlineData("UndefinedVar", "FROM a\nARG A\nENV B=$A", 0)]
    [InlineData("UndefinedVar", "FROM a\nARG A=1 B=$A", 0)]
    [InlineData("UndefinedVar", "FROM a\nENV A=1\nENV B=$A", 0)]
    [InlineData("UndefinedVar", "ARG A=1\nFROM a\nARG A\nLABEL l=$A", 0)]
    [InlineData("UndefinedVar", "FROM a\nENV PATH=/x:$PATH", 0)]
    [InlineData("UndefinedVar", "FROM a\nRUN echo $A", 0)]
    [InlineData("UndefinedVar", "FROM a\nENV B='$A'", 0)]
    [InlineData("UndefinedVar", "FROM a\nCOPY <<'E' /f\n$A\nE", 0)]
    [InlineData("UndefinedVar", "FROM a AS x\nARG A=1\nFROM x\nENV B=$A", 0)]
    [InlineData("UndefinedVar", "FROM known\nENV B=$KNOWN", 0)]
    [InlineData("UndefinedVar", "FROM a\nEXPOSE $A 80", 0)]
    [InlineData("MultipleInstructionsDisallowed", "FROM a\nCMD [\"b\"]\nCMD [\"c\"]", 2)]
    [InlineData("MultipleInstructionsDisallowed", "FROM a\nENTRYPOINT [\"b\"]\nRUN x\nENTRYPOINT [\"c\"]", 2)]
    [InlineData("MultipleInstructionsDisallowed", "FROM a\nHEALTHCHECK NONE\nHEALTHCHECK CMD x", 2)]
    [InlineData("MultipleInstructionsDisallowed", "FROM a\nCMD [\"b\"]\nENTRYPOINT [\"c\"]", 0)]
    [InlineData("MultipleInstructionsDisallowed", "FROM a\nCMD [\"b\"]\nFROM a\nCMD [\"c\"]", 0)]
    [InlineData("LegacyKeyValueFormat", "FROM a\nENV b c", 2)]
    [InlineData("LegacyKeyValueFormat", "FROM a\nLABEL b c d", 2)]
    [InlineData("LegacyKeyValueFormat", "FROM a\nENV b=c", 0)]
    [InlineData("LegacyKeyValueFormat", "FROM a\nLABEL b=\"c d\"", 0)]
    [InlineData("RedundantTargetPlatform", "FROM --platform=$TARGETPLATFORM a", 1)]
    [InlineData("RedundantTargetPlatform", "FROM --platform=${TARGETPLATFORM} a", 1)]
    [InlineData("RedundantTargetPlatform", "FROM --platform=$BUILDPLATFORM a", 0)]
    [InlineData("RedundantTargetPlatform", "FROM --platform=$TARGETOS/$TARGETARCH a", 0)]
    [InlineData("SecretsUsedInArgOrEnv", "FROM a\nARG AWS_SECRET_ACCESS_KEY", 2)]
    [InlineData("SecretsUsedInArgOrEnv", "FROM a\nENV db_password=x", 2)]
    [InlineData("SecretsUsedInArgOrEnv", "FROM a\nENV TOKEN=x", 2)]
    [InlineData("SecretsUsedInArgOrEnv", "FROM a\nARG A=1 GITHUB_TOKEN=2", 2)]
    [InlineData("SecretsUsedInArgOrEnv", "FROM a\nENV MONKEY=x", 0)]
    [InlineData("SecretsUsedInArgOrEnv", "FROM a\nENV PUBLIC_KEY=x", 0)]
    [InlineData("SecretsUsedInArgOrEnv", "FROM a\nENV PASSWORD_FILE=/run/secrets/p", 0)]
    [InlineData("SecretsUsedInArgOrEnv", "FROM a\nARG TOKEN_VERSION", 0)]
    [InlineData("InvalidDefaultArgInFrom", "ARG TAG\nFROM busybox:${TAG}", 2)]
    [InlineData("InvalidDefaultArgInFrom", "ARG IMAGE=Not/Valid\nFROM $IMAGE", 2)]
    [InlineData("InvalidDefaultArgInFrom", "ARG TAG=1\nFROM busybox:${TAG}", 0)]
    [InlineData("InvalidDefaultArgInFrom", "ARG TAG\nFROM busybox:${TAG:-latest}", 0)]
    [InlineData("FromPlatformFlagConstDisallowed", "FROM --platform=linux/amd64 a", 1)]
    [InlineData("FromPlatformFlagConstDisallowed", "FROM --platform=linux/amd64 a AS build", 1)]
    [InlineData("FromPlatformFlagConstDisallowed", "FROM --platform=linux/amd64 a AS build-amd64", 0)]
    [InlineData("FromPlatformFlagConstDisallowed", "FROM --platform=linux/amd64 a AS linux", 0)]
    [InlineData("FromPlatformFlagConstDisallowed", "FROM --platform=$BUILDPLATFORM a", 0)]
    [InlineData("FromPlatformFlagConstDisallowed", "FROM a", 0)]
    [InlineData("CopyIgnoredFile", "FROM a\nCOPY ignored /x", 2)]
    [InlineData("CopyIgnoredFile", "FROM a\nADD ok ./ignored/deep /x", 2)]
    [InlineData("CopyIgnoredFile", "FROM a\nCOPY ok /x", 0)]
    [InlineData("CopyIgnoredFile", "FROM a\nCOPY . /x", 0)]
    [InlineData("CopyIgnoredFile", "FROM a\nCOPY --from=b ignored /x", 0)]
    [InlineData("CopyIgnoredFile", "FROM a\nADD https://ignored /x", 0)]
    [InlineData("ExposeProtoCasing", "FROM a\nEXPOSE 80/TCP", 2)]
    [InlineData("ExposeProtoCasing", "FROM a\nEXPOSE 80/tcp", 0)]
    [InlineData("ExposeInvalidFormat", "FROM a\nEXPOSE 127.0.0.1:80:80", 2)]
    [InlineData("ExposeInvalidFormat", "FROM a\nEXPOSE 8080:80", 2)]
    [InlineData("ExposeInvalidFormat", "FROM a\nEXPOSE 80 443-445", 0)]
    public void Finds(string rule, string text, int line)
    {
        var result = Check(text);
        Assert.Null(result.Error);
        var found = result.Warnings.Where(warning => warning.Rule == rule).ToArray();
        if (line == 0)
        {
            Assert.Empty(found);
            return;
        }

        var warning = Assert.Single(found);
        Assert.Equal(line, warning.Line);
        Assert.Equal("Dockerfile", warning.File);
        Assert.InRange(warning.LastLine, line, line + 2);
        Assert.All([warning.Message, warning.Hint, warning.Description], sentence => Assert.Matches("[.?]$", sentence));
        if (rule != "NoEmptyContinuation")
            Assert.Equal(text.Split('\n')[line - 1], warning.Text);

        // The same, left out.
        Assert.DoesNotContain(Check($"# check=skip={rule}\n{text}").Warnings, left => left.Rule == rule);
        Assert.Empty(Check($"# check=skip=all\n{text}").Warnings);
    }

    [Theory]
    [InlineData("# no description\nARG A", 1)]
    [InlineData("# A description\nARG A", 0)]
    [InlineData("# first line\n# A second line\nARG A", 0)]
    [InlineData("# no description\n\nARG A", 0)]
    [InlineData("# no description\n#\nARG A", 0)]
    [InlineData("# no description\nARG A B", 1)]
    [InlineData("# B description\nARG A B", 0)]
    [InlineData("# check=skip=JSONArgsRecommended\nARG A", 0)]
    [InlineData("# no description\nRUN a", 0)]
    public void Finds_descriptions_on_request(string text, int count)
    {
        Assert.Empty(Check("FROM known\n" + text).Warnings);
        Assert.Equal(count, Check("# check=experimental=InvalidDefinitionDescription\nFROM known\n" + text).Warnings.Count);
        Assert.Equal(count, Check("# check=experimental=all;skip=all\nFROM known\n" + text).Warnings.Count);
    }

    [Fact]
    public void Finds_descriptions_of_stages_and_global_arguments()
    {
        var warnings = Check("# check=experimental=all\n\n# wrong\nARG A=known\n# wrong\nFROM $A AS b\n# c is right\nFROM $A AS c\n# no name\nFROM known").Warnings;
        Assert.Equal([4, 6], warnings.Select(warning => warning.Line));
    }

    [Fact]
    public void Heeds_comments_above_instructions()
    {
        var warnings = Check("FROM known\n# check=skip=MaintainerDeprecated\nMAINTAINER a\n# check=skip=all\nENV TOKEN $x\n# check=wrong\nMAINTAINER b").Warnings;
        Assert.Equal([("MaintainerDeprecated", 7)], warnings.Select(warning => (warning.Rule, warning.Line)));
    }

    [Theory]
    [InlineData("# check=error=true\nFROM a\nCMD b", true)]
    [InlineData("# check=error=true;skip=JSONArgsRecommended\nFROM a\nCMD b", false)]
    [InlineData("# check=error=false\nFROM a\nCMD b", false)]
    [InlineData("FROM a\nCMD b", false)]
    public void Says_when_a_warning_is_an_error(string text, bool expected) => Assert.Equal(expected, Check(text).FailsBuild);

    [Fact]
    public void Suggests_names()
    {
        Assert.Contains("Did you mean $VERSION?", Single("FROM a\nARG VERSION=1\nENV X=$VERSOIN").Message);
        Assert.Contains("Did you mean BUILDPLATFORM?", Single("FROM --platform=$BULDPLATFORM/x a").Message);
        Assert.DoesNotContain("Did you mean", Single("FROM a\nARG VERSION=1\nENV X=$OTHER").Message);
    }

    // BuildKit's lexer looks a variable up, and notes that it is not there, whatever is to stand for it; a word that is not needed is read all the same.
    [Theory]
    [InlineData("${A:-$B}", "$A, $B")]
    [InlineData("${A-$B}", "$A, $B")]
    [InlineData("${A:+$B}", "$A, $B")]
    [InlineData("${A+$B}", "$A, $B")]
    [InlineData("${PATH:-$B}", "$B")]
    [InlineData("${PATH-${B:-c}}", "$B")]
    [InlineData("${PATH:+x}", "")]
    [InlineData("\\${A:-$B}", "$B")]
    [InlineData("'${A:-$B}'", "")]
    public void Finds_variables_whatever_stands_for_them_when_they_are_not_set(string value, string names)
    {
        var found = Check($"FROM known\nLABEL l={value}").Warnings.Where(static warning => warning.Rule == "UndefinedVar").Select(static warning => warning.Message.Split('\'')[1]);
        Assert.Equal(names, string.Join(", ", found.Order()));
    }

    [Fact]
    public void Says_when_the_image_may_set_a_variable()
    {
        Assert.Contains("'a' is not here", Single("FROM a\nENV X=$OTHER").Hint);
        Assert.DoesNotContain("not here", Single("FROM known\nENV X=$OTHER").Hint);
        Assert.DoesNotContain("not here", Single("FROM scratch\nENV X=$OTHER").Hint);
    }

    [Fact]
    public void Knows_what_stages_and_images_bring_along()
    {
        // The image's trigger sets a variable and uses one that is not set.
        var warnings = Check("FROM triggers\nENV A=$TRIGGERED").Warnings;
        Assert.Equal([("UndefinedVar", 1)], warnings.Select(warning => (warning.Rule, warning.Line)));
        Assert.Contains("$NEVER", warnings[0].Message);
        Assert.Empty(Check("FROM known AS a\nONBUILD ENV A=1\nFROM a\nENV B=$A").Warnings);
        Assert.Equal([4], Check("FROM known AS a\nONBUILD ENV A=1\nFROM known\nENV B=$A").Warnings.Select(warning => warning.Line));
    }

    [Theory]
    [InlineData("ARG B\nFROM $B", 2, "no image")]
    [InlineData("FROM --platform=$X$BUILDVARIANT a", 1, "is empty")]
    [InlineData("FROM known\nENV A=\"${B:?say b}\"", 2, "say b")]
    [InlineData("FROM known\nEXPOSE http", 2, "'http'")]
    [InlineData("ARG A=${B?missing}\nFROM a", 1, "missing")]
    [InlineData("FROM known\n\nRUN --mount=type=$PATH,target=/x y", 3, "has the type")]
    public void Says_why_a_build_would_fail(string text, int line, string expected)
    {
        var error = Check(text).Error;
        Assert.NotNull(error);
        Written.Check(error, "Dockerfile");
        Assert.Equal(line, error.Line);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Does_not_say_that_a_build_would_fail_where_that_is_not_known()
    {
        var result = Check("FROM a\nENV A=\"${B:?say b}\"\nEXPOSE $C");
        Assert.Null(result.Error);
    }

    [Fact]
    public void Uses_arguments_that_are_given()
    {
        var dockerfile = Written.Parse("ARG B\nFROM $B\nARG C\nWORKDIR $C");
        var result = DockerfileCheck.Run(dockerfile, Context with { Arguments = new Dictionary<string, string> { ["B"] = "known", ["C"] = "d" } });
        Assert.Equal(["InvalidDefaultArgInFrom", "WorkdirRelativePath"], result.Warnings.Select(warning => warning.Rule));
        Assert.Null(result.Error);
    }

    [Theory]
    [InlineData("*", "COPY . /x", true)]
    [InlineData("**", "COPY / /x", true)]
    [InlineData("*.md", "COPY . /x", false)]
    [InlineData("*|!a", "COPY . /x", false)]
    [InlineData("*|!a", "COPY b /x", false)]
    [InlineData("*.md", "COPY a.md b.txt /x", true)]
    public void Knows_what_is_ignored(string patterns, string text, bool expected)
    {
        var ignored = IgnoreFile.Parse(patterns.Replace('|', '\n'), ".dockerignore");
        var result = DockerfileCheck.Run(Written.Parse("FROM known\n" + text), Context with { Ignored = ignored });
        Assert.Equal(expected, result.Warnings.Any(warning => warning.Rule == "CopyIgnoredFile"));
    }

    [Fact]
    public void Tells_rule_file_and_line_as_text() =>
        Assert.Equal("Dockerfile:2: MaintainerDeprecated: MAINTAINER has been replaced by a label.", Single("FROM known\nMAINTAINER a").ToString());

    private static readonly CheckContext Context = new()
    {
        BuildPlatform = "linux/amd64",
        Ignored = IgnoreFile.Parse("ignored", ".dockerignore"),
        FindImage = name => name switch
        {
            "known" => new(new Dictionary<string, string> { ["KNOWN"] = "1" }, ["/bin/bash", "-c"], []),
            "triggers" => new(new Dictionary<string, string>(), [], ["ENV TRIGGERED=1", "ENV OTHER=$NEVER"]),
            _ => null,
        },
    };

    private static DockerfileWarning Single(string text) => Assert.Single(Check(text).Warnings, warning => !warning.Rule.StartsWith("From", StringComparison.Ordinal));

    private static CheckResult Check(string text) => DockerfileCheck.Run(Written.Parse(text), Context);
}
