using System.Management.Automation;
using System.Management.Automation.Host;

namespace ContainerPS.TestHost;

/// <summary>The console's measures, colours and keys.</summary>
internal sealed class ConsoleRawUserInterface : PSHostRawUserInterface
{
    /// <summary>The window's columns; a terminal that does not tell has the usual 80.</summary>
    public static int Width => Console.WindowWidth > 0 ? Console.WindowWidth : 80;

    public override ConsoleColor ForegroundColor { get; set; } = Console.ForegroundColor;

    public override ConsoleColor BackgroundColor { get; set; } = Console.BackgroundColor;

    public override Coordinates CursorPosition
    {
        get => Console.IsOutputRedirected ? new Coordinates(0, 0) : new Coordinates(Console.CursorLeft, Console.CursorTop);
        set => Console.SetCursorPosition(value.X, value.Y);
    }

    public override Coordinates WindowPosition
    {
        get => new(0, 0);
        set => throw new PSNotSupportedException();
    }

    public override int CursorSize
    {
        get => 100;
        set => throw new PSNotSupportedException();
    }

    public override Size BufferSize
    {
        get => new(Width, Console.BufferHeight);
        set => throw new PSNotSupportedException();
    }

    public override Size WindowSize
    {
        get => new(Width, Console.WindowHeight);
        set => throw new PSNotSupportedException();
    }

    public override Size MaxWindowSize => WindowSize;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override bool KeyAvailable => !Console.IsInputRedirected && Console.KeyAvailable;

    public override string WindowTitle
    {
        get => string.Empty;
        set
        {
            if (!Console.IsOutputRedirected)
                Console.Title = value;
        }
    }

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        ConsoleKeyInfo key = Console.ReadKey(intercept: (options & ReadKeyOptions.NoEcho) != 0);
        ControlKeyStates state = 0;
        if ((key.Modifiers & ConsoleModifiers.Alt) != 0)
            state |= ControlKeyStates.LeftAltPressed;
        if ((key.Modifiers & ConsoleModifiers.Control) != 0)
            state |= ControlKeyStates.LeftCtrlPressed;
        if ((key.Modifiers & ConsoleModifiers.Shift) != 0)
            state |= ControlKeyStates.ShiftPressed;
        return new KeyInfo((int)key.Key, key.KeyChar, state, keyDown: true);
    }

    public override void FlushInputBuffer()
    {
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new PSNotSupportedException();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
        throw new PSNotSupportedException();

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // Clear-Host asks for the whole buffer to be blanked.
        if (!Console.IsOutputRedirected && fill.Character == ' ')
            Console.Clear();
    }

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw new PSNotSupportedException();
}
