using ContainerPS.Engine.Images;

namespace ContainerPS.Engine.Build;

/// <summary>What checks need to know of images, from the store.</summary>
internal static class BaseImages
{
    /// <summary>An image of the store, or null when it is not there.</summary>
    internal static BaseImage? Find(ImageStore images, string name)
    {
        try
        {
            var config = images.ReadConfig(name).Config;
            var environment = new Dictionary<string, string>();
            foreach (var variable in config?.Env ?? [])
            {
                var equals = variable.IndexOf('=');
                environment[equals < 0 ? variable : variable[..equals]] = equals < 0 ? "" : variable[(equals + 1)..];
            }

            return new(environment, config?.Shell ?? [], config?.OnBuild ?? []);
        }
        catch (ContainerEngineException e) when (e.Kind is ErrorKind.NotFound or ErrorKind.InvalidArgument)
        {
            return null;
        }
    }
}
