namespace ContainerPS.Engine.Linux;

/// <summary>The user namespace of this process (man 7 user_namespaces).</summary>
internal static class UserNamespace
{
    /// <summary>True in one that does not have all ids: what needs the machine's root is not allowed there.</summary>
    internal static bool IsNested()
    {
        const string Map = "/proc/self/uid_map"; // not there on kernels without user namespaces
        return File.Exists(Map) && File.ReadAllText(Map).Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries) is not ["0", "0", "4294967295"];
    }
}
