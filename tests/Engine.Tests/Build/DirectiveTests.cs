namespace ContainerPS.Engine.Tests.Build;

public class DirectiveTests
{
    [Theory]
    [InlineData("# escape=`\nFROM a")]
    [InlineData("#escape=`\nFROM a")]
    [InlineData("# ESCAPE = `\nFROM a")]
    [InlineData("#\tEscape=`  \nFROM a")]
    [InlineData("# syntax=docker/dockerfile:1\n# escape=`\nFROM a")]
    [InlineData("# escape=`\n# syntax=docker/dockerfile:1\nFROM a")]
    [InlineData("\uFEFF# escape=`\nFROM a")]
    [InlineData("# escape=`\r\nFROM a\r\n")]
    [InlineData("   # escape=`\nFROM a")]
    [InlineData("# check=skip=all\n# escape=`\nFROM a")]
    public void Takes_the_escape_character(string text) => Assert.Equal('`', Written.Parse(text).Directives.Escape);

    [Theory]
    [InlineData("\n# escape=`\nFROM a")]
    [InlineData("# a comment\n# escape=`\nFROM a")]
    [InlineData("FROM a\n# escape=`")]
    [InlineData("# unknown=x\n# escape=`\nFROM a")]
    [InlineData("#\n# escape=`\nFROM a")]
    [InlineData("# escape\n# escape=`\nFROM a")]
    [InlineData("#!/usr/bin/env build\n# escape=`\nFROM a")]
    [InlineData("# no escape=`\nFROM a")]
    public void Takes_a_comment_for_one(string text) => Assert.Equal('\\', Written.Parse(text).Directives.Escape);

    [Theory]
    [InlineData("docker/dockerfile")]
    [InlineData("docker/dockerfile:1")]
    [InlineData("docker/dockerfile:1.7-labs")]
    [InlineData("docker.io/docker/dockerfile:1")]
    [InlineData("docker/dockerfile-upstream:master")]
    [InlineData("registry.example:5000/mirror/docker/dockerfile:1")]
    [InlineData("docker/dockerfile:1@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void Takes_Dockers_syntax(string syntax) => Assert.Equal(syntax, Written.Parse($"# syntax={syntax}\nFROM a").Directives.Syntax);

    [Theory]
    [InlineData("example/frontend:1")]
    [InlineData("docker/dockerfiles")]
    [InlineData("dockerfile")]
    public void Refuses_another_syntax(string syntax)
    {
        var error = Written.Refused($"# syntax={syntax}\nFROM a");
        Assert.Equal(1, error.Line);
        Assert.Contains($"'{syntax}'", error.Message);
    }

    [Theory]
    [InlineData("# escape=`\n# escape=`\nFROM a", "'escape'")]
    [InlineData("# syntax=docker/dockerfile:1\n# Syntax=docker/dockerfile:1\nFROM a", "'syntax'")]
    [InlineData("# check=skip=all\n# CHECK=skip=all\nFROM a", "'check'")]
    [InlineData("# syntax=docker/dockerfile:1\n# escape=x\nFROM a", "'x'")]
    [InlineData("# syntax=docker/dockerfile:1\n# escape=``\nFROM a", "'``'")]
    [InlineData("# syntax=docker/dockerfile:1\n# check=leave=all\nFROM a", "'leave=all'")]
    [InlineData("# syntax=docker/dockerfile:1\n# check=skip\nFROM a", "'skip'")]
    [InlineData("# syntax=docker/dockerfile:1\n# check=error=perhaps\nFROM a", "'error=perhaps'")]
    public void Refuses_two_and_wrong_ones(string text, string expected)
    {
        var error = Written.Refused(text);
        Assert.Equal(2, error.Line);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Takes_options_of_checks()
    {
        var check = Written.Parse("# check=skip=JSONArgsRecommended, StageNameCasing;error=true;experimental=InvalidDefinitionDescription\nFROM a").Directives.Check!;
        Assert.Equal(["JSONArgsRecommended", "StageNameCasing"], check.Skip);
        Assert.Equal(["InvalidDefinitionDescription"], check.Experimental);
        Assert.True(check.Error);
        Assert.False(check.SkipAll);
        Assert.True(Written.Parse("#check=skip=all\nFROM a").Directives.Check!.SkipAll);
        Assert.Equal(["FromAsCasing"], Written.Parse("#!/bin/x\n#check=skip=FromAsCasing\nFROM a").Directives.Check!.Skip);
    }
}
