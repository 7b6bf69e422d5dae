using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Text;

namespace ContainerPS.TestHost;

/// <summary>Prompt, read, run, until `exit` or the end of input.</summary>
internal sealed class PromptLoop(ConsoleHost host, PipelineRunner runner, ConsoleUserInterface ui)
{
    private readonly LineEditor _editor = new(runner.Runspace);

    public void Run()
    {
        while (!host.IsLeavingPrompt)
        {
            if (ReadStatement() is not { } statement)
                return;
            if (statement.Trim().Length > 0)
                runner.Run(new Command(statement, isScript: true, useLocalScope: false), addToHistory: true);
        }
    }

    private string? ReadStatement()
    {
        string prompt = runner.Evaluate("prompt") ?? "PS> ";
        var text = new StringBuilder();
        while (true)
        {
            string? line;
            if (Console.IsInputRedirected || Console.IsOutputRedirected)
            {
                ui.Write(prompt);
                line = Console.In.ReadLine();
            }
            else
            {
                line = _editor.ReadLine(prompt);
            }

            if (line is null)
                return text.Length > 0 ? text.ToString() : null;
            text.AppendLine(line);
            Parser.ParseInput(text.ToString(), out _, out ParseError[] errors);
            if (!errors.Any(error => error.IncompleteInput))
                return text.ToString();
            prompt = ">> ";
        }
    }
}
