using System.Text;
using System.Text.Json;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers;

public sealed class RecordReaderTests
{
    [Fact]
    public void All_of_a_record_is_read()
    {
        var text = JsonSerializer.Serialize(FilledObject.Of<ContainerRecord>(), RecordJson.Default.ContainerRecord);
        Assert.Equal(text, JsonSerializer.Serialize(RecordReader.Read(Encoding.UTF8.GetBytes(text)), RecordJson.Default.ContainerRecord));

        // The test itself: something is in each of the settings.
        var settings = JsonDocument.Parse(text).RootElement.GetProperty("settings");
        Assert.Equal(typeof(ContainerSettings).GetProperties().Count(static property => property.CanWrite), settings.EnumerateObject().Count());
        Assert.All(settings.EnumerateObject(), static member => Assert.DoesNotContain(member.Value.GetRawText(), (string[])["false", "0", "null", "[]", "{}", "\"\""]));
    }

    [Fact]
    public void What_is_left_out_is_as_it_is_from_the_start()
    {
        const string Text = """{"id":"i","name":"n","settings":{},"imageId":"m","platform":"p","imageConfig":{},"layerPaths":[],"unknown":{"a":[1]}}""";
        var record = RecordReader.Read(Encoding.UTF8.GetBytes(Text));
        var expected = JsonSerializer.Deserialize(Text, RecordJson.Default.ContainerRecord)!;
        Assert.Equal(JsonSerializer.Serialize(expected, RecordJson.Default.ContainerRecord), JsonSerializer.Serialize(record, RecordJson.Default.ContainerRecord));
    }

    [Fact]
    public void Labels_of_an_image_may_be_null()
    {
        const string Text = """{"id":"i","name":"n","settings":{},"imageId":"m","platform":"p","imageConfig":{"Labels":{"a":null}},"layerPaths":[]}""";
        Assert.Null(RecordReader.Read(Encoding.UTF8.GetBytes(Text)).ImageConfig.Labels!["a"]);
    }

    [Theory]
    [InlineData("", "is not JSON")]
    [InlineData("{\"id\":\"i\"", "is not JSON")]
    [InlineData("[]", "must be an object")]
    [InlineData("{\"id\":\"i\"}", "has no 'name'")]
    [InlineData("{\"settings\":{\"memory\":\"much\"}}", "settings.memory must be a whole number")]
    [InlineData("{\"settings\":{\"stopTimeout\":\"soon\"}}", "settings.stopTimeout must be a duration")]
    [InlineData("{\"settings\":{\"onUnhealthy\":\"Sleep\"}}", "settings.onUnhealthy must be one of None, Restart")]
    [InlineData("{\"created\":\"yesterday\"}", "created must be a moment")]
    public void A_damaged_record_is_refused(string text, string problem)
    {
        var error = Assert.Throws<InvalidSpecException>(() => RecordReader.Read(Encoding.UTF8.GetBytes(text)));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_of_a_monitors_record_is_written_and_read()
    {
        var record = FilledObject.Of<MonitorRecord>();
        Assert.Equal(record, MonitorRecord.FromJson(record.ToJson()));
    }
}
