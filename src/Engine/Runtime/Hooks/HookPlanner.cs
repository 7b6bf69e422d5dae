using System.Globalization;
using ContainerPS.Engine.Oci;

namespace ContainerPS.Engine.Runtime;

/// <summary>A hook in native memory, for a child that runs it in its own namespaces.</summary>
internal unsafe struct HookData
{
    internal byte* Path;
    internal byte** Arguments;
    internal byte** Environment;
    internal byte* StateBefore;
    internal nint StateBeforeLength;
    internal byte* StateAfter;
    internal nint StateAfterLength;

    /// <summary>Milliseconds, or -1 for none.</summary>
    internal int Timeout;

    /// <summary>True to run it in the container's root directory, from outside.</summary>
    internal bool InRoot;
}

/// <summary>Plans the hooks that run in the container's namespaces: <c>createContainer</c> and <c>startContainer</c>.</summary>
internal static unsafe class HookPlanner
{
    private const uint UsualUmask = 0x12; // 0022

    /// <summary>
    /// Plans what happens when everything is mounted and the caller's tree is still in reach: the parent runs <c>prestart</c> and
    /// <c>createRuntime</c>, then the child <c>createContainer</c>.
    /// </summary>
    internal static void PlanCreation(ChildPlan plan, Hooks? hooks, StateDocument state)
    {
        if (hooks is null) return;
        if (hooks.Prestart is { Count: > 0 } || hooks.CreateRuntime is { Count: > 0 })
            plan.Add(ChildStep.AwaitHooks, "hooks");
        if (hooks.CreateContainer is not { Count: > 0 }) return;
        plan.Add(ChildStep.SetUmask, "hooks", new() { Flags = UsualUmask });
        Plan(plan, hooks.CreateContainer, "createContainer", state.AroundPid("creating"), inRoot: true);
        plan.Add(ChildStep.SetUmask, "hooks");
    }

    /// <summary>Plans <c>startContainer</c>: the last before the program, in its file system and as its user.</summary>
    internal static void PlanStart(ChildPlan plan, Hooks? hooks, StateDocument? state)
    {
        if (hooks?.StartContainer is { Count: > 0 } list) Plan(plan, list, "startContainer", state!.AroundPid("created"), inRoot: false);
    }

    /// <summary>What errors call a hook.</summary>
    internal static string NameOf(string kind, int index, string? path) => string.Create(CultureInfo.InvariantCulture, $"{kind} hook {index} '{path}'");

    private static void Plan(ChildPlan plan, List<Hook> hooks, string kind, (byte[] Before, byte[] After) state, bool inRoot)
    {
        var before = (byte*)plan.Arena.Copy<byte>(state.Before);
        var after = (byte*)plan.Arena.Copy<byte>(state.After);
        for (var i = 0; i < hooks.Count; i++)
        {
            var hook = hooks[i];
            var data = (HookData*)plan.Arena.Allocate(sizeof(HookData));
            *data = new()
            {
                Path = plan.Text(hook.Path!),
                Arguments = plan.Arena.Texts(hook.Args is { Count: > 0 } arguments ? arguments : [hook.Path!]),
                Environment = plan.Arena.Texts(hook.Env ?? []),
                StateBefore = before,
                StateBeforeLength = state.Before.Length,
                StateAfter = after,
                StateAfterLength = state.After.Length,
                Timeout = hook.Timeout * 1000 ?? -1,
                InRoot = inRoot,
            };
            plan.Add(ChildStep.RunHook, NameOf(kind, i, hook.Path), new() { Data = data, Length = i });
        }
    }
}
