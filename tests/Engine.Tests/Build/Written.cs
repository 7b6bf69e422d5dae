using ContainerPS.Engine.Build;

namespace ContainerPS.Engine.Tests.Build;

/// <summary>What tests write short: Dockerfiles, variables, errors.</summary>
internal static class Written
{
    internal static readonly SourceLocation Here = new("Dockerfile", 1, 1);

    /// <summary>Variables from <c>NAME=value</c>.</summary>
    internal static VariableTable Variables(params string[] pairs)
    {
        var table = new VariableTable();
        foreach (var pair in pairs)
            table.Set(pair[..pair.IndexOf('=')], pair[(pair.IndexOf('=') + 1)..]);
        return table;
    }

    internal static Dockerfile Parse(string text) => Dockerfile.Parse(text, "Dockerfile");

    /// <summary>The last instruction of a Dockerfile that begins with FROM scratch.</summary>
    internal static T Instruction<T>(string text)
        where T : Instruction => Assert.IsType<T>(Parse("FROM scratch\n" + text).Stages[^1].Instructions[^1]);

    /// <summary>The error of a Dockerfile: it is of the right kind, and says where.</summary>
    internal static DockerfileException Refused(string text, string file = "Dockerfile")
    {
        var error = Assert.Throws<DockerfileException>(() => Dockerfile.Parse(text, file));
        Check(error, file);
        return error;
    }

    /// <summary>The error of one instruction, on line 2.</summary>
    internal static DockerfileException RefusedInstruction(string text)
    {
        var error = Refused("FROM scratch\n" + text);
        Assert.Equal(2, error.Line);
        return error;
    }

    internal static void Check(DockerfileException error, string file)
    {
        Assert.Equal("InvalidDockerfile", error.ErrorId);
        Assert.Equal(ErrorKind.InvalidData, error.Kind);
        Assert.Equal(file, error.File);
        Assert.InRange(error.Line, 1, int.MaxValue);
        Assert.InRange(error.LastLine, error.Line, int.MaxValue);
        Assert.StartsWith($"{file}:{error.Line}: ", error.Message);
        Assert.Matches(@"[.?!…)]$", error.Message);
    }
}
