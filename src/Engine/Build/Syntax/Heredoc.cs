using System.Text;

namespace ContainerPS.Engine.Build;

/// <summary>A here-document: lines of the Dockerfile that are a file for the instruction above them.</summary>
/// <param name="Name">Its delimiter, without quotation marks: the file's name.</param>
/// <param name="Content">Its lines with their ends, as they are written.</param>
/// <param name="Expand">True when variables in it are replaced: no part of the delimiter is quoted.</param>
/// <param name="StripTabs">True when tabs at the beginning of lines do not count: <c>&lt;&lt;-</c>.</param>
/// <param name="Descriptor">The number before <c>&lt;&lt;</c>, 0 when there is none.</param>
internal sealed record Heredoc(string Name, string Content, bool Expand, bool StripTabs, int Descriptor)
{
    /// <summary>The content, without the tabs that do not count.</summary>
    public string Text => StripTabs ? WithoutLeadingTabs(Content) : Content;

    private static string WithoutLeadingTabs(string content)
    {
        var text = new StringBuilder(content.Length);
        var atStart = true;
        foreach (var c in content)
        {
            if (atStart && c == '\t')
                continue;
            atStart = c == '\n';
            text.Append(c);
        }

        return text.ToString();
    }
}
