namespace ContainerPS.Engine.Tests;

/// <summary>Tests beside which no others of this assembly run.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneGroup;
