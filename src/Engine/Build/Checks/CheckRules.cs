namespace ContainerPS.Engine.Build;

/// <summary>The checks, as Docker's build checks have them.</summary>
internal static class CheckRules
{
    internal static readonly CheckRule StageNameCasing = new(
        "StageNameCasing", "Stage names should be in lower case.", "Write the stage's name in lower case.");

    internal static readonly CheckRule FromAsCasing = new(
        "FromAsCasing", "FROM and AS should both be in capital or both in small letters.", "Write AS as FROM is written.");

    internal static readonly CheckRule NoEmptyContinuation = new(
        "NoEmptyContinuation", "There should be no empty lines in an instruction that goes on; Docker will refuse them some day.", "Take the empty line away, or begin it with #.");

    internal static readonly CheckRule ConsistentInstructionCasing = new(
        "ConsistentInstructionCasing", "All instructions should be in capital letters, or all in small ones.", "Write the instruction as the others are written.");

    internal static readonly CheckRule DuplicateStageName = new(
        "DuplicateStageName", "No two stages should have the same name.", "Give one of the stages another name.");

    internal static readonly CheckRule ReservedStageName = new(
        "ReservedStageName", "No stage should be called scratch or context.", "Give the stage another name.");

    internal static readonly CheckRule JSONArgsRecommended = new(
        "JSONArgsRecommended", "CMD and ENTRYPOINT should be JSON arrays: a shell in between keeps signals from the program.", "Write the command as an array, such as [\"nginx\", \"-g\", \"daemon off;\"].");

    internal static readonly CheckRule MaintainerDeprecated = new(
        "MaintainerDeprecated", "MAINTAINER has been replaced by a label.", "Write LABEL org.opencontainers.image.authors=\"…\".");

    internal static readonly CheckRule UndefinedArgInFrom = new(
        "UndefinedArgInFrom", "FROM should use variables that an ARG before the first FROM declares.", "Declare the variable with ARG before the first FROM.");

    internal static readonly CheckRule WorkdirRelativePath = new(
        "WorkdirRelativePath", "The first WORKDIR should be an absolute path: the base image's may change.", "Begin the path with /.");

    internal static readonly CheckRule UndefinedVar = new(
        "UndefinedVar", "Variables should be set before they are used.", "Set the variable with ARG or ENV before, or mend its name.");

    internal static readonly CheckRule MultipleInstructionsDisallowed = new(
        "MultipleInstructionsDisallowed", "Of CMD, ENTRYPOINT and HEALTHCHECK, a stage should have one each: the last counts alone.", "Take this one away.");

    internal static readonly CheckRule LegacyKeyValueFormat = new(
        "LegacyKeyValueFormat", "ENV and LABEL should be written with =.", "Write an = between name and value, and quotation marks around a value with spaces.");

    internal static readonly CheckRule RedundantTargetPlatform = new(
        "RedundantTargetPlatform", "FROM --platform=$TARGETPLATFORM says what is so anyway.", "Take --platform away.");

    internal static readonly CheckRule SecretsUsedInArgOrEnv = new(
        "SecretsUsedInArgOrEnv", "Secrets should not be in ARG or ENV: they stay in the image.", "Use RUN --mount=type=secret.");

    internal static readonly CheckRule InvalidDefaultArgInFrom = new(
        "InvalidDefaultArgInFrom", "FROM should have an image also when no build arguments are given.", "Give the ARG a default that is an image's name.");

    internal static readonly CheckRule FromPlatformFlagConstDisallowed = new(
        "FromPlatformFlagConstDisallowed", "FROM --platform should not be fixed, unless the stage's name says for which system it is.", "Use $BUILDPLATFORM or $TARGETPLATFORM, or take --platform away.");

    internal static readonly CheckRule CopyIgnoredFile = new(
        "CopyIgnoredFile", "COPY and ADD should not name files that .dockerignore leaves out.", "Take the path out of .dockerignore, or do not copy it.");

    internal static readonly CheckRule InvalidDefinitionDescription = new(
        "InvalidDefinitionDescription", "A comment right above an ARG or a stage should begin with its name.", "Begin the comment with the name, or leave an empty line after it.", IsExperimental: true);

    internal static readonly CheckRule ExposeProtoCasing = new(
        "ExposeProtoCasing", "The protocol of EXPOSE should be in small letters.", "Write tcp, udp or sctp.");

    internal static readonly CheckRule ExposeInvalidFormat = new(
        "ExposeInvalidFormat", "EXPOSE should have no address and no port of the host; Docker will refuse them some day.", "Write the container's port alone.");
}
