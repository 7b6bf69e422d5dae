using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace ContainerPS.Engine.Registries;

/// <summary>A program that keeps credentials, by the protocol of docker-credential-helpers: <c>docker-credential-NAME get|store|erase</c>, one document each way.</summary>
internal sealed class CredentialHelper
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly string _program;

    internal CredentialHelper(string name)
    {
        if (name.AsSpan().IndexOfAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") >= 0)
            throw new ContainerEngineException("InvalidCredentialHelper", ErrorKind.InvalidData, $"'{name}' is not the name of a credential program: it is what follows 'docker-credential-', such as 'pass'.", name);
        _program = "docker-credential-" + name;
    }

    /// <summary>The credentials of a registry, or null when the program has none.</summary>
    internal RegistryCredential? Get(string key)
    {
        var (exitCode, output) = Run("get", key);
        if (exitCode != 0)
        {
            // The protocol has no code for this, only the message (docker-credential-helpers credentials/error.go).
            if (output.Contains("credentials not found", StringComparison.OrdinalIgnoreCase)) return null;
            throw Failed("get", key, exitCode, output);
        }

        HelperAnswer? answer;
        try
        {
            answer = JsonSerializer.Deserialize(output, CredentialJson.Default.HelperAnswer);
        }
        catch (JsonException)
        {
            throw new ContainerEngineException("CredentialHelperFailed", ErrorKind.Failed, $"'{_program} get' answered for '{key}' with something that is not its protocol.", _program);
        }

        if (answer?.Secret is not { } secret) return null;
        return answer.UserName == "<token>" ? new RegistryCredential("", "", IdentityToken: secret) : new RegistryCredential(answer.UserName ?? "", secret);
    }

    /// <summary>Gives credentials to the program.</summary>
    internal void Store(string key, RegistryCredential credential)
    {
        var isToken = credential.IdentityToken is not null;
        var document = JsonSerializer.Serialize(
            new HelperAnswer { ServerUrl = key, UserName = isToken ? "<token>" : credential.UserName, Secret = isToken ? credential.IdentityToken : credential.Password },
            CredentialJson.Default.HelperAnswer);
        var (exitCode, output) = Run("store", document);
        if (exitCode != 0) throw Failed("store", key, exitCode, output);
    }

    /// <summary>Makes the program forget a registry.</summary>
    internal void Erase(string key)
    {
        var (exitCode, output) = Run("erase", key);
        if (exitCode != 0 && !output.Contains("credentials not found", StringComparison.OrdinalIgnoreCase)) throw Failed("erase", key, exitCode, output);
    }

    private (int ExitCode, string Output) Run(string action, string input)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(_program, [action]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            try
            {
                process.StandardInput.Write(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It did not want to read; its exit code says what that means.
            }

            if (!process.WaitForExit(s_patience))
            {
                process.Kill(entireProcessTree: true);
                throw new ContainerEngineException("CredentialHelperFailed", ErrorKind.Timeout, $"'{_program} {action}' did not end within {s_patience.TotalSeconds:0} seconds.", _program);
            }

            return (process.ExitCode, output.Result + error.Result);
        }
        catch (Win32Exception e)
        {
            throw new ContainerEngineException("CredentialHelperFailed", ErrorKind.NotFound, $"The credentials are kept by '{_program}', which cannot be started: {e.Message}. Install it, or take it out of the file of credentials.", _program, e);
        }
    }

    private ContainerEngineException Failed(string action, string key, int exitCode, string output) =>
        new("CredentialHelperFailed", ErrorKind.Failed, $"'{_program} {action}' for '{key}' ended with {exitCode}: {(output.Length > 300 ? output[..300] : output).Trim()}", _program);
}
