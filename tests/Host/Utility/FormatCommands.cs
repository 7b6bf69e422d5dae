using System.Management.Automation;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace Microsoft.PowerShell.Commands;

/// <summary>Format-Table.</summary>
[Cmdlet(VerbsCommon.Format, "Table")]
public sealed class FormatTableCommand : OuterFormatTableBase
{
    /// <summary>Selects the engine's table shape.</summary>
    public FormatTableCommand() => implementation = new InnerFormatShapeCommand(FormatShape.Table);
}

/// <summary>Format-List.</summary>
[Cmdlet(VerbsCommon.Format, "List")]
public sealed class FormatListCommand : OuterFormatTableAndListBase
{
    /// <summary>Selects the engine's list shape.</summary>
    public FormatListCommand() => implementation = new InnerFormatShapeCommand(FormatShape.List);
}

/// <summary>Format-Wide.</summary>
[Cmdlet(VerbsCommon.Format, "Wide")]
public sealed class FormatWideCommand : OuterFormatShapeCommandBase
{
    /// <summary>Selects the engine's wide shape.</summary>
    public FormatWideCommand() => implementation = new InnerFormatShapeCommand(FormatShape.Wide);

    /// <summary>The property to show.</summary>
    [Parameter(Position = 0)]
    public object? Property { get; set; }

    /// <summary>As many columns as fit.</summary>
    [Parameter]
    public SwitchParameter AutoSize { get; set; }

    /// <summary>How many columns.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Column { get; set; }

    internal override FormattingCommandLineParameters GetCommandLineParameters()
    {
        var shape = new WideSpecificParameters();
        if (Column > 0)
            shape.columns = Column;
        return FormatParameters.Create(
            this, new FormatWideParameterDefinition(), Property is null ? null : [Property], shape, AutoSize ? true : null, ProcessGroupByParameter(), ProcessExpandParameter());
    }
}

/// <summary>Format-Custom.</summary>
[Cmdlet(VerbsCommon.Format, "Custom")]
public sealed class FormatCustomCommand : OuterFormatShapeCommandBase
{
    /// <summary>Selects the engine's complex shape.</summary>
    public FormatCustomCommand() => implementation = new InnerFormatShapeCommand(FormatShape.Complex);

    /// <summary>The properties to show.</summary>
    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    /// <summary>How deep to show objects within objects.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = 5;

    internal override FormattingCommandLineParameters GetCommandLineParameters() => FormatParameters.Create(
        this, new FormatObjectParameterDefinition(), Property, new ComplexSpecificParameters { maxDepth = Depth }, null, ProcessGroupByParameter(), ProcessExpandParameter());
}

/// <summary>The engine's formatting parameters, filled from a cmdlet's.</summary>
internal static class FormatParameters
{
    public static FormattingCommandLineParameters Create(
        OuterFormatShapeCommandBase command,
        CommandParameterDefinition definition,
        object[]? properties,
        ShapeSpecificParameters shape,
        bool? autosize,
        MshParameter groupBy,
        EnumerableExpansion? expansion)
    {
        var parameters = new FormattingCommandLineParameters
        {
            shapeParameters = shape,
            groupByParameter = groupBy,
            forceFormattingAlsoOnOutOfBand = command.Force,
            expansion = expansion,
            autosize = autosize,
        };
        if (properties is not null)
            parameters.mshParameterList = new ParameterProcessor(definition).ProcessParameters(properties, new TerminatingErrorContext(command));
        if (!string.IsNullOrEmpty(command.View))
        {
            if (parameters.mshParameterList.Count > 0)
                command.ReportCannotSpecifyViewAndProperty();
            parameters.viewName = command.View;
        }

        if (command.MyInvocation.BoundParameters.ContainsKey("ShowError"))
            parameters.showErrorsAsMessages = command.ShowError.IsPresent;
        if (command.MyInvocation.BoundParameters.ContainsKey("DisplayError"))
            parameters.showErrorsInFormattedOutput = command.DisplayError.IsPresent;
        return parameters;
    }
}
