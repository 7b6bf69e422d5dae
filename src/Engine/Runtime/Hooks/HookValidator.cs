using System.Globalization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>Refuses hooks that could not be run (config.md#posix-platform-hooks), before anything is made.</summary>
internal static class HookValidator
{
    /// <summary>Checks all six kinds.</summary>
    internal static void Check(Hooks? hooks)
    {
        if (hooks is null) return;
        Check(hooks.Prestart, "prestart");
        Check(hooks.CreateRuntime, "createRuntime");
        Check(hooks.CreateContainer, "createContainer");
        Check(hooks.StartContainer, "startContainer");
        Check(hooks.Poststart, "poststart");
        Check(hooks.Poststop, "poststop");
    }

    private static void Check(List<Hook>? hooks, string kind)
    {
        for (var i = 0; i < (hooks?.Count ?? 0); i++)
        {
            var hook = hooks![i];
            var field = string.Create(CultureInfo.InvariantCulture, $"hooks.{kind}[{i}]");
            if (string.IsNullOrEmpty(hook.Path) || hook.Path[0] != '/') throw new InvalidSpecException($"{field}.path", $"'{hook.Path}' must be an absolute path");
            SpecValidator.CheckText(hook.Path, $"{field}.path");
            SpecValidator.CheckTexts(hook.Args, $"{field}.args");
            SpecValidator.CheckTexts(hook.Env, $"{field}.env");
            if (hook.Timeout is <= 0 or > int.MaxValue / 1000) throw new InvalidSpecException($"{field}.timeout", $"{hook.Timeout} must be 1 to {int.MaxValue / 1000} seconds");
        }
    }
}
