using System.Buffers.Binary;

namespace ContainerPS.Engine.Networks;

/// <summary>A query (RFC 1035 4.1) with what its OPT record says (RFC 6891). All of the packet is looked at, so that only what is well-formed is forwarded.</summary>
internal readonly struct DnsQuery
{
    /// <summary>Length of the header.</summary>
    internal const int HeaderLength = 12;

    /// <summary>What a client takes that says nothing about it (RFC 1035 2.3.4).</summary>
    internal const int SmallestLimit = 512;

    /// <summary>The bytes after a record's name: type, class, time to live, length.</summary>
    private const int RecordHead = 10;

    /// <summary>Where the question ends; it starts behind the header.</summary>
    internal int QuestionEnd { get; private init; }

    /// <summary>The type that is asked for.</summary>
    internal ushort Type { get; private init; }

    /// <summary>The class that is asked for.</summary>
    internal ushort Class { get; private init; }

    /// <summary>True when the client knows EDNS, and so gets an OPT record, too.</summary>
    internal bool HasEdns { get; private init; }

    /// <summary>The client wants DNSSEC's records; the flag goes back to it.</summary>
    internal bool WantsSignatures { get; private init; }

    /// <summary>The longest answer that the client takes by UDP.</summary>
    internal int UdpLimit { get; private init; }

    /// <summary>Length of the name that is asked for, at the start of the question.</summary>
    internal int NameLength => QuestionEnd - HeaderLength - 4;

    /// <summary>The name that is asked for.</summary>
    internal ReadOnlySpan<byte> Name(ReadOnlySpan<byte> message) => message.Slice(HeaderLength, NameLength);

    /// <summary>Reads a packet. Other than <see cref="QueryVerdict.Good"/>, <see cref="QuestionEnd"/> is the header's end when there is no question that could be sent back.</summary>
    internal static QueryVerdict Read(ReadOnlySpan<byte> message, out DnsQuery query)
    {
        query = new DnsQuery { QuestionEnd = HeaderLength, UdpLimit = SmallestLimit };
        if (message.Length < HeaderLength || (message[2] & 0x80) != 0 /* an answer */) return QueryVerdict.Drop;
        if ((message[2] & 0x78) != 0) return QueryVerdict.NotImplemented;
        if (Count(message, 4) != 1) return QueryVerdict.Malformed;

        var end = DnsName.End(message, HeaderLength);
        if (end < 0 || end + 4 > message.Length) return QueryVerdict.Malformed;
        query = new DnsQuery
        {
            QuestionEnd = end + 4,
            Type = BinaryPrimitives.ReadUInt16BigEndian(message[end..]),
            Class = BinaryPrimitives.ReadUInt16BigEndian(message[(end + 2)..]),
            UdpLimit = SmallestLimit,
        };
        return ReadRecords(message, ref query);
    }

    private static QueryVerdict ReadRecords(ReadOnlySpan<byte> message, ref DnsQuery query)
    {
        var at = query.QuestionEnd;
        var additional = Count(message, 10);
        var version = 0;
        for (var left = Count(message, 6) + Count(message, 8) + additional; left > 0; left--)
        {
            var name = at;
            at = DnsName.SkipName(message, at);
            if (at < 0 || at + RecordHead > message.Length) return QueryVerdict.Malformed;
            var head = message.Slice(at, RecordHead);
            if (BinaryPrimitives.ReadUInt16BigEndian(head) == RecordType.OPT)
            {
                // One, among the additional records, of the root.
                if (query.HasEdns || left > additional || message[name] != 0) return QueryVerdict.Malformed;
                version = head[5];
                query = new DnsQuery
                {
                    QuestionEnd = query.QuestionEnd,
                    Type = query.Type,
                    Class = query.Class,
                    HasEdns = true,
                    WantsSignatures = (head[6] & 0x80) != 0,
                    UdpLimit = Math.Max(SmallestLimit, (int)BinaryPrimitives.ReadUInt16BigEndian(head[2..])),
                };
            }

            at += RecordHead + BinaryPrimitives.ReadUInt16BigEndian(head[8..]);
        }

        if (at != message.Length) return QueryVerdict.Malformed;
        if (version != 0) return QueryVerdict.BadVersion;
        return query.Type is RecordType.AXFR or RecordType.IXFR ? QueryVerdict.Refused : QueryVerdict.Good;
    }

    private static int Count(ReadOnlySpan<byte> message, int place) => BinaryPrimitives.ReadUInt16BigEndian(message[place..]);
}
