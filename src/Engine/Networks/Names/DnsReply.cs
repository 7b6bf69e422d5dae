using System.Buffers.Binary;

namespace ContainerPS.Engine.Networks;

/// <summary>
/// Turns a query into its answer in the buffer that it is in: the header and the question stay, in the letters the client chose, and the rest is written
/// behind them. No answer is longer than what the client takes; what does not fit is left out, and the answer says so.
/// </summary>
internal static class DnsReply
{
    /// <summary>How long our answers may be kept, in seconds: as long as Docker's.</summary>
    internal const uint TimeToLive = 600;

    /// <summary>What we take by UDP, as OPT records say it.</summary>
    private const ushort OurUdpLimit = 4096;

    private const int RecordHead = 12;
    private const int OptLength = 11;

    /// <summary>An answer without records, which says how it went.</summary>
    /// <returns>Its length.</returns>
    internal static int Write(Span<byte> buffer, in DnsQuery query, int code, bool isTruncated = false)
    {
        // Without a question that could be read there is none to send back, and what came behind it is not known, either.
        var hasQuestion = query.QuestionEnd > DnsQuery.HeaderLength;
        return Finish(buffer, query, code, query.QuestionEnd, records: 0, isTruncated, hasQuestion);
    }

    /// <summary>The addresses of a name, the first one first.</summary>
    /// <param name="buffer">The query; the answer.</param>
    /// <param name="query">The query.</param>
    /// <param name="limit">The longest answer.</param>
    /// <param name="addresses">All addresses.</param>
    /// <param name="first">By how many places they are rotated.</param>
    /// <returns>Its length.</returns>
    internal static int WriteAddresses(Span<byte> buffer, in DnsQuery query, int limit, NamedAddresses addresses, uint first)
    {
        var end = query.QuestionEnd;
        var records = 0;
        limit = Math.Min(limit, buffer.Length) - (query.HasEdns ? OptLength : 0);
        var isWhole = query.Type is not (RecordType.A or RecordType.ANY)
            || WriteAddresses(buffer, RecordType.A, limit, addresses.Version4, 4, first, ref end, ref records);
        isWhole = isWhole && (query.Type is not (RecordType.AAAA or RecordType.ANY)
            || WriteAddresses(buffer, RecordType.AAAA, limit, addresses.Version6, 16, first, ref end, ref records));
        return Finish(buffer, query, ResponseCode.NOERROR, end, records, !isWhole, hasQuestion: true);
    }

    /// <summary>The name of an address.</summary>
    /// <returns>Its length.</returns>
    internal static int WriteName(Span<byte> buffer, in DnsQuery query, int limit, ReadOnlySpan<byte> name)
    {
        var end = query.QuestionEnd;
        var records = 0;
        limit = Math.Min(limit, buffer.Length) - (query.HasEdns ? OptLength : 0);
        var isWhole = WriteRecord(buffer, RecordType.PTR, limit, name, ref end, ref records);
        return Finish(buffer, query, ResponseCode.NOERROR, end, records, !isWhole, hasQuestion: true);
    }

    private static bool WriteAddresses(Span<byte> buffer, ushort type, int limit, byte[] addresses, int size, uint first, ref int end, ref int records)
    {
        var count = addresses.Length / size;
        if (count == 0) return true;
        var at = (int)(first % (uint)count);
        for (var i = 0; i < count; i++)
        {
            if (!WriteRecord(buffer, type, limit, addresses.AsSpan(at * size, size), ref end, ref records)) return false;
            if (++at == count) at = 0;
        }

        return true;
    }

    private static bool WriteRecord(Span<byte> buffer, ushort type, int limit, ReadOnlySpan<byte> data, ref int end, ref int records)
    {
        if (end + RecordHead + data.Length > limit) return false;
        var record = buffer[end..];
        BinaryPrimitives.WriteUInt16BigEndian(record, 0xc000 | DnsQuery.HeaderLength); // the question's name
        BinaryPrimitives.WriteUInt16BigEndian(record[2..], type);
        BinaryPrimitives.WriteUInt16BigEndian(record[4..], RecordType.IN);
        BinaryPrimitives.WriteUInt32BigEndian(record[6..], TimeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(record[10..], (ushort)data.Length);
        data.CopyTo(record[RecordHead..]);
        end += RecordHead + data.Length;
        records++;
        return true;
    }

    private static int Finish(Span<byte> buffer, in DnsQuery query, int code, int end, int records, bool isTruncated, bool hasQuestion)
    {
        // Kept are the kind of query, "recursion desired" and "checking disabled" (RFC 4035 3.2.2); recursion is available.
        buffer[2] = (byte)(0x80 | (buffer[2] & 0x79) | (isTruncated ? 0x02 : 0));
        buffer[3] = (byte)(0x80 | (buffer[3] & 0x10) | (code & 0x0f));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[4..], (ushort)(hasQuestion ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[6..], (ushort)records);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[8..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[10..], (ushort)(query.HasEdns ? 1 : 0));
        if (!query.HasEdns) return end;

        var opt = buffer.Slice(end, OptLength);
        opt.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(opt[1..], RecordType.OPT);
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], OurUdpLimit);
        opt[5] = (byte)(code >> 4);
        opt[7] = (byte)(query.WantsSignatures ? 0x80 : 0);
        return end + OptLength;
    }
}
