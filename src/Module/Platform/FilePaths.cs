using System.Collections.ObjectModel;
using System.Management.Automation;

namespace ContainerPS.Module;

/// <summary>Files of this machine as PowerShell's users name them: from the current location, by drives, with wildcards.</summary>
internal static class FilePaths
{
    /// <summary>Those that a path means: itself, whether or not it is there, or all that its wildcards fit.</summary>
    /// <exception cref="ContainerEngineException">Its wildcards fit nothing.</exception>
    internal static Collection<string> Resolve(PSCmdlet command, string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
            return [command.GetUnresolvedProviderPathFromPSPath(path)];
        try
        {
            var found = command.GetResolvedProviderPathFromPSPath(path, out _);
            return found.Count > 0 ? found : throw NotFound(path, null);
        }
        catch (ItemNotFoundException e)
        {
            throw NotFound(path, e);
        }
    }

    private static ContainerEngineException NotFound(string path, Exception? inner) =>
        new("FileNotFound", ErrorKind.NotFound, $"There is no file '{path}'.", path, inner);
}
