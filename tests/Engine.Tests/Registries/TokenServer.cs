using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ContainerPS.Engine.Tests.Images;

namespace ContainerPS.Engine.Tests.Registries;

/// <summary>A token server as docker-registry trusts one: signed tokens (RFC 7519) for who gives the right name and password.</summary>
internal sealed class TokenServer : IDisposable
{
    internal const string Service = "test registry";

    private readonly X509Certificate2 _certificate;
    private readonly string _account;

    internal TokenServer(X509Certificate2 certificate, string account)
    {
        (_certificate, _account) = (certificate, Convert.ToBase64String(Encoding.UTF8.GetBytes(account)));
        Server = new HttpServer(Answer);
    }

    internal HttpServer Server { get; }

    /// <summary>The section of docker-registry's configuration.</summary>
    internal string Auth(string bundle) => $"auth:\n  token:\n    realm: http://{Server.Authority}/token\n    service: {Service}\n    issuer: issuer\n    rootcertbundle: {bundle}\n";

    public void Dispose() => Server.Dispose();

    private HttpServerAnswer Answer(HttpServerRequest request)
    {
        if (request.Authorization != "Basic " + _account) return new HttpServerAnswer { Status = 401 };
        var access = new JsonArray();
        foreach (var part in request.Query.Split('&').Where(part => part.StartsWith("scope=", StringComparison.Ordinal)))
        {
            var scope = Uri.UnescapeDataString(part["scope=".Length..]).Split(':');
            access.Add(new JsonObject { ["type"] = scope[0], ["name"] = string.Join(':', scope[1..^1]), ["actions"] = new JsonArray([.. scope[^1].Split(',').Select(action => (JsonNode)action)]) });
        }

        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var head = new JsonObject { ["typ"] = "JWT", ["alg"] = "RS256", ["x5c"] = new JsonArray(Convert.ToBase64String(_certificate.RawData)) };
        var claims = new JsonObject { ["iss"] = "issuer", ["sub"] = "me", ["aud"] = Service, ["exp"] = now + 300, ["nbf"] = now - 10, ["iat"] = now, ["jti"] = Guid.NewGuid().ToString(), ["access"] = access };
        var signed = $"{Encode(TestArchives.Json(head))}.{Encode(TestArchives.Json(claims))}";
        using var key = _certificate.GetRSAPrivateKey()!;
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return new HttpServerAnswer { Body = TestArchives.Json(new JsonObject { ["token"] = $"{signed}.{Encode(signature)}", ["expires_in"] = 300 }) }.With("Content-Type", "application/json");
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
