using System.Net;

namespace ContainerPS.Engine.Registries;

/// <summary>Changes what the engine's settings say about registries.</summary>
internal static class RegistrySettingsChange
{
    /// <summary>Checks every value, and writes them; what is null stays as it is.</summary>
    internal static void Apply(StorePaths paths, IReadOnlyDictionary<string, IReadOnlyList<string>>? mirrors, IReadOnlyList<string>? insecure, int? downloads, int? uploads)
    {
        var readMirrors = mirrors?.ToDictionary(pair => RegistryAddress.Parse(pair.Key).Domain, pair => pair.Value.Select(text => RegistrySettings.ParseMirror(text).AbsoluteUri.TrimEnd('/')).ToList());
        var readInsecure = insecure?.Select(Insecure).Distinct().ToList();
        CheckCount("MaxConcurrentDownloads", downloads);
        CheckCount("MaxConcurrentUploads", uploads);
        new EngineSettingsFile(paths).Update(old => old with
        {
            RegistryMirrors = readMirrors is null ? old.RegistryMirrors : readMirrors.Count == 0 ? null : readMirrors,
            InsecureRegistries = readInsecure is null ? old.InsecureRegistries : readInsecure.Count == 0 ? null : readInsecure,
            MaxConcurrentDownloads = downloads ?? old.MaxConcurrentDownloads,
            MaxConcurrentUploads = uploads ?? old.MaxConcurrentUploads,
        });
    }

    private static string Insecure(string text) => IPNetwork.TryParse(text, out var network) ? network.ToString() : RegistryAddress.Parse(text).Domain;

    private static void CheckCount(string name, int? count)
    {
        if (count is < 1 or > 64) throw new InvalidSettingException(name, count, $"{name} is {count}, and may be 1 to 64.");
    }
}
