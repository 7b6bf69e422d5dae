using System.Collections;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ContainerPS.Engine.Tests;

/// <summary>
/// Makes objects with something in each property, other than what is there from the start: what a document loses of one, or a new property that is not read
/// or written, is seen then.
/// </summary>
internal static class FilledObject
{
    /// <summary>Such an object.</summary>
    internal static T Of<T>() => (T)Of(typeof(T), typeof(T).Name);

    private static object Of(Type type, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return $"{name} \"ä\" <&>";
        if (type == typeof(bool)) return true;
        if (type == typeof(DateTimeOffset)) return new DateTimeOffset(2026, 1, 31, 12, 30, 15, 123, TimeSpan.FromHours(2)).AddTicks(4567);
        if (type == typeof(TimeSpan)) return new TimeSpan(1, 2, 3, 4, 5);
        if (type == typeof(IPAddress)) return IPAddress.Parse("2001:db8::1");
        if (type.IsEnum) return Enum.GetValues(type).Cast<object>().Last();
        if (type.IsPrimitive) return Convert.ChangeType(7 + name.Length, type, System.Globalization.CultureInfo.InvariantCulture);
        return type.IsGenericType ? Collection(type, name) : Object(type);
    }

    private static object Object(Type type)
    {
        var maker = type.GetConstructors().Where(one => one.GetParameters() is not [{ ParameterType: var only }] || only != type).MaxBy(static one => one.GetParameters().Length);
        var result = maker is null || maker.GetParameters().Length == 0
            ? RuntimeHelpers.GetUninitializedObject(type)
            : maker.Invoke([.. maker.GetParameters().Select(one => Of(one.ParameterType, one.Name!))]);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            if (property.CanWrite) property.SetValue(result, Of(property.PropertyType, property.Name));
        return result;
    }

    private static object Collection(Type type, string name)
    {
        var items = type.GetGenericArguments();
        if (items.Length == 2)
        {
            var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(items))!;
            map.Add(name + " key", Of(items[1], name));
            return map;
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(items))!;
        list.Add(Of(items[0], name));
        list.Add(Of(items[0], name + " two"));
        return list;
    }
}
