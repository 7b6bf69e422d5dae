using ContainerPS.Engine.Oci;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Engine.Build;

/// <summary>A layer of a stage.</summary>
/// <param name="DiffId">Digest of its tar.</param>
/// <param name="Chain">Chain id of it and those below.</param>
/// <param name="HidesLower">Nothing of those below shows.</param>
/// <param name="Created">When it was made; null for one of a base image.</param>
/// <param name="Descriptor">What a manifest says of it; null for one that a build has made.</param>
internal sealed record BuildLayer(Digest DiffId, Digest Chain, bool HidesLower, DateTimeOffset? Created, Descriptor? Descriptor);
