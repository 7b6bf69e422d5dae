using System.Net.Http.Headers;

namespace ContainerPS.Engine.Registries;

/// <summary>One request to a registry; made anew for each try.</summary>
internal sealed record RegistryRequest
{
    internal required HttpMethod Method { get; init; }

    /// <summary>Path and query below <c>/v2/</c>, or the whole address that the registry itself has given.</summary>
    internal required string Target { get; init; }

    /// <summary>What a token must allow, as <c>repository:NAME:pull</c>.</summary>
    internal required string Scope { get; init; }

    /// <summary>Media types that are understood.</summary>
    internal IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>First byte that is wanted.</summary>
    internal long From { get; init; }

    /// <summary>Makes the body.</summary>
    internal Func<HttpContent>? Body { get; init; }

    /// <summary>False when the request must not be sent twice without looking what the first one did.</summary>
    internal bool Repeatable { get; init; } = true;

    /// <summary>Time to the answer's head; by default as the limits say.</summary>
    internal TimeSpan? Patience { get; init; }

    internal HttpRequestMessage ToMessage(Uri uri, AuthenticationHeaderValue? authorization)
    {
        var message = new HttpRequestMessage(Method, uri) { Content = Body?.Invoke() };
        foreach (var type in Accept) message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        if (From > 0) message.Headers.Range = new RangeHeaderValue(From, null);
        message.Headers.Authorization = authorization;
        return message;
    }
}
