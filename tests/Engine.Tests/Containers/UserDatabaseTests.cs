using System.Text;
using ContainerPS.Engine.Containers;

namespace ContainerPS.Engine.Tests.Containers;

public class UserDatabaseTests
{
    private static readonly UserDatabase s_users = new(
        Encoding.UTF8.GetBytes("root:x:0:0:root:/root:/bin/sh\nweb:x:33:34:Web:/var/www:/bin/false\n1000:x:77:78:a name of digits:/home/d:/bin/sh\nbroken line\n"),
        Encoding.UTF8.GetBytes("root:x:0:\nweb:x:34:\nlog:x:40:root,web\nadm:x:41:web\n"));

    [Theory]
    [InlineData(null, 0, 0, "0", "/root")]
    [InlineData("", 0, 0, "0", "/root")]
    [InlineData("web", 33, 34, "34,40,41", "/var/www")]
    [InlineData("33", 33, 34, "34,40,41", "/var/www")]
    [InlineData("web:log", 33, 40, "40", "/var/www")]
    [InlineData("web:7", 33, 7, "7", "/var/www")]
    [InlineData("5000", 5000, 0, "0", "/")]
    [InlineData("5000:6000", 5000, 6000, "6000", "/")]
    [InlineData("1000", 1000, 0, "0", "/")]
    public void Resolves_names_and_numbers_as_Docker_does(string? user, uint uid, uint gid, string groups, string home)
    {
        var resolved = s_users.Resolve(user, []);
        Assert.Equal((uid, gid, home), (resolved.Uid, resolved.Gid, resolved.Home));
        var expected = groups.Split(',').Select(uint.Parse).ToList();
        if (user is null or "") expected.Add(40);
        Assert.Equal(expected, resolved.AdditionalGids);
    }

    [Fact]
    public void Adds_groups_that_are_asked_for() =>
        Assert.Equal([34u, 40u, 41u, 99u], s_users.Resolve("web", ["99", "adm"]).AdditionalGids);

    [Theory]
    [InlineData("1000:")]
    [InlineData(":5")]
    [InlineData("0x0")]
    [InlineData("-1")]
    [InlineData("+0")]
    [InlineData("4294967295")]
    [InlineData("4294967296")]
    [InlineData("99999999999999999999")]
    [InlineData("a:b:c")]
    [InlineData("../root")]
    [InlineData("ro ot")]
    public void Refuses_what_can_be_no_user(string user)
    {
        var error = Assert.Throws<InvalidSettingException>(() => s_users.Resolve(user, []));
        Assert.Contains(user, error.Message);
        Assert.Throws<InvalidSettingException>(() => UserDatabase.Validate(user));
    }

    [Theory]
    [InlineData("nobody", "nobody")]
    [InlineData("web:nogroup", "nogroup")]
    public void Names_the_user_or_group_that_the_image_lacks(string user, string missing) =>
        Assert.Contains($"'{missing}'", Assert.Throws<InvalidSettingException>(() => s_users.Resolve(user, [])).Message);

    [Fact]
    public void An_image_without_passwd_has_user_0() => Assert.Equal("/", new UserDatabase(null, null).Resolve(null, []).Home);
}
