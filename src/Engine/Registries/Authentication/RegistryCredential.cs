namespace ContainerPS.Engine.Registries;

/// <summary>What proves who one is: a name and password, or a token that a registry has given for being exchanged, or one to be shown as it is.</summary>
/// <param name="UserName">Name; empty with a token.</param>
/// <param name="Password">Password, or empty.</param>
/// <param name="IdentityToken">A refresh token, exchanged for tokens of an hour, or null.</param>
/// <param name="RegistryToken">A bearer token that is shown as it is, or null.</param>
internal sealed record RegistryCredential(string UserName, string Password, string? IdentityToken = null, string? RegistryToken = null)
{
    /// <summary>The value of an Authorization header.</summary>
    internal string Basic => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{UserName}:{Password}"));

    // A record would print its secrets into any message it strays into.
    /// <inheritdoc/>
    public override string ToString() => $"credential of '{UserName}'";
}
