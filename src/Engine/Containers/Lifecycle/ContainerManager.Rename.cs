namespace ContainerPS.Engine.Containers;

public sealed partial class ContainerManager
{
    /// <summary>Gives a container another name; it may run meanwhile.</summary>
    /// <exception cref="InvalidSettingException">The name does not fit the rule, or the container has it already.</exception>
    /// <exception cref="NameInUseException">Another container has the name.</exception>
    public void Rename(string id, string name)
    {
        ObjectName.ParseForContainer(name, "NewName");
        var found = ReadRecord(id);
        using var held = _records.Lock(found.Id);
        var record = _records.Read(found.Id) ?? throw new ContainerNotFoundException(id);
        if (record.Name == name) throw new InvalidSettingException("NewName", name, $"NewName: the container has the name '{name}' already. Give another.");
        _records.Rename(record, name);
        RenameOnNetworks(record);
    }
}
