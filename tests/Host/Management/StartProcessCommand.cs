using System.Collections;
using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Start-Process.</summary>
[Cmdlet(VerbsLifecycle.Start, "Process", DefaultParameterSetName = "Default", SupportsShouldProcess = true)]
[OutputType(typeof(Process))]
public sealed class StartProcessCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopped = new();

    /// <summary>The program.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "Path")]
    public string FilePath { get; set; } = string.Empty;

    /// <summary>Its arguments, joined by blanks.</summary>
    [Parameter(Position = 1)]
    [Alias("Args")]
    public string[]? ArgumentList { get; set; }

    /// <summary>The folder to start it in.</summary>
    [Parameter]
    public string? WorkingDirectory { get; set; }

    /// <summary>In this console; the only way on Linux.</summary>
    [Parameter]
    [Alias("nnw")]
    public SwitchParameter NoNewWindow { get; set; }

    /// <summary>Returns the process.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>File to read standard input from.</summary>
    [Parameter]
    [Alias("RSI")]
    public string? RedirectStandardInput { get; set; }

    /// <summary>File to write standard output to.</summary>
    [Parameter]
    [Alias("RSO")]
    public string? RedirectStandardOutput { get; set; }

    /// <summary>File to write standard error to.</summary>
    [Parameter]
    [Alias("RSE")]
    public string? RedirectStandardError { get; set; }

    /// <summary>Waits for its end.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Without the changes of this session's environment.</summary>
    [Parameter]
    public SwitchParameter UseNewEnvironment { get; set; }

    /// <summary>Variables to set, or with null to leave out.</summary>
    [Parameter]
    public Hashtable? Environment { get; set; }

    /// <inheritdoc />
    public void Dispose() => _stopped.Dispose();

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        var start = new ProcessStartInfo(ResolveProgram())
        {
            UseShellExecute = false,
            WorkingDirectory = WorkingDirectory is null ? SessionState.Path.CurrentFileSystemLocation.ProviderPath : Resolve(WorkingDirectory),
            Arguments = ArgumentList is null ? string.Empty : string.Join(' ', ArgumentList),
            RedirectStandardInput = RedirectStandardInput is not null,
            RedirectStandardOutput = RedirectStandardOutput is not null,
            RedirectStandardError = RedirectStandardError is not null,
        };
        foreach (DictionaryEntry variable in Environment ?? [])
            start.Environment[variable.Key.ToString()!] = variable.Value?.ToString();
        if (!ShouldProcess($"{start.FileName} {start.Arguments}".TrimEnd()))
            return;
        Start(start);
    }

    /// <inheritdoc />
    protected override void StopProcessing() => _stopped.Cancel();

    private void Start(ProcessStartInfo start)
    {
        Process process;
        Task redirection;
        try
        {
            process = Process.Start(start)!;
            redirection = Redirect(process);
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            var failure = new InvalidOperationException($"This command cannot be run due to the error: {e.Message}", e);
            ThrowTerminatingError(new ErrorRecord(failure, "InvalidOperationException", ErrorCategory.InvalidOperation, null));
            throw failure;
        }

        if (PassThru)
            WriteObject(process);
        if (!Wait)
            return;
        try
        {
            process.WaitForExitAsync(_stopped.Token).GetAwaiter().GetResult();
            redirection.Wait(_stopped.Token);
        }
        catch (OperationCanceledException)
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private Task Redirect(Process process)
    {
        var copies = new List<Task>();
        if (RedirectStandardInput is { } input)
        {
            FileStream source = File.OpenRead(Resolve(input));
            copies.Add(Copy(source, process.StandardInput.BaseStream));
        }

        if (RedirectStandardOutput is { } output)
            copies.Add(Copy(process.StandardOutput.BaseStream, File.Create(Resolve(output))));
        if (RedirectStandardError is { } error)
            copies.Add(Copy(process.StandardError.BaseStream, File.Create(Resolve(error))));
        return Task.WhenAll(copies);
    }

    private static async Task Copy(Stream from, Stream to)
    {
        await using (from)
        await using (to)
        {
            var buffer = new byte[8192];
            try
            {
                int count;
                while ((count = await from.ReadAsync(buffer)) > 0)
                {
                    await to.WriteAsync(buffer.AsMemory(0, count));
                    await to.FlushAsync();
                }
            }
            catch (IOException)
            {
                // The process closed its end; what it read or wrote is there.
            }
        }
    }

    private string Resolve(string path) => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    private string ResolveProgram()
    {
        CommandInfo? found = InvokeCommand.GetCommand(FilePath, CommandTypes.Application);
        return found is ApplicationInfo application ? application.Path : FilePath.Contains('/') ? Resolve(FilePath) : FilePath;
    }
}
