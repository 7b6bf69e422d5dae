namespace ContainerPS.Engine.Containers;

/// <summary>Variables in order, each once.</summary>
internal sealed class EnvironmentList
{
    private readonly List<string> _variables = [];
    private readonly Dictionary<string, int> _places = [];

    /// <summary>Sets <c>NAME=value</c>, replacing an earlier value in its place.</summary>
    internal void Set(string variable)
    {
        var name = NameOf(variable);
        if (_places.TryGetValue(name, out var place))
        {
            _variables[place] = variable;
            return;
        }

        _places[name] = _variables.Count;
        _variables.Add(variable);
    }

    /// <summary>Sets it unless it has a value.</summary>
    internal void SetDefault(string variable)
    {
        if (!_places.ContainsKey(NameOf(variable))) Set(variable);
    }

    /// <summary>The variables.</summary>
    internal List<string> ToList() => _variables;

    private static string NameOf(string variable) => variable.IndexOf('=') is var end and >= 0 ? variable[..end] : variable;
}
