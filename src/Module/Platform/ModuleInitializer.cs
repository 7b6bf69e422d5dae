using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace ContainerPS.Module;

/// <summary>
/// Runs when the module is imported: refuses machines it cannot work on, and lets the engine's third-party assemblies be found in <c>lib/</c>, in a
/// load context of their own so that another module's versions of them do no harm. Nothing is loaded here.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly Lazy<LibraryContext> s_libraries = new(() => new LibraryContext());

    /// <inheritdoc/>
    public void OnImport()
    {
        if (PlatformCheck.Refusal() is { } reason)
            throw new PlatformNotSupportedException(reason);
        AssemblyLoadContext.Default.Resolving += Resolve;
    }

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => AssemblyLoadContext.Default.Resolving -= Resolve;

    // Only what lies in lib/ is answered; anything else is for others to find.
    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        LibraryContext.PathOf(name) is null ? null : s_libraries.Value.LoadFromAssemblyName(name);

    private sealed class LibraryContext() : AssemblyLoadContext("ContainerPS")
    {
        private static readonly string s_folder = Path.Combine(Path.GetDirectoryName(typeof(LibraryContext).Assembly.Location)!, "lib");

        internal static string? PathOf(AssemblyName name)
        {
            var path = Path.Combine(s_folder, name.Name + ".dll");
            return File.Exists(path) ? path : null;
        }

        protected override Assembly? Load(AssemblyName assemblyName) =>
            PathOf(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }
}
