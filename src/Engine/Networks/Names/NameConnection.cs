using System.Buffers.Binary;
using ContainerPS.Engine.Linux;
using Tmds.Linux;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// A client's TCP connection (RFC 7766). It may send several queries without waiting for answers, but no more are taken from it while
/// <see cref="MostPending"/> of them are forwarded or while it does not read answers: what waits for a client is bounded.
/// </summary>
internal sealed class NameConnection
{
    /// <summary>Queries of one connection that resolvers are being asked.</summary>
    internal const int MostPending = 8;

    private readonly NameConnections _owner;
    private readonly int _socket;
    private readonly Action _ready;
    private readonly byte[] _input = new byte[2 + DatagramBatch.LongestDatagram];
    private int _inputLength;
    private byte[] _output = [];
    private int _outputStart;
    private int _pending;
    private bool _hasEnded;
    private bool _isProcessing;

    internal NameConnection(NameConnections owner, int socket)
    {
        (_owner, _socket, _ready) = (owner, socket, Continue);
        Deadline = DeadlineTimer.Now + _owner.IdleFor;
    }

    /// <summary>When it has been idle for too long.</summary>
    internal long Deadline { get; private set; }

    /// <summary>True once it is closed; answers that come then have nowhere to go.</summary>
    internal bool IsClosed { get; private set; }

    private bool IsOutputWaiting => _outputStart < _output.Length;

    private bool WantsInput => !_hasEnded && !IsOutputWaiting && _pending < MostPending;

    /// <summary>Starts to wait for queries. False when the kernel cannot.</summary>
    internal bool Begin() => TryWatch();

    /// <summary>A query of this connection is being forwarded; <see cref="Finish"/> follows.</summary>
    internal void Expect() => _pending++;

    /// <summary>Sends the answer to a query that was forwarded, and goes on with what the client has sent since.</summary>
    internal void Finish(ReadOnlySpan<byte> answer)
    {
        _pending--;
        if (IsClosed) return;
        Send(answer);
        Process();
        Update();
    }

    /// <summary>Sends an answer with its length before it, or what it can of it.</summary>
    internal void Send(ReadOnlySpan<byte> answer)
    {
        if (IsClosed) return;
        Deadline = DeadlineTimer.Now + _owner.IdleFor;
        var sent = IsOutputWaiting ? 0 : NameSocket.Send(_socket, answer);
        if (sent == answer.Length) return;
        if (sent < 0 && sent != -LibC.EAGAIN && sent != -LibC.EINTR)
        {
            Close();
            return;
        }

        var rest = answer[Math.Max(0, sent)..];
        var waiting = _output.AsSpan(_outputStart);
        var output = new byte[waiting.Length + rest.Length];
        waiting.CopyTo(output);
        rest.CopyTo(output.AsSpan(waiting.Length));
        (_output, _outputStart) = (output, 0);
    }

    /// <summary>Closes it when it has been idle for too long; one whose queries are being forwarded is not idle.</summary>
    internal void Expire(long now)
    {
        if (_pending > 0 && !IsOutputWaiting) Deadline = now + _owner.IdleFor;
        else Close();
    }

    /// <summary>Closes it.</summary>
    internal void Close()
    {
        if (IsClosed) return;
        IsClosed = true;
        _owner.Events.Forget(_socket);
        NameSocket.Close(_socket);
        _owner.Remove(this);
    }

    private void Continue()
    {
        if (IsOutputWaiting) Flush();
        else if (WantsInput) Receive();
        else Close(); // nothing is waited for, so that this is the end of it (EPOLLHUP, EPOLLERR)
        Process();
        Update();
    }

    private void Receive()
    {
        var length = NameSocket.Receive(_socket, _input.AsSpan(_inputLength));
        if (length > 0) _inputLength += length;
        else if (length == 0) _hasEnded = true;
        else if (length != -LibC.EAGAIN && length != -LibC.EINTR) Close();
    }

    private void Flush()
    {
        var sent = NameSocket.Send(_socket, _output.AsSpan(_outputStart));
        if (sent < 0)
        {
            if (sent != -LibC.EAGAIN && sent != -LibC.EINTR) Close();
            return;
        }

        _outputStart += sent;
        if (IsOutputWaiting) return;
        (_output, _outputStart) = ([], 0);
        Deadline = DeadlineTimer.Now + _owner.IdleFor;
    }

    // Deals with all queries that are there. An answer that comes at once comes while this is at work, and leaves the rest to it.
    private void Process()
    {
        if (_isProcessing) return;
        _isProcessing = true;
        var start = 0;
        while (!IsClosed && !IsOutputWaiting && _pending < MostPending && _inputLength - start >= 2)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(_input.AsSpan(start));
            if (length is < DnsQuery.HeaderLength or > DatagramBatch.LongestDatagram)
            {
                // No query; nothing that follows can be relied upon, either.
                Close();
                break;
            }

            if (_inputLength - start < 2 + length) break;
            Deadline = DeadlineTimer.Now + _owner.IdleFor;
            _owner.Receive(this, _input.AsSpan(start + 2, length));
            start += 2 + length;
        }

        _input.AsSpan(start, _inputLength - start).CopyTo(_input);
        _inputLength -= start;
        _isProcessing = false;
    }

    private void Update()
    {
        if (IsClosed || _isProcessing) return;
        if ((_hasEnded && _pending == 0 && !IsOutputWaiting) || !TryWatch()) Close();
    }

    private bool TryWatch()
    {
        try
        {
            _owner.Events.Watch(_socket, (IsOutputWaiting ? Syscall.EPOLLOUT : 0) | (WantsInput ? Syscall.EPOLLIN : 0), _ready);
            return true;
        }
        catch (KernelException)
        {
            return false;
        }
    }
}
