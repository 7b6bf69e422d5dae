using System.Management.Automation;
using System.Management.Automation.Host;
using System.Net;
using System.Security;

namespace Microsoft.PowerShell.Commands;

/// <summary>ConvertTo-SecureString.</summary>
[Cmdlet(VerbsData.ConvertTo, "SecureString", DefaultParameterSetName = "Secure")]
[OutputType(typeof(SecureString))]
public sealed class ConvertToSecureStringCommand : PSCmdlet
{
    /// <summary>The text.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public string String { get; set; } = string.Empty;

    /// <summary>The text is not encrypted.</summary>
    [Parameter(Position = 1, ParameterSetName = "PlainText", Mandatory = true)]
    public SwitchParameter AsPlainText { get; set; }

    /// <summary>Accepted for scripts written for Windows PowerShell.</summary>
    [Parameter(Position = 2, ParameterSetName = "PlainText")]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        // Encrypted text is Windows' and of no use here.
        if (!AsPlainText)
            throw new FormatException($"The input string '{String}' was not in a correct format.");
        SecureString secret = new NetworkCredential(string.Empty, String).SecurePassword;
        secret.MakeReadOnly();
        WriteObject(secret);
    }
}

/// <summary>ConvertFrom-SecureString.</summary>
[Cmdlet(VerbsData.ConvertFrom, "SecureString", DefaultParameterSetName = "AsPlainText")]
[OutputType(typeof(string))]
public sealed class ConvertFromSecureStringCommand : PSCmdlet
{
    /// <summary>The secret.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public SecureString SecureString { get; set; } = new();

    /// <summary>Gives the text itself.</summary>
    [Parameter(ParameterSetName = "AsPlainText", Mandatory = true)]
    public SwitchParameter AsPlainText { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() => WriteObject(new NetworkCredential(string.Empty, SecureString).Password);
}

/// <summary>Get-Credential.</summary>
[Cmdlet(VerbsCommon.Get, "Credential", DefaultParameterSetName = "CredentialSet")]
[OutputType(typeof(PSCredential))]
public sealed class GetCredentialCommand : PSCmdlet
{
    /// <summary>A credential, or the user's name.</summary>
    [Parameter(Position = 0, ParameterSetName = "CredentialSet")]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>The text of the question.</summary>
    [Parameter(ParameterSetName = "MessageSet")]
    public string Message { get; set; } = "Enter your credentials.";

    /// <summary>The user's name.</summary>
    [Parameter(Position = 0, ParameterSetName = "MessageSet")]
    public string? UserName { get; set; }

    /// <summary>The question's title.</summary>
    [Parameter(ParameterSetName = "MessageSet")]
    public string Title { get; set; } = "PowerShell credential request";

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        if ((Credential ?? Host.UI.PromptForCredential(Title, Message, UserName ?? string.Empty, string.Empty)) is { } credential)
            WriteObject(credential);
    }
}

/// <summary>Get-ExecutionPolicy: nothing is restricted on Linux.</summary>
[Cmdlet(VerbsCommon.Get, "ExecutionPolicy")]
[OutputType(typeof(ExecutionPolicy))]
public sealed class GetExecutionPolicyCommand : PSCmdlet
{
    /// <inheritdoc />
    protected override void BeginProcessing() => WriteObject(ExecutionPolicy.Unrestricted);
}
