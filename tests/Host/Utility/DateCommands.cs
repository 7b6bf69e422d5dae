using System.Globalization;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Date.</summary>
[Cmdlet(VerbsCommon.Get, "Date", DefaultParameterSetName = "DateAndFormat")]
[OutputType(typeof(string), typeof(DateTime))]
public sealed class GetDateCommand : Cmdlet
{
    private readonly HashSet<string> _given = [];
    private DateTime _date;
    private int _year, _month, _day, _hour, _minute, _second, _millisecond;

    /// <summary>The date; now without it.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "DateAndFormat")]
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "DateAndUFormat")]
    [Alias("LastWriteTime")]
    public DateTime Date { get => _date; set { _date = value; _given.Add("Date"); } }

    /// <summary>Seconds since 1970.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "UnixTimeSecondsAndFormat")]
    [Parameter(Mandatory = true, ParameterSetName = "UnixTimeSecondsAndUFormat")]
    [Alias("UnixTime")]
    public long UnixTimeSeconds { get; set { field = value; _given.Add("Unix"); } }

    /// <summary>The year.</summary>
    [Parameter]
    [ValidateRange(1, 9999)]
    public int Year { get => _year; set { _year = value; _given.Add("Year"); } }

    /// <summary>The month.</summary>
    [Parameter]
    [ValidateRange(1, 12)]
    public int Month { get => _month; set { _month = value; _given.Add("Month"); } }

    /// <summary>The day of the month.</summary>
    [Parameter]
    [ValidateRange(1, 31)]
    public int Day { get => _day; set { _day = value; _given.Add("Day"); } }

    /// <summary>The hour.</summary>
    [Parameter]
    [ValidateRange(0, 23)]
    public int Hour { get => _hour; set { _hour = value; _given.Add("Hour"); } }

    /// <summary>The minute.</summary>
    [Parameter]
    [ValidateRange(0, 59)]
    public int Minute { get => _minute; set { _minute = value; _given.Add("Minute"); } }

    /// <summary>The second.</summary>
    [Parameter]
    [ValidateRange(0, 59)]
    public int Second { get => _second; set { _second = value; _given.Add("Second"); } }

    /// <summary>The millisecond.</summary>
    [Parameter]
    [ValidateRange(0, 999)]
    public int Millisecond { get => _millisecond; set { _millisecond = value; _given.Add("Millisecond"); } }

    /// <summary>What the date shows of itself.</summary>
    [Parameter]
    public DisplayHintType DisplayHint { get; set; } = DisplayHintType.DateTime;

    /// <summary>As text in Unix's notation.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "DateAndUFormat")]
    [Parameter(Mandatory = true, ParameterSetName = "UnixTimeSecondsAndUFormat")]
    public string? UFormat { get; set; }

    /// <summary>As text in .NET's notation.</summary>
    [Parameter(ParameterSetName = "DateAndFormat")]
    [Parameter(ParameterSetName = "UnixTimeSecondsAndFormat")]
    public string? Format { get; set; }

    /// <summary>In universal time.</summary>
    [Parameter]
    public SwitchParameter AsUTC { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        DateTime date = _given.Contains("Unix")
            ? DateTimeOffset.FromUnixTimeSeconds(UnixTimeSeconds).LocalDateTime
            : _given.Contains("Date") ? _date : DateTime.Now;
        if (_given.Contains("Year"))
            date = date.AddYears(_year - date.Year);
        if (_given.Contains("Month"))
            date = date.AddMonths(_month - date.Month);
        if (_given.Contains("Day"))
            date = date.AddDays(_day - date.Day);
        if (_given.Contains("Hour"))
            date = date.AddHours(_hour - date.Hour);
        if (_given.Contains("Minute"))
            date = date.AddMinutes(_minute - date.Minute);
        if (_given.Contains("Second"))
            date = date.AddSeconds(_second - date.Second);
        if (_given.Contains("Millisecond"))
            date = date.AddMilliseconds(_millisecond - date.Millisecond).AddTicks(-(date.Ticks % TimeSpan.TicksPerMillisecond));
        if (AsUTC)
            date = date.ToUniversalTime();
        Write(date);
    }

    private void Write(DateTime date)
    {
        if (UFormat is not null)
        {
            WriteObject(UnixDateFormat.Format(date, UFormat));
        }
        else if (Format is not null)
        {
            (date, string format) = Format.ToUpperInvariant() switch
            {
                "FILEDATE" => (date, "yyyyMMdd"),
                "FILEDATEUNIVERSAL" => (date.ToUniversalTime(), "yyyyMMddZ"),
                "FILEDATETIME" => (date, "yyyyMMddTHHmmssffff"),
                "FILEDATETIMEUNIVERSAL" => (date.ToUniversalTime(), "yyyyMMddTHHmmssffffZ"),
                _ => (date, Format),
            };
            WriteObject(date.ToString(format, CultureInfo.CurrentCulture));
        }
        else
        {
            var result = new PSObject(date);
            result.Properties.Add(new PSNoteProperty("DisplayHint", DisplayHint));
            WriteObject(result);
        }
    }
}

