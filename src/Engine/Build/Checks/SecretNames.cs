namespace ContainerPS.Engine.Build;

/// <summary>Names of variables that look as if they held a secret.</summary>
internal static class SecretNames
{
    private static readonly string[] s_secret = ["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];
    private static readonly string[] s_harmless = ["public", "file", "version"];

    /// <summary>True when a part of the name between underscores is a word for a secret, and none says that it is not one.</summary>
    internal static bool IsSecret(string name)
    {
        var isSecret = false;
        foreach (var part in name.ToLowerInvariant().Split('_'))
        {
            if (s_harmless.Contains(part))
                return false;
            isSecret |= s_secret.Contains(part);
        }

        return isSecret;
    }
}
