namespace ContainerPS.Engine.Build;

/// <summary>A stage that is built.</summary>
internal sealed class PlannedStage
{
    /// <summary>The stage as it is written.</summary>
    internal required Stage Stage { get; init; }

    /// <summary>Its FROM with variables put in.</summary>
    internal required FromInstruction From { get; init; }

    /// <summary>What it begins with.</summary>
    internal required FileOrigin Base { get; init; }

    /// <summary>What is carried out: triggers of its base, then its own.</summary>
    internal required IReadOnlyList<Instruction> Instructions { get; set; }

    /// <summary>What each of the instructions takes files from, in their order; null for those that take none.</summary>
    internal IReadOnlyList<IReadOnlyList<FileOrigin>> Origins { get; set; } = [];

    /// <summary>True when the triggers of its base are among the instructions.</summary>
    internal bool HasTriggers { get; set; }

    /// <summary>True when its layers become layers of the result.</summary>
    internal bool IsPartOfResult { get; set; }

    /// <summary>Its number.</summary>
    internal int Index => Stage.Index;

    /// <summary>What progress calls it; empty when there is no other.</summary>
    internal string Label { get; init; } = "";

    /// <summary>Numbers of the stages that it needs.</summary>
    internal IEnumerable<int> Needs
    {
        get
        {
            if (Base.Kind == FileOriginKind.Stage) yield return Base.Stage;
            foreach (var origins in Origins)
                foreach (var origin in origins)
                    if (origin.Kind == FileOriginKind.Stage) yield return origin.Stage;
        }
    }
}
