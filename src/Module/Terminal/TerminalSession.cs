using ContainerPS.Engine.Containers;
using ContainerPS.Engine.Linux;

namespace ContainerPS.Module;

/// <summary>
/// Joins the shell's terminal to a program until that has ended, or the user has typed the detach keys. The pipeline's thread carries the output; another
/// carries what is typed, and the terminal's size when it changes.
/// </summary>
internal sealed class TerminalSession : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly AttachedProcess _process;
    private readonly SessionOptions _options;
    private readonly ConsoleTerminal _terminal;
    private readonly bool _onScreen;
    private readonly CancellationTokenSource _detached = new();
    private readonly Thread _keyboard;

    /// <summary>Takes the terminal.</summary>
    internal TerminalSession(AttachedProcess process, SessionOptions options)
    {
        _process = process;
        _options = options;

        // With a program's terminal at its other end the shell's shows everything as it comes, unless it is wanted elsewhere.
        var isLast = options.Cmdlet.MyInvocation.PipelinePosition == options.Cmdlet.MyInvocation.PipelineLength;
        _onScreen = options.Input == SessionInput.Keys && isLast && !options.Collect && !options.OutputAsBytes;
        _terminal = options.Input == SessionInput.Keys ? ConsoleTerminal.OpenRaw(processOutput: !_onScreen) : ConsoleTerminal.OpenLines();
        _keyboard = new Thread(CarryInput) { IsBackground = true, Name = "ContainerPS keyboard" };
        if (options.Input == SessionInput.Keys)
            SetSize(options.Redraw);
        _keyboard.Start();
    }

    /// <summary>Carries output until the program has ended or the user has let go of it.</summary>
    /// <param name="writer">Where output goes that is not shown at once.</param>
    /// <param name="cancellation">Ends this; the program goes on.</param>
    /// <returns>False when the user has let go of it.</returns>
    internal bool Run(ProgramWriter writer, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _detached.Token);
        try
        {
            if (_onScreen)
            {
                while (_process.ReadOutput(either.Token, out _, out var data))
                    ConsoleTerminal.Write(data.Span);
            }
            else
            {
                foreach (var piece in ProgramOutput.Read(_process, _options.OutputAsBytes, either.Token))
                    writer.Write(piece);
            }
        }
        catch (OperationCanceledException) when (_detached.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            _process.LeaveRunning();
            if (_onScreen)
                ConsoleTerminal.Write("\r\n"u8);
            return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _terminal.Stop();

        // It ends at once, but where a program neither ends nor takes what is typed: then it waits in the kernel until that has ended.
        var ended = _keyboard.Join(s_patience);
        _terminal.Dispose();
        if (ended)
            _detached.Dispose();
    }

    private void CarryInput()
    {
        var filter = new DetachFilter(_options.Input == SessionInput.Keys ? _options.DetachKeys : null);
        var (typed, forProgram) = (new byte[4096], new List<byte>());
        try
        {
            while (true)
            {
                var news = _terminal.Read(typed, out var length);
                if (news == ConsoleTerminal.News.Stopped)
                    return;
                if (news == ConsoleTerminal.News.Resized)
                {
                    SetSize(redraw: false);
                    continue;
                }

                if (news == ConsoleTerminal.News.Ended)
                {
                    EndInput();
                    return;
                }

                var detach = filter.Take(typed.AsSpan(0, length), forProgram);
                _process.Input?.Write([.. forProgram]);
                if (!detach)
                    continue;
                _detached.Cancel();
                return;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or ContainerEngineException)
        {
            // The program has closed its input, or has ended: nothing that is typed is for it any more.
        }
    }

    // Ctrl+D at the beginning of a line; in raw mode, the loss of the terminal.
    private void EndInput()
    {
        if (_options.Input == SessionInput.Lines)
            _process.Input?.Dispose();
        else
            _detached.Cancel();
    }

    private void SetSize(bool redraw)
    {
        if (ConsoleTerminal.Size is not { } size)
            return;

        // A program is told of a change only: one row more for a moment makes it draw its screen for whoever has just come.
        if (redraw)
            _process.Resize(size.Rows + 1, size.Columns);
        _process.Resize(size.Rows, size.Columns);
    }
}
