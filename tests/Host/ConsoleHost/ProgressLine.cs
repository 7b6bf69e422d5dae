using System.Management.Automation;

namespace ContainerPS.TestHost;

/// <summary>The newest progress record as one line at the cursor, taken away before anything else is written. Not thread-safe: its owner locks.</summary>
internal sealed class ProgressLine
{
    private const int MillisecondsBetweenUpdates = 100;
    private const int BarWidth = 30;

    private readonly Dictionary<(long, int), ProgressRecord> _records = [];
    private long _drawnAt;
    private bool _visible;

    public void Update(long sourceId, ProgressRecord record)
    {
        if (record.RecordType == ProgressRecordType.Completed)
        {
            _records.Remove((sourceId, record.ActivityId));
            if (_records.Count == 0)
                Hide();
            return;
        }

        bool isNew = !_records.ContainsKey((sourceId, record.ActivityId));
        _records[(sourceId, record.ActivityId)] = record;
        if (isNew || Environment.TickCount64 - _drawnAt >= MillisecondsBetweenUpdates)
            Draw(record);
    }

    public void Hide()
    {
        if (_visible)
            Console.Out.Write("\r\u001b[K");
        _visible = false;
    }

    public void Clear()
    {
        _records.Clear();
        Hide();
    }

    private void Draw(ProgressRecord record)
    {
        string text = $"{record.Activity} ";
        if (record.PercentComplete >= 0)
        {
            int filled = record.PercentComplete * BarWidth / 100;
            text += $"[{new string('o', filled)}{new string(' ', BarWidth - filled)}] {record.PercentComplete}% ";
        }

        text += record.StatusDescription;
        if (!string.IsNullOrEmpty(record.CurrentOperation))
            text += $" {record.CurrentOperation}";
        int width = ConsoleRawUserInterface.Width - 1;
        Console.Out.Write("\r\u001b[K\u001b[33;1m" + (text.Length > width ? text[..width] : text) + "\u001b[0m");
        _visible = true;
        _drawnAt = Environment.TickCount64;
    }
}
