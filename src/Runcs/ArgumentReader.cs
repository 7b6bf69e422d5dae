using System.Globalization;

namespace ContainerPS.Runcs;

/// <summary>Reads a command line from left to right: options as <c>--name value</c>, <c>--name=value</c> or <c>-n value</c>, then operands.</summary>
internal sealed class ArgumentReader(string[] arguments)
{
    private int _next;
    private string? _name;
    private string? _inlineValue;

    /// <summary>Takes the next option: its name, or null at the first operand.</summary>
    internal string? Option()
    {
        if (_inlineValue is not null) throw new UsageException($"{_name} takes no value");
        if (_next >= arguments.Length || !arguments[_next].StartsWith('-') || arguments[_next] == "-") return null;
        var argument = arguments[_next];
        if (argument is "--version" or "-v" or "--help" or "-h") return null;
        _next++;
        if (argument == "--") return null;
        var equals = argument.IndexOf('=');
        _name = equals < 0 ? argument : argument[..equals];
        _inlineValue = equals < 0 ? null : argument[(equals + 1)..];
        return _name;
    }

    /// <summary>The value of the option taken last.</summary>
    internal string Value()
    {
        if (_inlineValue is { } value)
        {
            _inlineValue = null;
            return value;
        }

        return _next < arguments.Length ? arguments[_next++] : throw new UsageException($"{_name} needs a value");
    }

    /// <summary>The value of the option taken last, as a number that is not negative.</summary>
    internal int Number()
    {
        var text = Value();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new UsageException($"{_name} needs a number, not '{text}'");
    }

    /// <summary>The switch taken last: true, unless it has <c>=false</c>.</summary>
    internal bool Switch() => _inlineValue is null || Value() is "true" or "1";

    /// <summary>Refuses the option taken last.</summary>
    internal UsageException Unknown() => new($"there is no option '{_name}'");

    /// <summary>The next operand; the command's name comes by this, too. Empty when there is none.</summary>
    internal string Command() => _next < arguments.Length ? arguments[_next++] : "";

    /// <summary>The next operand, which has to be there.</summary>
    internal string Operand(string what) => _next < arguments.Length ? arguments[_next++] : throw new UsageException($"{what} is missing");

    /// <summary>All further operands.</summary>
    internal List<string> Rest()
    {
        var rest = new List<string>(arguments[_next..]);
        _next = arguments.Length;
        return rest;
    }

    /// <summary>Refuses further operands.</summary>
    internal void End()
    {
        if (_next >= arguments.Length) return;
        var why = arguments[_next].StartsWith('-') ? "comes too late: options stand before the container id" : "is one argument too many";
        throw new UsageException($"'{arguments[_next]}' {why}");
    }
}
