namespace ContainerPS.Engine.Build;

/// <summary>What a build does: the stages that its target needs.</summary>
/// <param name="Dockerfile">The Dockerfile.</param>
/// <param name="Stages">The stages, by their numbers in the Dockerfile; null for those that are not needed.</param>
/// <param name="Target">The stage that becomes the result.</param>
/// <param name="Global">Variables before the first FROM.</param>
internal sealed record BuildPlan(Dockerfile Dockerfile, IReadOnlyList<PlannedStage?> Stages, PlannedStage Target, VariableTable Global);
