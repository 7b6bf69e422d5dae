using System.Collections;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>New-Object.</summary>
[Cmdlet(VerbsCommon.New, "Object", DefaultParameterSetName = "Net")]
public sealed class NewObjectCommand : PSCmdlet
{
    /// <summary>The type.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Net")]
    public string TypeName { get; set; } = string.Empty;

    /// <summary>What the constructor takes.</summary>
    [Parameter(Position = 1, ParameterSetName = "Net")]
    [Alias("Args")]
    public object[] ArgumentList { get; set; } = [];

    /// <summary>Properties to set, methods to call.</summary>
    [Parameter]
    public IDictionary? Property { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        if (!LanguagePrimitives.TryConvertTo(TypeName, out Type type))
        {
            var missing = new PSArgumentException($"Cannot find type [{TypeName}]: verify that the assembly containing this type is loaded.");
            ThrowTerminatingError(new ErrorRecord(missing, "TypeNotFound", ErrorCategory.InvalidType, null));
        }

        object created = Create(type);
        if (Property is not null)
        {
            created = LanguagePrimitives.SetObjectProperties(
                created,
                Property,
                type,
                (_, property, _) => WriteSetError($"The member \"{property.Key}\" was not found for the specified .NET object.", property.Key),
                (e) => WriteError(new ErrorRecord(e, "InvalidValue", ErrorCategory.InvalidArgument, null)),
                enableMethodCall: true);
        }

        WriteObject(created);
    }

    private object Create(Type type)
    {
        if (type == typeof(PSObject) || type == typeof(PSCustomObject))
            return new PSObject();
        if (ArgumentList.Length == 0 && type.IsValueType)
            return Activator.CreateInstance(type)!;
        try
        {
            return DotNetAdapter.ConstructorInvokeDotNet(type, type.GetConstructors(), ArgumentList);
        }
        catch (MethodException e)
        {
            ThrowTerminatingError(new ErrorRecord(e, "ConstructorInvokedThrowException,Microsoft.PowerShell.Commands.NewObjectCommand", ErrorCategory.InvalidOperation, null));
            throw;
        }
    }

    private void WriteSetError(string message, object? target) =>
        WriteError(new ErrorRecord(new InvalidOperationException(message), "InvalidOperationException", ErrorCategory.InvalidOperation, target));
}
