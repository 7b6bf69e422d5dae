using System.Globalization;
using System.Text;
using ContainerPS.Engine.Storage;

namespace ContainerPS.Runcs;

/// <summary>Writes <c>--pid-file</c>: complete or not there.</summary>
internal static class PidFile
{
    internal static void Write(string? path, int pid)
    {
        if (path is not null) AtomicFile.Write(Path.GetFullPath(path), Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture)), durable: false);
    }
}
