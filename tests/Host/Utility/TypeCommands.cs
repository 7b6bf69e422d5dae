using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace Microsoft.PowerShell.Commands;

/// <summary>Add-Type for assemblies that are there; source text needs a compiler, which the Host has not.</summary>
[Cmdlet(VerbsCommon.Add, "Type", DefaultParameterSetName = "FromAssemblyName")]
[OutputType(typeof(Type))]
public sealed class AddTypeCommand : PSCmdlet
{
    /// <summary>Files; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "FromPath")]
    public string[]? Path { get; set; }

    /// <summary>Files, their names taken as they are.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "FromLiteralPath")]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    /// <summary>Assemblies by name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "FromAssemblyName")]
    [Alias("AN")]
    public string[]? AssemblyName { get; set; }

    /// <summary>Returns the types.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        IEnumerable<string> files = LiteralPath?.Select(SessionState.Path.GetUnresolvedProviderPathFromPSPath)
            ?? Path?.SelectMany(path => SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _)) ?? [];
        foreach (string file in files)
            Load(file, () => Assembly.LoadFrom(file));
        foreach (string name in AssemblyName ?? [])
            Load(name, () => Assembly.Load(name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? System.IO.Path.GetFileNameWithoutExtension(name) : name));
    }

    private void Load(string what, Func<Assembly> load)
    {
        try
        {
            Assembly assembly = load();
            if (PassThru)
                WriteObject(assembly.GetExportedTypes(), enumerateCollection: true);
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            var failure = new Exception($"Cannot add type. The assembly '{what}' could not be found.", e);
            ThrowTerminatingError(new ErrorRecord(failure, "ASSEMBLY_NOT_FOUND", ErrorCategory.ObjectNotFound, what));
        }
    }
}

/// <summary>Update-FormatData.</summary>
[Cmdlet(VerbsData.Update, "FormatData", SupportsShouldProcess = true, DefaultParameterSetName = "FileSet")]
public sealed class UpdateFormatDataCommand : PSCmdlet
{
    /// <summary>Files that come after the others.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "Path")]
    public string[] AppendPath { get; set; } = [];

    /// <summary>Files that come before the others.</summary>
    [Parameter]
    public string[] PrependPath { get; set; } = [];

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        InitialSessionStateEntryCollection<SessionStateFormatEntry> formats = Context.InitialSessionState.Formats;
        List<SessionStateFormatEntry> all =
        [
            .. Resolve(PrependPath).Reverse().Select(path => new SessionStateFormatEntry(path)),
            .. formats,
            .. Resolve(AppendPath).Select(path => new SessionStateFormatEntry(path)),
        ];
        formats.Clear();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (SessionStateFormatEntry entry in all)
        {
            // A file that is named again is read again, in its first place.
            if (entry.FileName is null || known.Add(entry.FileName))
                formats.Add(entry);
        }

        try
        {
            Context.InitialSessionState.UpdateFormats(Context, update: false);
        }
        catch (RuntimeException e)
        {
            WriteError(new ErrorRecord(e, "FormatXmlUpdateException", ErrorCategory.InvalidOperation, null));
        }
    }

    private IEnumerable<string> Resolve(string[] paths) =>
        paths.SelectMany(path => SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _))
            .Where(path => ShouldProcess($"FileName: {path}", "Update FormatData"));
}

/// <summary>Update-TypeData: from files, or one member of one type.</summary>
[Cmdlet(VerbsData.Update, "TypeData", SupportsShouldProcess = true, DefaultParameterSetName = "FileSet")]
public sealed class UpdateTypeDataCommand : PSCmdlet
{
    /// <summary>Files.</summary>
    [Parameter(Position = 0, ParameterSetName = "FileSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "Path")]
    public string[] AppendPath { get; set; } = [];

    /// <summary>The type.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "DynamicTypeSet")]
    public string TypeName { get; set; } = string.Empty;

    /// <summary>What kind of member.</summary>
    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public PSMemberTypes MemberType { get; set; }

    /// <summary>The member's name.</summary>
    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public string? MemberName { get; set; }

    /// <summary>Its value or getter.</summary>
    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public object? Value { get; set; }

    /// <summary>Its setter.</summary>
    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public object? SecondValue { get; set; }

    /// <summary>The property shown by Format-Wide.</summary>
    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public string? DefaultDisplayProperty { get; set; }

    /// <summary>The properties shown by default.</summary>
    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public string[]? DefaultDisplayPropertySet { get; set; }

    /// <summary>How deep the type is serialized.</summary>
    [Parameter(ParameterSetName = "DynamicTypeSet")]
    public uint SerializationDepth { get; set; }

    /// <summary>Replaces what is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        TypeTable types = Context.TypeTable;
        foreach (string file in AppendPath.SelectMany(path => SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _)))
        {
            Context.InitialSessionState.Types.Add(new SessionStateTypeEntry(file));
            Context.InitialSessionState.UpdateTypes(Context, updateOnly: true);
        }

        if (ParameterSetName != "DynamicTypeSet" || !ShouldProcess($"TypeName: {TypeName}", "Update TypeData"))
            return;
        var data = new TypeData(TypeName) { DefaultDisplayProperty = DefaultDisplayProperty, IsOverride = Force };
        if (SerializationDepth > 0)
            data.SerializationDepth = SerializationDepth;
        if (DefaultDisplayPropertySet is not null)
            data.DefaultDisplayPropertySet = new PropertySetData(DefaultDisplayPropertySet);
        if (MemberName is not null)
            data.Members.Add(MemberName, NewMember(MemberName));
        try
        {
            Context.InitialSessionState.Types.Add(new SessionStateTypeEntry(data, isRemove: false));
            var errors = new System.Collections.Concurrent.ConcurrentBag<string>();
            types.Update(data, errors, isRemove: false);
            foreach (string error in errors)
                WriteError(new ErrorRecord(new InvalidOperationException(error), "TypesDynamicUpdateException", ErrorCategory.InvalidOperation, null));
        }
        catch (RuntimeException e)
        {
            WriteError(new ErrorRecord(e, "TypesDynamicUpdateException", ErrorCategory.InvalidOperation, null));
        }
    }

    private TypeMemberData NewMember(string name) => MemberType switch
    {
        PSMemberTypes.ScriptProperty => new ScriptPropertyData(name, LanguagePrimitives.ConvertTo<ScriptBlock>(Value), LanguagePrimitives.ConvertTo<ScriptBlock>(SecondValue)),
        PSMemberTypes.ScriptMethod => new ScriptMethodData(name, LanguagePrimitives.ConvertTo<ScriptBlock>(Value)),
        PSMemberTypes.AliasProperty => new AliasPropertyData(name, LanguagePrimitives.ConvertTo<string>(Value)),
        _ => new NotePropertyData(name, Value),
    };
}

/// <summary>Get-TypeData.</summary>
[Cmdlet(VerbsCommon.Get, "TypeData")]
[OutputType(typeof(TypeData))]
public sealed class GetTypeDataCommand : PSCmdlet
{
    /// <summary>Names; wildcards are expanded.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public string[] TypeName { get; set; } = ["*"];

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        Dictionary<string, TypeData> all = Context.TypeTable.GetAllTypeData();
        foreach (string name in TypeName)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            WriteObject(all.Where(pair => pattern.IsMatch(pair.Key)).Select(pair => pair.Value), enumerateCollection: true);
        }
    }
}