/// <summary>What of a date is shown.</summary>
public enum DisplayHintType
{
    /// <summary>The date.</summary>
    Date,

    /// <summary>The time.</summary>
    Time,

    /// <summary>Both.</summary>
    DateTime,
}

/// <summary>strftime's letters, as Get-Date -UFormat has them.</summary>
internal static class UnixDateFormat
{
    public static string Format(DateTime date, string format)
    {
        var text = new System.Text.StringBuilder();
        string template = format.StartsWith('+') ? format[1..] : format;
        for (int i = 0; i < template.Length; i++)
        {
            if (template[i] == '%' && i + 1 < template.Length)
                text.Append(Part(date, template[++i]));
            else
                text.Append(template[i]);
        }

        return text.ToString();
    }

    private static string Part(DateTime date, char letter)
    {
        string As(string format) => date.ToString(format, CultureInfo.CurrentCulture);
        return letter switch
        {
            'A' => As("dddd"),
            'a' => As("ddd"),
            'B' => As("MMMM"),
            'b' or 'h' => As("MMM"),
            'C' => (date.Year / 100).ToString(CultureInfo.InvariantCulture),
            'c' => As("ddd dd MMM yyyy HH:mm:ss"),
            'D' or 'x' => As("MM/dd/yy"),
            'd' => As("dd"),
            'e' => $"{date.Day,2}",
            'F' => As("yyyy-MM-dd"),
            'H' => As("HH"),
            'I' => As("hh"),
            'j' => date.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'k' => $"{date.Hour,2}",
            'l' => $"{(date.Hour + 11) % 12 + 1,2}",
            'M' => As("mm"),
            'm' => As("MM"),
            'n' => "\n",
            'p' => As("tt"),
            'R' => As("HH:mm"),
            'r' => As("hh:mm:ss tt"),
            'S' => As("ss"),
            's' => new DateTimeOffset(date).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            'T' or 'X' => As("HH:mm:ss"),
            't' => "\t",
            'u' => (date.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)date.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'V' => ISOWeek.GetWeekOfYear(date).ToString("00", CultureInfo.InvariantCulture),
            'w' => ((int)date.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'Y' => As("yyyy"),
            'y' => As("yy"),
            'Z' => As("%K"),
            _ => letter.ToString(),
        };
    }
}

/// <summary>New-TimeSpan.</summary>
[Cmdlet(VerbsCommon.New, "TimeSpan", DefaultParameterSetName = "Date")]
[OutputType(typeof(TimeSpan))]
public sealed class NewTimeSpanCommand : PSCmdlet
{
    /// <summary>From when.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Date")]
    [Alias("LastWriteTime")]
    public DateTime Start { get; set; }

    /// <summary>To when.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = "Date")]
    public DateTime End { get; set; }

    /// <summary>Days.</summary>
    [Parameter(ParameterSetName = "Time")]
    public int Days { get; set; }

    /// <summary>Hours.</summary>
    [Parameter(ParameterSetName = "Time")]
    public int Hours { get; set; }

    /// <summary>Minutes.</summary>
    [Parameter(ParameterSetName = "Time")]
    public int Minutes { get; set; }

    /// <summary>Seconds.</summary>
    [Parameter(ParameterSetName = "Time")]
    public int Seconds { get; set; }

    /// <summary>Milliseconds.</summary>
    [Parameter(ParameterSetName = "Time")]
    public int Milliseconds { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Time")
        {
            WriteObject(new TimeSpan(Days, Hours, Minutes, Seconds, Milliseconds));
            return;
        }

        DateTime now = DateTime.Now;
        DateTime start = MyInvocation.BoundParameters.ContainsKey("Start") ? Start : now;
        DateTime end = MyInvocation.BoundParameters.ContainsKey("End") ? End : now;
        WriteObject(end.Subtract(start));
    }
}
