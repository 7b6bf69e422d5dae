using System.Collections;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>A member as Get-Member shows it.</summary>
public sealed class MemberDefinition(string typeName, string name, PSMemberTypes memberType, string definition)
{
    /// <summary>The type that has it.</summary>
    public string TypeName { get; } = typeName;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>What kind it is.</summary>
    public PSMemberTypes MemberType { get; } = memberType;

    /// <summary>Its declaration.</summary>
    public string Definition { get; } = definition;

    /// <inheritdoc />
    public override string ToString() => Definition;
}

/// <summary>Get-Member.</summary>
[Cmdlet(VerbsCommon.Get, "Member")]
[OutputType(typeof(MemberDefinition))]
public sealed class GetMemberCommand : PSCmdlet
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Names; wildcards are expanded.</summary>
    [Parameter(Position = 0)]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Kinds of members.</summary>
    [Parameter]
    [Alias("Type")]
    public PSMemberTypes MemberType { get; set; } = PSMemberTypes.All;

    /// <summary>Where members come from.</summary>
    [Parameter]
    public PSMemberViewTypes View { get; set; } = PSMemberViewTypes.Adapted | PSMemberViewTypes.Extended;

    /// <summary>The type's static members.</summary>
    [Parameter]
    public SwitchParameter Static { get; set; }

    /// <summary>Hidden members too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == System.Management.Automation.Internal.AutomationNull.Value)
            return;
        string typeName = Static ? TypeOf(InputObject).FullName! : InputObject.InternalTypeNames is { Count: > 0 } names ? names[0] : "<null>";
        if (!_seen.Add(typeName))
            return;
        IEnumerable<PSMemberInfo> members = Static
            ? PSObject.DotNetStaticAdapter.BaseGetMembers<PSMemberInfo>(TypeOf(InputObject))
            : new PSMemberInfoIntegratingCollection<PSMemberInfo>(InputObject, PSObject.GetMemberCollection(View));
        // Name by name in the order asked for, each name's members sorted by kind and name.
        List<PSMemberInfo> all = [.. members.Where(member => (member.MemberType & MemberType) != 0 && (Force || !IsConcealed(member)))];
        foreach (string name in Name)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            foreach (MemberDefinition definition in all.Where(member => pattern.IsMatch(member.Name))
                .OrderBy(member => member.MemberType.ToString(), StringComparer.Ordinal)
                .ThenBy(member => member.Name, StringComparer.OrdinalIgnoreCase)
                .Select(member => new MemberDefinition(typeName, member.Name, member.MemberType, member.ToString() ?? string.Empty)))
            {
                WriteObject(definition);
            }
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        if (_seen.Count == 0)
        {
            var none = new InvalidOperationException("You must specify an object for the Get-Member cmdlet.");
            WriteError(new ErrorRecord(none, "NoObjectInGetMember", ErrorCategory.CloseError, null));
        }
    }

    private static bool IsConcealed(PSMemberInfo member) => member.IsHidden || member is PSMethod { IsSpecial: true };

    private static Type TypeOf(PSObject item) => item.BaseObject as Type ?? item.BaseObject.GetType();
}

/// <summary>Add-Member.</summary>
[Cmdlet(VerbsCommon.Add, "Member", DefaultParameterSetName = "TypeNameSet")]
public sealed class AddMemberCommand : PSCmdlet
{
    /// <summary>The object that gets it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = new();

    /// <summary>What kind of member.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "MemberSet")]
    [Alias("Type")]
    public PSMemberTypes MemberType { get; set; }

    /// <summary>Its name.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "MemberSet")]
    public string Name { get; set; } = string.Empty;

    /// <summary>Its value, getter or body.</summary>
    [Parameter(Position = 2, ParameterSetName = "MemberSet")]
    public object? Value { get; set; }

    /// <summary>A script property's setter.</summary>
    [Parameter(Position = 3, ParameterSetName = "MemberSet")]
    public object? SecondValue { get; set; }

    /// <summary>A note property's name.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "NotePropertySingleMemberSet")]
    [ValidateNotNullOrEmpty]
    [ValidateNotePropertyName]
    public string NotePropertyName { get; set; } = string.Empty;

