using System.Globalization;
using ContainerPS.Engine.Networks;

namespace ContainerPS.Engine.Tests.Networks;

/// <summary>A process that claims random ports when it is told to, and holds them until its input ends.</summary>
internal static class ClaimProcess
{
    internal static int Run(string folder, string protocol, string count)
    {
        Console.WriteLine("ready");
        Console.ReadLine();
        var bindings = Enumerable.Range(1, int.Parse(count, CultureInfo.InvariantCulture)).Select(port => new PortBinding(port, protocol, "", null, null)).ToList();
        using var claims = PortClaims.Claim(bindings, new StorePaths(folder, folder, "/none"), _ => null);
        Console.WriteLine(string.Join(' ', claims.Ports.Where(port => !port.Published.IsVersion6).Select(port => port.Published.HostPort)));
        Console.ReadLine();
        return 0;
    }
}
