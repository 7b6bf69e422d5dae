namespace ContainerPS.Engine.Networks;

/// <summary>Which ports of a container are to be published.</summary>
internal static class PortPlan
{
    /// <summary>What was asked for, each once, and every exposed port that is not among it, on a free port of the host (<c>-PublishAll</c>).</summary>
    internal static List<PortBinding> WithExposed(IReadOnlyList<PortBinding> asked, IReadOnlyList<PortBinding> exposed)
    {
        var plan = Once(asked);
        foreach (var port in exposed)
        {
            if (!plan.Exists(other => other.Port == port.Port && other.Protocol == port.Protocol))
                plan.Add(new PortBinding(port.Port, port.Protocol, "", null, null));
        }

        return plan;
    }

    /// <summary>What was asked for, each once.</summary>
    internal static List<PortBinding> Once(IReadOnlyList<PortBinding> asked)
    {
        var plan = new List<PortBinding>(asked.Count);
        foreach (var binding in asked)
        {
            if (!plan.Contains(binding)) plan.Add(binding);
        }

        return plan;
    }
}