    /// <summary>A note property's value.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "NotePropertySingleMemberSet")]
    [AllowNull]
    public object? NotePropertyValue { get; set; }

    /// <summary>Note properties by name.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "NotePropertyMultiMemberSet")]
    [ValidateNotNullOrEmpty]
    public IDictionary NotePropertyMembers { get; set; } = new Hashtable();

    /// <summary>A type name to put first.</summary>
    [Parameter(ParameterSetName = "MemberSet")]
    [Parameter(ParameterSetName = "NotePropertySingleMemberSet")]
    [Parameter(ParameterSetName = "NotePropertyMultiMemberSet")]
    [Parameter(Mandatory = true, ParameterSetName = "TypeNameSet")]
    public string? TypeName { get; set; }

    /// <summary>Replaces what is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Returns the object.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case "MemberSet":
                Add(NewMember());
                break;
            case "NotePropertySingleMemberSet":
                Add(new PSNoteProperty(NotePropertyName, NotePropertyValue));
                break;
            case "NotePropertyMultiMemberSet":
                foreach (DictionaryEntry entry in NotePropertyMembers)
                    Add(new PSNoteProperty(LanguagePrimitives.ConvertTo<string>(entry.Key), entry.Value));
                break;
        }

        if (!string.IsNullOrWhiteSpace(TypeName))
            InputObject.TypeNames.Insert(0, TypeName);
        if (PassThru)
            WriteObject(InputObject);
    }

    private PSMemberInfo NewMember()
    {
        switch (MemberType)
        {
            case PSMemberTypes.NoteProperty:
                return new PSNoteProperty(Name, Value);
            case PSMemberTypes.ScriptProperty:
                return new PSScriptProperty(Name, LanguagePrimitives.ConvertTo<ScriptBlock>(Value), LanguagePrimitives.ConvertTo<ScriptBlock>(SecondValue));
            case PSMemberTypes.ScriptMethod:
                return new PSScriptMethod(Name, LanguagePrimitives.ConvertTo<ScriptBlock>(Value));
            case PSMemberTypes.AliasProperty:
                return new PSAliasProperty(Name, LanguagePrimitives.ConvertTo<string>(Value), SecondValue is null ? null : LanguagePrimitives.ConvertTo<Type>(SecondValue));
            default:
                var failure = new InvalidOperationException($"Cannot add a member with type \"{MemberType}\". Specify a different type for the MemberTypes parameter.");
                ThrowTerminatingError(new ErrorRecord(failure, "CannotAddMemberType", ErrorCategory.InvalidOperation, MemberType));
                throw failure;
        }
    }

    private void Add(PSMemberInfo member)
    {
        if (InputObject.Members[member.Name] is { } existing)
        {
            if (!Force)
            {
                var twice = new InvalidOperationException($"Cannot add a member with the name \"{member.Name}\" because a member with that name already exists. To overwrite the member anyway, add the Force parameter to your command.");
                WriteError(new ErrorRecord(twice, "MemberAlreadyExists", ErrorCategory.InvalidOperation, InputObject));
                return;
            }

            if (existing.IsInstance)
                InputObject.Members.Remove(member.Name);
        }

        InputObject.Members.Add(member);
    }
}

/// <summary>`Add-Member NoteProperty …` names a kind of member: the first word is not a note property's name then.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidateNotePropertyNameAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc />
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is string name && Enum.TryParse(name, ignoreCase: true, out PSMemberTypes type)
            && type is PSMemberTypes.NoteProperty or PSMemberTypes.AliasProperty or PSMemberTypes.CodeProperty or PSMemberTypes.CodeMethod
                or PSMemberTypes.MemberSet or PSMemberTypes.PropertySet or PSMemberTypes.ScriptMethod or PSMemberTypes.ScriptProperty)
        {
            // Swallowed while the binder looks for the right parameter set.
            throw new ValidationMetadataException("The name of a kind of member is not taken for a note property's name.", swallowException: true);
        }
    }
}
