namespace ContainerPS.Engine.Containers;

/// <summary>Exposed ports as Docker's command line and images have them: <c>port[-last][/protocol]</c>.</summary>
/// <param name="Port">Port inside.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
internal readonly record struct ExposedPort(int Port, string Protocol)
{
    /// <summary>Reads a port, or a range of them.</summary>
    /// <exception cref="InvalidSettingException">It is not of that form.</exception>
    internal static IEnumerable<ExposedPort> Parse(string text, string parameter)
    {
        if (text.Contains(':'))
            throw new InvalidSettingException(parameter, text, $"{parameter}: '{text}' does not expose a port. Use port[-last][/tcp|udp|sctp], such as 80 or 8000-8010/udp.");
        return PortSpec.Parse(text, parameter).ConvertAll(static port => new ExposedPort(port.Port, port.Protocol));
    }

    /// <summary>All ports that a container exposes: the image's and its own, each once.</summary>
    internal static List<ExposedPort> Of(ContainerSettings settings, Oci.ContainerConfig image)
    {
        var ports = new List<ExposedPort>();
        foreach (var text in (image.ExposedPorts?.Keys ?? Enumerable.Empty<string>()).Concat(settings.Expose))
        {
            try
            {
                foreach (var port in Parse(text, "Expose"))
                    if (!ports.Contains(port)) ports.Add(port);
            }
            catch (InvalidSettingException) when (!settings.Expose.Contains(text))
            {
                // An image may say what it likes.
            }
        }

        return ports;
    }
}
